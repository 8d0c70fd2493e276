// @ts-check
// The service in a Worker, as if it were here: each method call becomes a message, its answer and its progress come
// back. worker.js is the other end.

import { compile } from './core.js';
import { AccountError, accountError } from './errors.js';

/** @typedef {import('./service.js').Service} Service */
/** @typedef {import('./service.js').ServiceOptions} ServiceOptions */
/** @typedef {{ message: string, problems?: import('./errors.js').Problem[], row?: number, retryAfterMs?: number,
 *   cause?: string }} ErrorReply */
/** @typedef {{ id: number, value?: unknown, error?: ErrorReply, progress?: [number, number] }} Reply */

/**
 * @typedef {object} Call
 * @property {(value: any) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {import('./service.js').OnProgress} [onProgress]
 */

/**
 * @param {(() => Worker) | null} makeWorker
 * @param {ServiceOptions & { worker?: boolean }} options
 * @returns {Promise<Service | null>} null when it has to run beside the page
 */
export async function openRemote(makeWorker, { wasm, storage, now, worker: wanted, ...options }) {
  const { description } = storage;
  if (wanted === false || makeWorker === null || description === undefined || now !== undefined) {
    if (wanted !== true) return null;
    throw accountError('argument-invalid', 'A Worker needs a browser, indexedDbStorage(name), and its own clock.');
  }
  // An address is fetched over there; a response cannot be sent.
  const module = wasm instanceof URL ? wasm.href : await compile(wasm);
  try {
    const client = await Client.start(makeWorker);
    const service = client.service();
    await client.call('open', { ...options, wasm: module, storage: description }).catch((error) => {
      client.stop(error);
      throw error;
    });
    return service;
  } catch (error) {
    // The page's policy forbids Workers, or the package lies on another origin.
    if (error instanceof WorkerUnavailable && wanted === undefined) return null;
    if (error instanceof WorkerUnavailable) throw accountError('core-unavailable', error.message);
    throw error;
  }
}

class WorkerUnavailable extends Error {}

class Client {
  #worker;
  /** @type {Map<number, Call>} */
  #calls = new Map();
  #last = 0;
  /** @type {Error | null} */
  #stopped = null;

  /**
   * @param {() => Worker} makeWorker
   * @returns {Promise<Client>} once the Worker's script runs
   */
  static start(makeWorker) {
    return new Promise((resolve, reject) => {
      /** @type {Worker} */
      let worker;
      try {
        worker = makeWorker();
      } catch (error) {
        reject(new WorkerUnavailable(`The Worker could not be started: ${error}`));
        return;
      }
      worker.onerror = (event) => {
        event.preventDefault?.();
        worker.terminate();
        reject(new WorkerUnavailable(`The Worker could not be loaded. ${event.message ?? ''}`.trim()));
      };
      worker.onmessage = () => resolve(new Client(worker));
    });
  }

  /** @param {Worker} worker */
  constructor(worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = ({ message }) => this.stop(accountError('core-stopped', undefined, message));
    worker.onmessageerror = () => this.stop(accountError('core-stopped'));
  }

  /**
   * @param {string} method
   * @param {object} request
   * @param {import('./service.js').OnProgress} [onProgress]
   * @returns {Promise<any>}
   */
  call(method, request, onProgress) {
    if (this.#stopped !== null) return Promise.reject(this.#stopped);
    this.#last += 1;
    const id = this.#last;
    const { message, transfer } = outgoing(request);
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject, onProgress });
      this.#worker.postMessage({ id, method, request: message, reports: onProgress !== undefined }, transfer);
    });
  }

  /** @returns {Service} */
  service() {
    const close = async () => {
      if (this.#stopped !== null) return;
      await this.call('close', {});
      this.stop(accountError('closed'));
    };
    return /** @type {Service} */ (
      new Proxy(
        {},
        {
          get: (_, method) => {
            if (method === 'then' || typeof method === 'symbol') return undefined; // this is no promise
            if (method === 'close') return close;
            return (/** @type {object} */ request = {}, /** @type {any} */ onProgress) =>
              this.call(method, request, onProgress);
          },
        },
      )
    );
  }

  /** @param {Error} error what every call gets from now on */
  stop(error) {
    if (this.#stopped !== null) return;
    this.#stopped = error;
    this.#worker.terminate();
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
  }

  /** @param {Reply} reply */
  #receive({ id, value, error, progress }) {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    if (progress !== undefined) {
      call.onProgress?.(...progress);
      return;
    }
    this.#calls.delete(id);
    if (error === undefined) call.resolve(value);
    else call.reject(errorOf(error));
  }
}

/**
 * Bytes go over as a copy of their own: the caller keeps his, and a view into something larger does not take all of it
 * along.
 * @param {object} request
 */
function outgoing(request) {
  /** @type {ArrayBuffer[]} */
  const transfer = [];
  const entries = Object.entries(request).map(([key, value]) => {
    if (!(value instanceof Uint8Array)) return [key, value];
    const copy = new Uint8Array(value);
    transfer.push(copy.buffer);
    return [key, copy];
  });
  return { message: Object.fromEntries(entries), transfer };
}

/** @param {ErrorReply} reply */
function errorOf({ problems, message, row, retryAfterMs, cause }) {
  return problems === undefined
    ? new Error(message)
    : new AccountError(problems, { message, row, retryAfterMs, cause });
}
