// @ts-check
// placecard in Node.

import { readFile } from 'node:fs/promises';

import { openAccounts } from './accounts.js';
import { memoryStorage } from './storage/memory.js';

export { Accounts } from './accounts.js';
export { AccountError } from './errors.js';
export { Session } from './session.js';
export { safeNext } from './sessions/next.js';
export { fileStorage } from './storage/file.js';
export { memoryStorage } from './storage/memory.js';
export { AnonymousUser, User } from './user.js';
export { Page, Query, Users } from './users.js';

/** @type {import('./accounts.js').Platform} */
const node = {
  // Node's fetch does not read files.
  wasm: async () => new Uint8Array(await readFile(new URL('./placecard.wasm', import.meta.url))),
  storage: memoryStorage,
  makeWorker: null,
  onWake: () => () => {},
  keyStore: () => null,
  tabs: null,
};

/**
 * Opens accounts kept in a file, or in memory.
 * @param {import('./accounts.js').OpenOptions} [options]
 * @returns {Promise<import('./accounts.js').Accounts>}
 */
export async function open(options = {}) {
  return openAccounts(options, node);
}
