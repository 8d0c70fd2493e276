// @ts-check
// Who is meant by a login: found as the device finds it (Users::find_login), exactly first, by key when it is one's.

import { emailKey, usernameKey } from './names.js';
import { base64, moment } from './schema.js';

/** @typedef {import('./database.js').Queries} Queries */

/**
 * @typedef {object} Found
 * @property {number} userId
 * @property {string | null} username
 * @property {string | null} email
 * @property {string | null} joinedAt
 * @property {string | null} passwordHash
 * @property {string | null} uid nothing when the row has no account
 * @property {string | null} logInKey base64
 * @property {string | null} salt base64
 * @property {number | null} passes
 * @property {number | null} memory
 * @property {boolean | null} disabled
 * @property {string | null} op base64
 */

const MOST_CHARS = 320; // longer than any username or address

/** @param {unknown} login @returns {string | null} nothing when it cannot be one */
export function checkLogin(login) {
  if (typeof login !== 'string' || login === '' || login.length > MOST_CHARS) return null;
  // Half a surrogate pair is no text, and PostgreSQL's text has no NUL.
  return /[\uD800-\uDFFF\0]/u.test(login) ? null : login.normalize('NFC');
}

/**
 * @param {Queries} queries
 * @param {string} login
 * @returns {Promise<Found | null>}
 */
export async function findLogin({ query }, login) {
  const rows = await query(
    `WITH found AS (
       SELECT id, 0 AS how FROM "user" WHERE username = $1
       UNION ALL SELECT id, 1 FROM "user" WHERE email = $1
       UNION ALL SELECT id, 2 FROM "user" WHERE username = $2
       UNION ALL SELECT id, 2 FROM "user" WHERE email = $3
       UNION ALL SELECT a.user_id, 2 FROM placecard_name n JOIN placecard_account a ON a.uid = n.uid
         WHERE n.name IN ($2, $3)),
     best AS (SELECT id, min(how) AS how FROM found GROUP BY id ORDER BY how LIMIT 2)
     SELECT u.id AS "userId", u.username, u.email, ${moment('u.joined_at')} AS "joinedAt",
       u.password_hash AS "passwordHash", encode(a.uid, 'hex') AS uid, ${base64('a.log_in_key')} AS "logInKey",
       ${base64('a.salt')} AS salt, a.passes, a.memory, a.disabled, ${base64('a.op')} AS op, best.how
     FROM best JOIN "user" u ON u.id = best.id LEFT JOIN placecard_account a ON a.user_id = u.id ORDER BY best.how`,
    [login, usernameKey(login), emailKey(login)],
  );
  const [first, second] = rows;
  if (first === undefined || (first.how === 2 && second !== undefined)) return null;
  return /** @type {Found} */ (first);
}
