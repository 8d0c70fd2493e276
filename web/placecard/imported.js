// @ts-check
// Rows from somewhere else, handed over a piece at a time, because with many even that is long work.

import { accountError, checkObject } from './errors.js';

/**
 * A row from somewhere else. Its password hash may be any text; whether it can be logged in with shows at log-in.
 * @typedef {object} ImportedUser
 * @property {number} [id] the next free one when absent
 * @property {string | null} [username]
 * @property {string | null} [email]
 * @property {string | null} [passwordHash]
 * @property {string | Date | null} [joinedAt] now when absent
 */

const ROWS_AT_ONCE = 2000;

let batches = 0;

/**
 * @param {import('./service.js').Service} service
 * @param {Iterable<ImportedUser>} users
 * @returns {Promise<number>} how many
 */
export async function importUsers(service, users) {
  checkObject(users, 'What importUsers takes');
  if (typeof users[Symbol.iterator] !== 'function') throw accountError('argument-invalid', 'Give an array of users.');
  const all = Array.from(users);
  /** @param {number} from */
  const piece = (from) => all.slice(from, from + ROWS_AT_ONCE).map((user, index) => rowOf(user, from + index));
  batches += 1;
  const batch = batches;
  let from = 0;
  try {
    for (; from + ROWS_AT_ONCE < all.length; from += ROWS_AT_ONCE) {
      await service.stageUsers({ batch, rows: piece(from) });
    }
    return await service.importUsers({ batch, rows: piece(from) });
  } catch (error) {
    if (from > 0) await service.dropUsers({ batch }).catch(() => {}); // the service may have stopped
    throw error;
  }
}

/**
 * @param {ImportedUser} user
 * @param {number} index
 * @returns {import('./users.js').UserRow}
 */
function rowOf(user, index) {
  checkObject(user, `Row ${index}`);
  const { id = 0, username = null, email = null, passwordHash = null, joinedAt = null } = user;
  // A Date that is no date has text that is none either, for the core to refuse.
  const texts = [username, email, passwordHash, joinedAt instanceof Date ? (joinedAt.toJSON() ?? '') : joinedAt];
  const wrong = texts.some((text) => text !== null && typeof text !== 'string');
  if (!Number.isSafeInteger(id) || id < 0 || wrong) {
    throw accountError('argument-invalid', `Row ${index} is not a user: text or null in each field, a whole id.`);
  }
  return [id, texts[0], texts[1], texts[2], texts[3]];
}
