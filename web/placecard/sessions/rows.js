// @ts-check
// The sessions that are stored, as the core lists them.

import { User } from '../user.js';

/**
 * @typedef {object} Row
 * @property {string} id in hexadecimal, as everywhere outside the core
 * @property {boolean} isRemembered
 * @property {boolean} isLocked
 * @property {boolean} isCurrent
 * @property {User} user
 */

/**
 * @param {import('../service.js').Service} service
 * @returns {Promise<Row[]>}
 */
export async function sessionRows(service) {
  const rows = await service.sessionList();
  return rows.map(([id, , isRemembered, isLocked, isCurrent, user]) => ({
    id,
    isRemembered,
    isLocked,
    isCurrent,
    user: new User(user),
  }));
}

/**
 * Whether this is how somebody logs in.
 * @param {User} user
 * @param {string} login
 */
export function isLogin(user, login) {
  return user.username === login || user.email === login;
}
