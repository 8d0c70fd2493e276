// @ts-check
// placecard in a browser: in its Worker, or in yours.

import { openAccounts } from './accounts.js';
import { accountError } from './errors.js';
import { webCryptoKeyStore } from './sessions/key-store.js';
import { indexedDbStorage } from './storage/indexeddb.js';
import { onWake } from './wake.js';

export { Accounts } from './accounts.js';
export { AccountError } from './errors.js';
export { Session } from './session.js';
export { webCryptoKeyStore } from './sessions/key-store.js';
export { safeNext } from './sessions/next.js';
export { indexedDbStorage } from './storage/indexeddb.js';
export { memoryStorage } from './storage/memory.js';
export { AnonymousUser, User } from './user.js';
export { Page, Query, Users } from './users.js';

/** @type {import('./accounts.js').Platform} */
const browser = {
  wasm() {
    const url = new URL('./placecard.wasm', import.meta.url);
    if (url.protocol !== 'file:') return url;
    throw accountError(
      'core-unavailable',
      'A page opened as a file cannot load the account module: serve it over http.',
    );
  },
  storage: (name) => indexedDbStorage(name),
  makeWorker:
    typeof Worker === 'undefined'
      ? null
      : () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }),
  onWake,
  storageManager: globalThis.navigator?.storage,
  keyStore: (name) => webCryptoKeyStore(name),
  tabs: {
    get sessionStorage() {
      try {
        return globalThis.sessionStorage;
      } catch {
        return undefined; // blocked
      }
    },
    locks: globalThis.navigator?.locks,
    BroadcastChannel: globalThis.BroadcastChannel,
  },
};

/**
 * Opens the accounts of this page.
 * @param {import('./accounts.js').OpenOptions} [options]
 * @returns {Promise<import('./accounts.js').Accounts>}
 */
export function open(options = {}) {
  return openAccounts(options, browser);
}
