// @ts-check
// What the database knows about the accounts that a push is about. The accounts are locked, so until the transaction
// ends nobody changes them; a new one cannot be locked, and whoever loses the race to make it starts again.

import { base64 } from './schema.js';

/** @typedef {import('./database.js').Queries} Queries */
/** @typedef {import('./reading.js').PushedOp} PushedOp */

/**
 * @typedef {object} Account
 * @property {string} identityKey base64
 * @property {string} head op id
 * @property {number} change
 * @property {number | null} userId
 * @property {string | null} username as the row says
 * @property {string | null} email
 * @property {boolean} disabled
 */

/** @typedef {{ opId: string, identityKey: string }} Tombstone */
/** @typedef {{ opId: string, rev: number, size: number }} Value size of op and value, bytes */
/** @typedef {{ signature: string, change: number }} Logged */

/**
 * @typedef {object} State
 * @property {Map<string, Account>} accounts by uid
 * @property {Map<string, Tombstone>} tombstones by uid
 * @property {Map<string, Value>} values by uid and name
 * @property {Map<string, Logged>} log by uid and op id
 */

/**
 * An array of bytea as PostgreSQL writes one.
 * @param {Iterable<string>} hexes
 */
export function byteaArray(hexes) {
  return `{${[...hexes].map((hex) => `"\\\\x${hex}"`).join(',')}}`;
}

/**
 * @param {Queries} queries
 * @param {PushedOp[]} ops
 * @returns {Promise<State>}
 */
export async function load({ query }, ops) {
  const uids = byteaArray(new Set(ops.map(({ uid }) => uid)));
  const accounts = await query(
    `SELECT encode(a.uid, 'hex') AS uid, ${base64('a.identity_key')} AS "identityKey", encode(a.head, 'hex') AS head,
       a.change, a.user_id AS "userId", u.username, u.email, a.disabled OR a.user_id IS NULL AS disabled
     FROM placecard_account a LEFT JOIN "user" u ON u.id = a.user_id
     WHERE a.uid = ANY (($1::text)::bytea[]) ORDER BY a.uid FOR UPDATE OF a`,
    [uids],
  );
  const tombstones = await query(
    `SELECT encode(uid, 'hex') AS uid, encode(op_id, 'hex') AS "opId", ${base64('identity_key')} AS "identityKey"
     FROM placecard_tombstone WHERE uid = ANY (($1::text)::bytea[])`,
    [uids],
  );
  // Ids are random: that another account of these has an op of the same id hurts nobody.
  const log = await query(
    `SELECT encode(uid, 'hex') || encode(op_id, 'hex') AS key, encode(signature, 'hex') AS signature, change
     FROM unnest(($1::text)::bytea[], ($2::text)::bytea[]) AS i (uid, op_id) JOIN placecard_op USING (uid, op_id)`,
    pairsOf(ops, ({ opId }) => opId),
  );
  const data = ops.filter(({ kind }) => kind === 'data');
  const values =
    data.length === 0
      ? []
      : await query(
          `SELECT encode(uid, 'hex') || encode(name, 'hex') AS key, encode(op_id, 'hex') AS "opId", rev,
             length(op) + coalesce(length(value), 0) AS size
           FROM unnest(($1::text)::bytea[], ($2::text)::bytea[]) AS i (uid, name) JOIN placecard_value USING (uid, name)`,
          pairsOf(data, ({ name }) => name),
        );
  return {
    accounts: mapped(accounts, 'uid'),
    tombstones: mapped(tombstones, 'uid'),
    log: mapped(log, 'key'),
    values: mapped(values, 'key'),
  };
}

/**
 * Arrays of uids and of what is asked with each: asked for as two lists, every uid would be looked up with every id.
 * @param {PushedOp[]} ops
 * @param {(op: PushedOp) => string} other
 */
function pairsOf(ops, other) {
  return [byteaArray(ops.map(({ uid }) => uid)), byteaArray(ops.map(other))];
}

/**
 * @param {import('./database.js').Row[]} rows
 * @param {string} key
 * @returns {Map<string, any>}
 */
function mapped(rows, key) {
  return new Map(rows.map((row) => [row[key], row]));
}
