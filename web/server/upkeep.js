// @ts-check
// What whoever runs the server does to the database, besides serving.

import { findLogin } from './login.js';

/** @typedef {import('./database.js').Database} Database */

const DAY = 24 * 3_600_000; // ms

/**
 * Forgets what is no longer needed: used nonces and tokens that have expired, and which ops were applied long ago. A
 * device that repeats one of those is answered with the account as it is now.
 * @param {Database} database
 * @param {{ now?: () => number, keepOpsMs?: number }} [options]
 */
export async function prune(database, { now = Date.now, keepOpsMs = 90 * DAY } = {}) {
  const time = Math.floor(now());
  await database.query('DELETE FROM placecard_nonce WHERE expires_at <= $1', [time]);
  await database.query('DELETE FROM placecard_token WHERE expires_at <= $1', [time]);
  await database.query('DELETE FROM placecard_op WHERE received_at <= $1', [time - keepOpsMs]);
}

/**
 * Deactivates an account, or activates it again: while it is not active it can neither log in nor change anything here.
 * @param {Database} database
 * @param {string} login
 * @param {boolean} active
 * @returns {Promise<boolean>} whether there is such an account
 */
export async function setActive(database, login, active) {
  const found = await findLogin(database, login);
  if (found === null || found.uid === null) return false;
  await database.query("UPDATE placecard_account SET disabled = $2 WHERE uid = decode($1, 'hex')", [
    found.uid,
    !active,
  ]);
  return true;
}

/**
 * Ends all sessions of an account on this server. Devices on which it is open get new ones by its identity key.
 * @param {Database} database
 * @param {string} login
 * @returns {Promise<boolean>} whether there is such an account
 */
export async function revokeSessions(database, login) {
  const found = await findLogin(database, login);
  if (found === null || found.uid === null) return false;
  await database.query("DELETE FROM placecard_token WHERE uid = decode($1, 'hex')", [found.uid]);
  return true;
}
