// @ts-check
// Where the keys of remembered sessions lie: in an IndexedDB database of their own, each encrypted by a key of its own
// which WebCrypto uses and shows to nobody. Deleting a record is what logs out.

import { AccountError, accountError } from '../errors.js';
import { complete, isFull, openDatabase, result, storageError } from '../storage/idb.js';

/**
 * Keeps secrets of 32 bytes by name.
 * @typedef {object} KeyStore
 * @property {(id: string) => Promise<Uint8Array | undefined>} get undefined when there is none
 * @property {(id: string, secret: Uint8Array) => Promise<unknown>} put
 * @property {(id: string) => Promise<unknown>} delete once it resolves, nobody gets that secret any more
 */

/** @typedef {{ wrapping: CryptoKey, iv: BufferSource, wrapped: BufferSource }} Wrapped */

const OPEN_TIMEOUT_MS = 5000;
const STORE = 'keys';

/**
 * @param {string} name of the accounts' database
 * @param {{ indexedDB?: IDBFactory, crypto?: Crypto }} [browser]
 * @returns {KeyStore}
 */
export function webCryptoKeyStore(name, { indexedDB, crypto } = globalThis) {
  const subtle = crypto?.subtle; // absent on a page that is served over plain http
  /** @param {string} id */
  const cipher = (id, iv = /** @type {BufferSource} */ (crypto?.getRandomValues(new Uint8Array(12)))) => ({
    name: 'AES-GCM',
    iv,
    additionalData: new TextEncoder().encode(id), // so that a record is worth nothing under another name
  });

  /**
   * @template T
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<T>} use
   * @returns {Promise<T>}
   */
  async function run(mode, use) {
    try {
      if (indexedDB === undefined || subtle === undefined) throw accountError('remember-unavailable');
      const upgrade = (/** @type {IDBDatabase} */ database) => void database.createObjectStore(STORE);
      const database = await openDatabase(indexedDB, `placecard-keys/${name}`, upgrade, OPEN_TIMEOUT_MS);
      try {
        const transaction = database.transaction(STORE, mode, { durability: 'strict' });
        const done = complete(transaction);
        const value = await result(use(transaction.objectStore(STORE)));
        await done;
        return value;
      } finally {
        database.close();
      }
    } catch (error) {
      if (error instanceof AccountError) throw error;
      throw isFull(error) ? storageError(error) : accountError('remember-unavailable', undefined, error);
    }
  }

  return {
    async get(id) {
      if (subtle === undefined) return undefined;
      /** @type {Wrapped | undefined} */
      const found = await run('readonly', (store) => store.get(id));
      if (found === undefined) return undefined;
      const { wrapping, iv, wrapped } = found;
      // A record that somebody changed opens nothing, as if it were not there.
      return subtle.decrypt(cipher(id, iv), wrapping, wrapped).then(
        (secret) => new Uint8Array(secret),
        () => undefined,
      );
    },
    async put(id, secret) {
      if (subtle === undefined) throw accountError('remember-unavailable');
      const wrapping = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
      const how = cipher(id);
      const wrapped = await subtle.encrypt(how, wrapping, /** @type {BufferSource} */ (secret));
      await run('readwrite', (store) => store.put({ wrapping, iv: how.iv, wrapped }, id));
    },
    async delete(id) {
      if (subtle !== undefined) await run('readwrite', (store) => store.delete(id));
    },
  };
}
