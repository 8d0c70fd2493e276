// @ts-check
// A storage in a browser, for any number of tabs at once. A commit is one IndexedDB transaction with strict durability:
// it makes sure that nobody else has committed since, and adds the changed pages to a log. Its cost does not grow with
// the database; now and then one of them also brings the base up to date and prunes the log (a checkpoint).

import { accountError } from '../errors.js';
import { storageError } from './idb.js';
import { memoryStorage } from './memory.js';

/**
 * What is used of the browser; a test gives one that fails.
 * @typedef {object} BrowserStorage
 * @property {IDBFactory} [indexedDB]
 * @property {LockManager} [locks]
 * @property {typeof BroadcastChannel} [BroadcastChannel]
 * @property {number} [patienceMs]
 * @property {number} [openTimeoutMs]
 */

/**
 * Keeps the accounts in this browser, in the IndexedDB database `placecard/<name>` of the page's origin. Nothing leaves
 * the device. A browser may evict it when room is short unless it has promised not to (`getSnapshot().persisted`), and
 * Safari deletes it after seven days without a visit: `exportDatabase()` gives a copy to keep. Deleted rows stay in
 * the browser's files for a while. Where the browser stores nothing, memory is used and the snapshot says `memory`.
 * @param {string} [name] one origin may have several
 * @param {BrowserStorage} [browser]
 * @returns {import('./storage.js').Storage}
 */
export function indexedDbStorage(name = 'accounts', browser) {
  if (typeof name !== 'string' || name === '') {
    throw accountError('argument-invalid', 'indexedDbStorage takes a name.');
  }
  return {
    kind: 'indexeddb',
    shared: false,
    description: browser === undefined ? { kind: 'indexeddb', name } : undefined,
    // Whatever is asked makes a browser open its files, which it then keeps open for a while.
    wake() {
      try {
        const { indexedDB } = browser ?? thisBrowser();
        indexedDB?.databases?.().catch(() => {});
      } catch {} // open() reports it
    },
    async open() {
      try {
        // Which a page with a Worker never loads.
        const { Connection } = await import('./connection.js');
        return await Connection.open(`placecard/${name}`, browser ?? thisBrowser());
      } catch (error) {
        if (!isDenied(error)) throw storageError(error);
        return { ...(await memoryStorage().open()), kind: 'memory' };
      }
    },
  };
}

/** @returns {BrowserStorage} */
function thisBrowser() {
  const { indexedDB, navigator, BroadcastChannel } = globalThis;
  return { indexedDB, locks: navigator?.locks, BroadcastChannel };
}

/**
 * Whether the browser will not store anything, which is not the same as failing to: private modes, blocked cookies.
 * @param {unknown} error
 */
function isDenied(error) {
  const { name = '' } = /** @type {Partial<Error>} */ (error);
  return ['SecurityError', 'InvalidStateError', 'NotSupportedError'].includes(name);
}
