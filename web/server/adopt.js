// @ts-check
// A user whom an app made gets an account here: whoever has proved to know the password of the row may put one over it.

import { ACCOUNT_INPUT, accountRow, keysOf, rowDigest, takenNames } from './create.js';
import { Restart } from './restart.js';
import { moveNames } from './write.js';

/** @typedef {import('./database.js').Queries} Queries */
/** @typedef {import('./create.js').NewAccount} NewAccount */

const ADOPT = `
  WITH i AS MATERIALIZED (SELECT * FROM jsonb_to_recordset($1::jsonb) AS i (${ACCOUNT_INPUT})),
  u AS (
    UPDATE "user" u SET username = i.username, email = i.email, password_hash = i.password_hash,
      joined_at = i.joined_at::timestamp
    FROM i WHERE u.id = $2)
  INSERT INTO placecard_account (uid, user_id, identity_key, head, rev, change, account_change, op, told_row,
    log_in_key, salt, passes, memory)
  SELECT decode(i.uid, 'hex'), $2, decode(identity_key, 'base64'), decode(head, 'hex'), rev, change, 1,
    decode(op, 'base64'), ${rowDigest('i')}, decode(log_in_key, 'base64'), decode(salt, 'base64'), passes, memory
  FROM i ON CONFLICT DO NOTHING RETURNING 1`;

/**
 * @param {Queries} queries
 * @param {NewAccount} account
 * @param {number} userId the row
 * @returns {Promise<import('./create.js').Taken | null | 'another'>} 'another' when the account is not of this row
 */
export async function adoptRow(queries, account, userId) {
  const { query } = queries;
  const { op } = account;
  const [row] = await query(
    `SELECT username, email FROM "user" u WHERE id = $1
     AND NOT EXISTS (SELECT 1 FROM placecard_account WHERE user_id = u.id) FOR UPDATE`,
    [userId],
  );
  if (row === undefined) return 'another';
  const sameName = row.username !== null && row.username === op.username;
  const sameEmail = row.email !== null && row.email === op.email;
  if (!sameName && !sameEmail) return 'another';
  const changed = { ...op, username: sameName ? null : op.username, email: sameEmail ? null : op.email };
  const taken = (await takenNames(queries, [{ ...changed, userId }])).get(op.uid);
  if (taken !== undefined) return taken;
  await moveNames(queries, op.uid, keysOf(op), keysOf(changed));
  const made = await query(ADOPT, [JSON.stringify([accountRow(account)]), userId]);
  if (made.length === 0) throw new Restart();
  await query("UPDATE placecard_token SET uid = decode($1, 'hex') WHERE user_id = $2", [op.uid, userId]);
  return null;
}
