// @ts-check
// The Worker's side of client.js: a service of its own, and a message for each answer.

import { openService, Service } from './service.js';
import { indexedDbStorage } from './storage/indexeddb.js';
import { SyncService } from './sync/service.js';

/** @typedef {import('./service.js').ServiceOptions} ServiceOptions */
/** @typedef {Omit<ServiceOptions, 'wasm' | 'storage'> & {
 *   storage: import('./storage/storage.js').StorageDescription }} OpenRequest */
/** @typedef {{ id: number, method: string, request: any, reports: boolean }} Message */

const scope = /** @type {{ postMessage: (message: unknown, transfer?: Transferable[]) => void }} */ (
  /** @type {unknown} */ (globalThis)
);

/** @type {Service | null} */
let service = null;
/** @type {MessagePort[]} they close when this Worker is no more */
const ports = [];
/** @type {(module: any) => void} */
let deliver;
/** @type {Promise<any>} the module, which the page compiles meanwhile */
const compiled = new Promise((resolve) => {
  deliver = resolve;
});

globalThis.addEventListener('message', async (event) => {
  const { id, method, request, reports } = /** @type {MessageEvent<Message>} */ (event).data;
  const onProgress = (/** @type {number} */ done, /** @type {number} */ total) => {
    if (reports) scope.postMessage({ id, progress: [done, total] });
  };
  try {
    const value = await answer(method, request, onProgress);
    scope.postMessage({ id, value }, value instanceof Uint8Array ? [/** @type {ArrayBuffer} */ (value.buffer)] : []);
  } catch (error) {
    scope.postMessage({ id, error: describe(error) });
  } finally {
    // A session's keys, of which this is a copy.
    for (const key of Object.values(request.grant ?? request.keys ?? {})) if (key instanceof Uint8Array) key.fill(0);
  }
});
scope.postMessage({ id: 0 }); // the script runs

/**
 * @param {string} method
 * @param {any} request
 * @param {import('./service.js').OnProgress} onProgress
 * @returns {Promise<unknown>}
 */
async function answer(method, request, onProgress) {
  if (method === 'open') {
    service = await open(request);
    return service.about();
  }
  if (method === 'compiled') return deliver(request.module);
  if (method === 'watch') {
    ports.push(request.port);
    return request.lock === '' ? null : hold(request.lock);
  }
  const known = /** @type {Record<string, Function>} */ (/** @type {unknown} */ (service));
  const isKnown = [Service, SyncService].some(({ prototype }) => Object.hasOwn(prototype, method));
  if (!isKnown) throw new Error(`There is no method ${method}.`);
  return known[method](request, onProgress);
}

/** @param {OpenRequest} request */
function open({ storage, ...options }) {
  return openService({ ...options, wasm: compiled, storage: indexedDbStorage(storage.name) });
}

/**
 * Holds a lock as long as this Worker lives.
 * @param {string} lock
 * @returns {Promise<null>} once it does
 */
function hold(lock) {
  return new Promise((held) => {
    navigator.locks.request(lock, () => new Promise(() => held(null)));
  });
}

/** @param {any} error */
function describe({ message, problems, row, retryAfterMs, cause }) {
  return { message, problems, row, retryAfterMs, cause: cause === undefined ? undefined : String(cause) };
}
