// @ts-check
// GET /v1/pull: what has been applied to an account since a cursor, in pages.
//
// A cursor is "<change>.<the first 8 hex digits of the op's id>". A server restored from a backup counts the same
// numbers again for other ops; the digits tell, and the device is answered from the beginning.

import { rowDigest } from './create.js';
import { Failure } from './failure.js';
import { base64, moment } from './schema.js';

/** @typedef {import('./service.js').Service} Service */

const PAGE = 256; // ops
const TAG = 8; // hex digits

/**
 * @param {Service} service
 * @param {string | null} cursor
 * @param {import('./token.js').Bearer} bearer
 */
export async function pull(service, cursor, { uid, userId }) {
  const { query } = service.database;
  if (uid === null) return pullRow(query, userId);
  const [account] = await query(
    `SELECT a.disabled OR a.user_id IS NULL AS disabled, a.told_row <> ${rowDigest('u')} AS edited,
       u.username, u.email, u.password_hash AS "passwordHash", ${moment('u.joined_at')} AS "joinedAt"
     FROM placecard_account a LEFT JOIN "user" u ON u.id = a.user_id WHERE a.uid = decode($1, 'hex')`,
    [uid],
  );
  if (account === undefined) return pullTombstone(query, uid, cursor);
  if (account.disabled) return { ops: [], cursor, more: false, disabled: true };
  const { username, email, passwordHash, joinedAt } = account;
  return {
    ...(await page(service, uid, cursor)),
    disabled: false,
    ...(account.edited ? { row: { username, email, passwordHash, joinedAt } } : {}),
  };
}

/**
 * @param {import('./database.js').Queries['query']} query
 * @param {number | null} userId
 */
async function pullRow(query, userId) {
  const [row] = await query(`SELECT username, email, ${moment('joined_at')} AS "joinedAt" FROM "user" WHERE id = $1`, [
    userId,
  ]);
  if (row === undefined) throw new Failure('not-logged-in');
  return { ops: [], cursor: null, more: false, disabled: false, row };
}

/**
 * @param {import('./database.js').Queries['query']} query
 * @param {string} uid
 * @param {string | null} cursor
 */
async function pullTombstone(query, uid, cursor) {
  const [deleted] = await query(`SELECT ${base64('op')} AS op FROM placecard_tombstone WHERE uid = decode($1, 'hex')`, [
    uid,
  ]);
  if (deleted === undefined) throw new Failure('not-logged-in');
  return { ops: [], cursor, more: false, disabled: false, deleted };
}

/**
 * @param {Service} service
 * @param {string} uid
 * @param {string | null} cursor
 */
async function page({ database: { query }, limits }, uid, cursor) {
  const since = cursor === null ? 0 : await changeOf(query, uid, cursor);
  const rows = await query(
    `WITH items AS (
       SELECT account_change AS change, head AS op_id, op, NULL::bytea AS value FROM placecard_account
       WHERE uid = decode($1, 'hex') AND account_change > $2
       UNION ALL SELECT change, op_id, op, value FROM placecard_value WHERE uid = decode($1, 'hex') AND change > $2),
     sized AS (
       SELECT *, length(op) + coalesce(length(value), 0) AS size,
         sum(length(op) + coalesce(length(value), 0)) OVER (ORDER BY change) AS sum, count(*) OVER () AS items
       FROM items ORDER BY change LIMIT ${PAGE})
     SELECT change, left(encode(op_id, 'hex'), ${TAG}) AS tag, ${base64('op')} AS op, ${base64('value')} AS value, items
     FROM sized WHERE sum - size < $3 ORDER BY change`,
    [uid, since ?? 0, limits.bodyBytes],
  );
  const last = rows.at(-1);
  return {
    ops: rows.map(({ op, value }) => (value === null ? { op } : { op, value })),
    cursor: last === undefined ? cursor : `${last.change}.${last.tag}`,
    more: last !== undefined && last.items > rows.length,
    ...(since === null ? { reset: true } : {}),
  };
}

/**
 * @param {import('./database.js').Queries['query']} query
 * @param {string} uid
 * @param {string} cursor
 * @returns {Promise<number | null>} nothing when no op is known that made this change
 */
async function changeOf(query, uid, cursor) {
  const [, number, tag] = cursor.match(/^(\d{1,15})\.([0-9a-f]{8})$/) ?? [];
  if (number === undefined) return null;
  const has = (/** @type {string} */ table, /** @type {string} */ id, /** @type {string} */ change) =>
    `SELECT 1 FROM ${table} WHERE uid = decode($1, 'hex') AND ${change} = $2 AND left(encode(${id}, 'hex'), ${TAG}) = $3`;
  const [known] = await query(
    `${has('placecard_account', 'head', 'account_change')}
     UNION ALL ${has('placecard_value', 'op_id', 'change')}
     UNION ALL ${has('placecard_op', 'op_id', 'change')} LIMIT 1`,
    [uid, Number(number), tag],
  );
  return known === undefined ? null : Number(number);
}
