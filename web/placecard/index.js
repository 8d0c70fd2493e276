// @ts-check
// placecard in a browser or a Worker.

import { openAccounts } from './accounts.js';

export { Accounts } from './accounts.js';
export { AccountError } from './errors.js';
export { Session } from './session.js';
export { memoryStorage } from './storage/memory.js';
export { AnonymousUser, User } from './user.js';
export { Page, Query, Users } from './users.js';

/**
 * Opens the accounts of this page.
 * @param {import('./accounts.js').OpenOptions} [options]
 * @returns {Promise<import('./accounts.js').Accounts>}
 */
export function open(options = {}) {
  return openAccounts(options, new URL('./placecard.wasm', import.meta.url));
}
