// @ts-check
// What ops that apply leave in the tables; each kind of change is one statement for all of a push.

import { ACCOUNT_INPUT, accountRow, keysOf, rowDigest, takenNames } from './create.js';
import { Restart } from './restart.js';
import { byteaArray } from './state.js';

/** @typedef {import('./database.js').Queries} Queries */
/** @typedef {import('./reading.js').PushedOp} PushedOp */
/** @typedef {import('./create.js').Taken} Taken */

const UPDATE = `
  WITH i AS MATERIALIZED (SELECT * FROM jsonb_to_recordset($1::jsonb) AS i (${ACCOUNT_INPUT})),
  u AS (
    UPDATE "user" u SET username = i.username, email = i.email, password_hash = i.password_hash,
      joined_at = i.joined_at::timestamp
    FROM i JOIN placecard_account a ON a.uid = decode(i.uid, 'hex') WHERE u.id = a.user_id)
  UPDATE placecard_account a SET head = decode(i.head, 'hex'), rev = i.rev, change = i.change,
    account_change = i.change, op = decode(i.op, 'base64'), told_row = ${rowDigest('i')},
    log_in_key = decode(i.log_in_key, 'base64'), salt = decode(i.salt, 'base64'), passes = i.passes, memory = i.memory
  FROM i WHERE a.uid = decode(i.uid, 'hex')`;

/**
 * @param {Queries} queries
 * @param {{ op: PushedOp, change: number }[]} accounts whose names stay
 */
export async function updateAccounts({ query }, accounts) {
  if (accounts.length > 0) await query(UPDATE, [JSON.stringify(accounts.map(accountRow))]);
}

/**
 * One account whose names change.
 * @param {Queries} queries
 * @param {{ op: PushedOp, change: number }} account
 * @param {{ userId: number, username: string | null, email: string | null }} before
 * @returns {Promise<Taken | null>} nothing when it is done
 */
export async function renameAccount(queries, account, before) {
  const { op } = account;
  // A name that stays may be somebody's whose capitals differ: two people of an old file.
  const wanted = {
    ...op,
    username: op.username === before.username ? null : op.username,
    email: op.email === before.email ? null : op.email,
  };
  const taken = (await takenNames(queries, [{ ...wanted, userId: before.userId }])).get(op.uid);
  if (taken !== undefined) return taken;
  await moveNames(queries, op.uid, keysOf(op), keysOf(wanted));
  await updateAccounts(queries, [account]);
  return null;
}

/**
 * @param {Queries} queries
 * @param {string} uid
 * @param {Set<string>} keys
 * @param {Set<string>} needed of them; for the others it does not matter whether somebody has them
 */
export async function moveNames({ query }, uid, keys, needed) {
  const names = JSON.stringify([...keys]);
  await query(
    `DELETE FROM placecard_name WHERE uid = decode($1, 'hex')
     AND name NOT IN (SELECT jsonb_array_elements_text($2::jsonb))`,
    [uid, names],
  );
  await query(
    `INSERT INTO placecard_name (name, uid) SELECT name, decode($1, 'hex')
     FROM jsonb_array_elements_text($2::jsonb) AS i (name) ORDER BY name ON CONFLICT DO NOTHING`,
    [uid, names],
  );
  const had = await query("SELECT name FROM placecard_name WHERE uid = decode($1, 'hex')", [uid]);
  const owned = new Set(had.map(({ name }) => name));
  if (![...needed].every((key) => owned.has(key))) throw new Restart();
}

/**
 * All of an account goes; what stays is the op that says so.
 * @param {Queries} queries
 * @param {PushedOp[]} ops
 * @param {number} now
 */
export async function deleteAccounts({ query }, ops, now) {
  if (ops.length === 0) return;
  const uids = byteaArray(ops.map(({ uid }) => uid));
  const rows = ops.map(({ uid, opId, identityKey, bytes }) => ({
    uid,
    op_id: opId,
    identity_key: identityKey,
    op: bytes,
  }));
  for (const table of ['placecard_value', 'placecard_name', 'placecard_op']) {
    await query(`DELETE FROM ${table} WHERE uid = ANY (($1::text)::bytea[])`, [uids]);
  }
  await query(
    `WITH gone AS (DELETE FROM placecard_account WHERE uid = ANY (($1::text)::bytea[]) RETURNING user_id)
     DELETE FROM "user" WHERE id IN (SELECT user_id FROM gone)`,
    [uids],
  );
  const made = await query(
    `INSERT INTO placecard_tombstone (uid, op_id, identity_key, op, at)
     SELECT decode(uid, 'hex'), decode(op_id, 'hex'), decode(identity_key, 'base64'), decode(op, 'base64'), $2
     FROM jsonb_to_recordset($1::jsonb) AS i (uid text, op_id text, identity_key text, op text) ORDER BY uid
     ON CONFLICT DO NOTHING RETURNING 1`,
    [JSON.stringify(rows), now],
  );
  if (made.length !== ops.length) throw new Restart();
}

/**
 * @param {Queries} queries
 * @param {{ op: PushedOp, change: number }[]} values
 */
export async function writeValues({ query }, values) {
  if (values.length === 0) return;
  const rows = values.map(({ op, change }) => ({
    uid: op.uid,
    name: op.name,
    op_id: op.opId,
    rev: op.rev,
    change,
    op: op.bytes,
    value: op.value,
  }));
  await query(
    `INSERT INTO placecard_value (uid, name, op_id, rev, change, op, value)
     SELECT decode(uid, 'hex'), decode(name, 'hex'), decode(op_id, 'hex'), rev, change, decode(op, 'base64'),
       decode(value, 'base64')
     FROM jsonb_to_recordset($1::jsonb)
       AS i (uid text, name text, op_id text, rev bigint, change bigint, op text, value text)
     ON CONFLICT (uid, name) DO UPDATE SET op_id = EXCLUDED.op_id, rev = EXCLUDED.rev, change = EXCLUDED.change,
       op = EXCLUDED.op, value = EXCLUDED.value`,
    [JSON.stringify(rows)],
  );
}

/**
 * @param {Queries} queries
 * @param {Map<string, number>} changes by uid
 */
export async function writeChanges({ query }, changes) {
  if (changes.size === 0) return;
  await query(
    `UPDATE placecard_account a SET change = i.change
     FROM jsonb_to_recordset($1::jsonb) AS i (uid text, change bigint) WHERE a.uid = decode(i.uid, 'hex')`,
    [JSON.stringify([...changes].map(([uid, change]) => ({ uid, change })))],
  );
}

/**
 * @param {Queries} queries
 * @param {{ op: PushedOp, change: number }[]} applied
 * @param {number} now
 */
export async function writeLog({ query }, applied, now) {
  if (applied.length === 0) return;
  const rows = applied.map(({ op, change }) => ({ uid: op.uid, op_id: op.opId, change, signature: op.signature }));
  const made = await query(
    `INSERT INTO placecard_op (uid, op_id, change, signature, received_at)
     SELECT decode(uid, 'hex'), decode(op_id, 'hex'), change, decode(signature, 'hex'), $2
     FROM jsonb_to_recordset($1::jsonb) AS i (uid text, op_id text, change bigint, signature text)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [JSON.stringify(rows), now],
  );
  if (made.length !== applied.length) throw new Restart();
}
