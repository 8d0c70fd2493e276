// @ts-check
// What `open` takes.

import { accountError, checkObject } from './errors.js';

/** @typedef {import('./sessions/settings.js').SessionOptions} SessionOptions */

/**
 * @typedef {object} OpenOptions
 * @property {import('./storage/storage.js').Storage} [storage] where the accounts are kept; in IndexedDB when absent, in Node in memory
 * @property {string} [name] tells several databases of one origin apart, when there is no `storage`
 * @property {boolean} [worker] whether the accounts run in a Worker; true where that is possible when absent
 * @property {import('./compile.js').WasmSource} [wasm] the module, when it does not lie beside this file
 * @property {{ minChars?: number }} [passwordPolicy] 8 characters when absent
 * @property {{ passes?: number, memoryMiB?: number }} [kdf] what one guess at a password costs: Argon2id, 2 passes over
 *   64 MiB when absent; from 2 passes over 19 MiB to 16 passes over 256 MiB. Accounts below it are upgraded at log-in
 * @property {() => number} [now] the clock, in milliseconds since 1970
 * @property {SessionOptions} [session] how long sessions live, and what they are bound to
 * @property {import('./sessions/key-store.js').KeyStore} [keyStore] where the keys of remembered sessions are kept; in
 *   IndexedDB under WebCrypto when absent, in Node nowhere
 * @property {import('./sync/settings.js').SyncOptions} [sync] the server that the accounts sync to; none when absent
 * @property {new () => object} [anonymousUser] who is there when nobody is logged in
 * @property {string} [loginView] address of the page where one logs in, for `loginUrl`
 * @property {string} [refreshView] address of the page where one confirms; `loginView` when absent
 * @property {(error: Error) => unknown} [unauthorized] called in place of what `loginRequired` guards
 * @property {(error: Error) => unknown} [needsRefresh] the same for `freshLoginRequired`, when somebody is logged in
 */

const MAX_MIN_CHARS = 1024;

/**
 * What the service needs of them.
 * @param {OpenOptions} options
 * @param {(name?: string) => import('./storage/storage.js').Storage} defaultStorage
 */
export function serviceSettings(options, defaultStorage) {
  const { name, passwordPolicy = {}, kdf = {}, now } = options;
  checkObject(passwordPolicy, 'passwordPolicy');
  checkObject(kdf, 'kdf');
  const storage = options.storage === undefined ? defaultStorage(name) : options.storage;
  const { minChars: minPasswordChars = 8 } = passwordPolicy;
  if (!Number.isInteger(minPasswordChars) || minPasswordChars < 1 || minPasswordChars > MAX_MIN_CHARS) {
    throw accountError('argument-invalid', `passwordPolicy.minChars is a whole number from 1 to ${MAX_MIN_CHARS}.`);
  }
  const { passes = 2, memoryMiB = 64 } = kdf;
  if (!Number.isInteger(passes) || !Number.isInteger(memoryMiB)) {
    throw accountError('argument-invalid', 'kdf.passes and kdf.memoryMiB are whole numbers.');
  }
  if (typeof storage?.open !== 'function') {
    throw accountError('argument-invalid', 'storage is what indexedDbStorage(name) or memoryStorage() returns.');
  }
  if (now !== undefined && typeof now !== 'function') throw accountError('argument-invalid', 'now is a function.');
  return { storage, minPasswordChars, kdf: { passes, memory: memoryMiB * 1024 * 1024 }, now };
}
