// @ts-check
// The service in a Worker, as if it were here: each method call becomes a message, its answer and its progress come
// back. worker.js is the other end.

import { compile } from './compile.js';
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
 * In a Worker where there can be one.
 * @param {(() => Worker) | null} makeWorker
 * @param {ServiceOptions & { worker?: boolean }} options
 * @returns {Promise<Service>}
 */
export function openSomewhere(makeWorker, { worker: wanted, ...options }) {
  const { storage, now } = options;
  // A browser that opens its files now has them open when they are needed.
  storage.wake?.();
  if (wanted !== false && makeWorker !== null && storage.description !== undefined && now === undefined) {
    return openRemote(makeWorker, options, wanted === true);
  }
  if (wanted !== true) return openBeside(options);
  throw accountError('argument-invalid', 'A Worker needs a browser, indexedDbStorage(name), and its own clock.');
}

/**
 * @param {() => Worker} makeWorker
 * @param {ServiceOptions} options
 * @param {boolean} isWanted rather no accounts than accounts beside the page
 * @returns {Promise<Service>}
 */
async function openRemote(makeWorker, { wasm, storage, ...options }, isWanted) {
  // Here, while the Worker starts and opens the storage.
  const compiling = compile(wasm);
  try {
    const client = new Client(start(makeWorker));
    await client.open({ ...options, storage: storage.description }, compiling);
    return client.service();
  } catch (error) {
    if (!(error instanceof WorkerUnavailable)) throw error;
    await compiling;
    // The page's policy forbids Workers, or the package lies on another origin.
    if (!isWanted) return openBeside({ ...options, wasm: compiling, storage });
    throw accountError('core-unavailable', error.message);
  }
}

/**
 * Without a Worker. The code that a Worker has of its own is loaded only now, and the module meanwhile.
 * @param {ServiceOptions} options
 * @returns {Promise<Service>}
 */
async function openBeside({ wasm, ...options }) {
  const importing = import('./service.js');
  const compiling = compile(wasm);
  compiling.catch(() => {}); // openService reports it
  const { openService } = await importing.catch((cause) => {
    throw accountError('core-unavailable', `The account module's script could not be loaded: ${cause.message}`, cause);
  });
  return openService({ ...options, wasm: compiling });
}

class WorkerUnavailable extends Error {}

/** @param {() => Worker} makeWorker */
function start(makeWorker) {
  try {
    return makeWorker();
  } catch (error) {
    throw new WorkerUnavailable(`The Worker could not be started: ${error}`);
  }
}

class Client {
  #worker;
  /** @type {Map<number, Call>} */
  #calls = new Map();
  #last = 0;
  #runs = false; // the Worker's script
  /** @type {MessagePort | undefined} */
  #port;
  /** @type {Error | null} */
  #stopped = null;
  /** @type {unknown} what the service says about itself */
  #about;

  /** @param {Worker} worker */
  constructor(worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = (event) => {
      const { message = '' } = event;
      if (this.#runs) return this.#end(message);
      event.preventDefault?.();
      this.stop(new WorkerUnavailable(`The Worker could not be loaded. ${message}`.trim()));
    };
    worker.onmessageerror = () => this.#end();
  }

  /**
   * @param {object} request
   * @param {Promise<WebAssembly.Module>} compiling
   */
  async open(request, compiling) {
    try {
      this.#watch().catch(() => {}); // it has stopped already
      const delivered = compiling.then((module) => this.call('compiled', { module }));
      [this.#about] = await Promise.all([this.call('open', request), delivered]);
    } catch (error) {
      this.stop(/** @type {Error} */ (error));
      throw error;
    }
  }

  /**
   * A Worker may also end without a word, as when the browser takes its memory away: then a port to it closes. Where the
   * browser does not tell of that, a lock that the Worker holds becomes free. Where there are no locks either (older
   * browsers over plain http) nobody tells, and calls under way wait until the page is reloaded.
   */
  async #watch() {
    const { port1, port2: port } = new MessageChannel();
    this.#port = port1; // or it would close with the garbage
    port1.addEventListener('close', () => this.#end());
    port1.start();
    const { locks } = navigator;
    const lock = 'onclose' in port1 || locks === undefined ? '' : crypto.randomUUID();
    await this.call('watch', { port, lock });
    if (lock !== '') await locks.request(lock, () => this.#end());
  }

  /** @param {string} [cause] */
  #end(cause) {
    this.stop(accountError('core-stopped', undefined, cause));
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
            if (method === 'about') return async () => this.#about;
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
    this.#port?.close();
    this.#worker.terminate();
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
  }

  /** @param {Reply} reply */
  #receive({ id, value, error, progress }) {
    this.#runs = true;
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
  /** @type {Transferable[]} */
  const transfer = [];
  const entries = Object.entries(request).map(([key, value]) => {
    if (value instanceof MessagePort) transfer.push(value);
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
