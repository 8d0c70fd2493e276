// @ts-check
// IndexedDB as promises, with its failures as ours.

import { accountError } from '../errors.js';

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
export function result(request) {
  return quiet(
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    }),
  );
}

/**
 * Several requests are made at once; when one fails, nobody waits for the others any more.
 * @template T
 * @param {Promise<T>} promise
 */
function quiet(promise) {
  promise.catch(() => {});
  return promise;
}

/**
 * Resolves when a transaction is complete: for a writing one that is when it is durable. A full disk shows in `abort`
 * and nowhere else.
 * @param {IDBTransaction} transaction
 * @returns {Promise<void>}
 */
export function complete(transaction) {
  return quiet(
    new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new DOMException('The transaction ended.', 'AbortError'));
    }),
  );
}

/**
 * @param {IDBFactory} factory
 * @param {string} name
 * @param {(database: IDBDatabase) => void} upgrade
 * @param {number} timeoutMs how long another tab may keep us waiting
 * @returns {Promise<IDBDatabase>}
 */
export function openDatabase(factory, name, upgrade, timeoutMs) {
  return new Promise((resolve, reject) => {
    const request = factory.open(name, 1);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      reject(accountError('storage-blocked'));
    }, timeoutMs);
    request.onupgradeneeded = () => upgrade(request.result);
    request.onsuccess = () => {
      clearTimeout(timer);
      if (late) request.result.close();
      else resolve(request.result);
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error);
    };
    // onblocked needs no answer: it says that we wait, and the timer says for how long.
  });
}

/**
 * @param {unknown} error
 * @returns {Error} an AccountError
 */
export function storageError(error) {
  if (error instanceof Error && error.name === 'AccountError') return error;
  const { name = 'Error', message = '' } = /** @type {Partial<Error>} */ (error ?? {});
  if (name === 'QuotaExceededError') return accountError('storage-full', undefined, error);
  return accountError('storage-failed', `The browser could not use its storage: ${name}: ${message}`, error);
}

/**
 * Whether an error is about this commit, and not about the connection it was made on.
 * @param {unknown} error
 */
export function isFull(error) {
  return /** @type {Partial<Error> | null} */ (error)?.name === 'QuotaExceededError';
}
