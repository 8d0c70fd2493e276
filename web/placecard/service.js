// @ts-check
// The core and its storage as one asynchronous service. Everything that goes in and comes out can be cloned, so the
// same service runs beside the page or in a Worker.
//
// Writes queue: each one changes memory, has its pages stored, and is acknowledged or undone before the next begins.

import { Core, compile } from './core.js';
import { AccountError, accountError } from './errors.js';

/**
 * @typedef {object} ServiceOptions
 * @property {import('./core.js').WasmSource} wasm
 * @property {import('./storage/storage.js').Storage} storage
 * @property {number} minPasswordChars
 * @property {{ passes: number, memory: number }} kdf
 * @property {() => number} [now]
 */

/** @typedef {(done: number, total: number) => void} OnProgress */

/** @typedef {{ user: any, session: number }} Entry */

const IMPORT_STEP = 256 * 1024;
const MAX_ATTEMPTS = 5;

/**
 * @param {ServiceOptions} options
 * @returns {Promise<Service>}
 */
export async function openService({ wasm, storage, minPasswordChars, kdf, now }) {
  const connecting = storage.open();
  connecting.catch(() => {}); // awaited below, after the module that compiles meanwhile
  const module = await compile(wasm).catch(async (error) => {
    await connecting.then(
      (connection) => connection.close(),
      () => {},
    );
    throw error;
  });
  const connection = await connecting;
  /** @type {Core | undefined} */
  let core;
  try {
    const started = start(module, { minPasswordChars, kdf, now });
    core = started;
    await connection.load((offset, bytes) => started.write(offset, bytes));
    started.open(storage.shared);
    const service = new Service(started, connection);
    await service.storeMigration();
    return service;
  } catch (error) {
    core?.close();
    await connection.close();
    throw error;
  }
}

/**
 * @param {WebAssembly.Module} module
 * @param {import('./core.js').CoreOptions} options
 */
function start(module, options) {
  try {
    return new Core(module, options);
  } catch (cause) {
    if (cause instanceof AccountError) throw cause;
    throw accountError('core-unavailable', 'The account module could not be started: it is another one.', cause);
  }
}

export class Service {
  #core;
  #connection;
  /** @type {Promise<unknown>} the last write; the next one waits for it */
  #tail = Promise.resolve();
  /** @type {Promise<void> | undefined} */
  #closing;

  /**
   * @param {Core} core
   * @param {import('./storage/storage.js').StorageConnection} connection
   */
  constructor(core, connection) {
    this.#core = core;
    this.#connection = connection;
  }

  /** What opening changed: a new schema, or names somebody else has written. */
  async storeMigration() {
    await this.#write(() => {});
  }

  /** @param {import('./users.js').QuerySpec} query */
  async query(query) {
    return this.#read(() => this.#core.query(query));
  }

  /** @param {{ username: string, email: string, password: string }} form */
  async check({ username, email, password }) {
    return this.#read(() => this.#core.check(username, email, password));
  }

  /**
   * @param {{ username: string, email: string, password: string }} form
   * @returns {Promise<Entry>}
   */
  async signUp({ username, email, password }) {
    return this.#enter(() => this.#core.prepare('sign_up', username, email, password));
  }

  /**
   * @param {{ login: string, password: string, tampered?: import('./core.js').TamperChoice }} form
   * @returns {Promise<Entry>}
   */
  async logIn({ login, password, tampered }) {
    return this.#enter(() => this.#core.prepare('log_in', login, password), tampered);
  }

  /**
   * @param {{ login: string, code: string, newPassword: string }} form
   * @returns {Promise<Entry>}
   */
  async recover({ login, code, newPassword }) {
    return this.#enter(() => this.#core.prepare('recover', login, code, newPassword));
  }

  /** @param {{ session: number, current: string, next: string }} form */
  async changePassword({ session, current, next }) {
    return this.#enter(() => this.#core.prepare('change_password', session, current, next));
  }

  /** @param {{ session: number, password: string }} form */
  async deleteAccount({ session, password }) {
    await this.#enter(() => this.#core.prepare('delete_account', session, password));
  }

  /** @param {{ session: number }} request */
  async logOut({ session }) {
    return this.#read(() => this.#core.logOut(session));
  }

  /** @param {{ session: number }} request */
  async currentUser({ session }) {
    return this.#read(() => this.#core.currentUser(session));
  }

  /** @param {{ session: number, username: string | null, email: string | null }} request */
  async update({ session, username, email }) {
    return this.#write(() => this.#core.update(session, username, email));
  }

  /** @param {{ session: number }} request */
  async createRecoveryCode({ session }) {
    return this.#write(() => this.#core.createRecoveryCode(session));
  }

  /** @param {{ session: number, key: string }} request */
  async dataGet({ session, key }) {
    return this.#read(() => this.#core.dataGet(session, key));
  }

  /** @param {{ session: number }} request */
  async dataList({ session }) {
    return this.#read(() => this.#core.dataList(session));
  }

  /** @param {{ session: number, key: string, json: string }} request */
  async dataSet({ session, key, json }) {
    return this.#write(() => this.#core.dataSet(session, key, json));
  }

  /** @param {{ session: number, key: string }} request */
  async dataDelete({ session, key }) {
    return this.#write(() => this.#core.dataDelete(session, key));
  }

  /** @param {{ rows: import('./users.js').UserRow[] }} request */
  async importUsers({ rows }) {
    return this.#write(() => this.#core.importRows(rows));
  }

  /**
   * @param {{}} _request
   * @param {OnProgress} [onProgress] in bytes
   * @returns {Promise<Uint8Array>}
   */
  async exportDatabase(_request, onProgress = () => {}) {
    // In the queue, so that nothing changes between two pieces.
    return this.#queue(async () => {
      const total = this.#core.size;
      const bytes = new Uint8Array(total);
      for (let from = 0; from < total; from += IMPORT_STEP) {
        const to = Math.min(from + IMPORT_STEP, total);
        bytes.set(this.#core.read(from, to), from);
        onProgress(to, total);
        await breathe();
      }
      return bytes;
    });
  }

  /**
   * @param {{ bytes: Uint8Array }} request
   * @param {OnProgress} [onProgress] in bytes; the last step, checking and storing, reports when it is done
   * @returns {Promise<number>} how many users there are now
   */
  async importDatabase({ bytes }, onProgress = () => {}) {
    return this.#queue(async () => {
      this.#core.importBegin();
      try {
        for (let from = 0; from < bytes.length; from += IMPORT_STEP) {
          this.#core.importAppend(bytes.subarray(from, from + IMPORT_STEP));
          onProgress(Math.min(from + IMPORT_STEP, bytes.length - 1), bytes.length);
          await breathe();
        }
      } catch (error) {
        this.#core.importCancel();
        throw error;
      }
      const count = this.#core.importApply();
      await this.#commit(true);
      onProgress(bytes.length, bytes.length);
      return count;
    });
  }

  /** Whatever was asked for before is done first; whatever is asked for afterwards is refused. */
  async close() {
    this.#closing ??= this.#tail.then(() => {
      this.#core.close();
      return this.#connection.close();
    });
    return this.#closing;
  }

  /**
   * @template T
   * @param {() => T} operation
   */
  #read(operation) {
    // Between an operation and its acknowledgement memory is ahead of the storage, and nobody may see that.
    return this.#queue(async () => operation());
  }

  /**
   * Runs a synchronous change, and makes it durable or undoes it. A refusal may have changed something too (a counted
   * failure, say), which is stored before it is passed on.
   * @template T
   * @param {() => T} operation
   */
  #write(operation) {
    return this.#queue(async () => {
      /** @type {{ value: T } | { error: unknown }} */
      let outcome;
      try {
        outcome = { value: operation() };
      } catch (error) {
        outcome = { error };
      }
      if (!('error' in outcome) || !isStopped(outcome.error)) await this.#commit(false);
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    });
  }

  /**
   * The slow part first, while others may read and write; then the change; and only when that is stored the session.
   * @param {() => number} prepare
   * @param {import('./core.js').TamperChoice} [tampered]
   * @returns {Promise<Entry>}
   */
  async #enter(prepare, tampered = 'refuse') {
    for (let attempt = 1; ; attempt += 1) {
      const prepared = await this.#read(prepare);
      try {
        const user = await this.#write(() => this.#core.apply(prepared, tampered));
        return { user, session: this.#core.settle(prepared) };
      } catch (error) {
        if (!isStopped(error)) this.#core.abandon(prepared);
        // Somebody changed the account between the two: look again.
        const changed = error instanceof AccountError && error.code === 'changed-meanwhile';
        if (!changed || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  /** @param {boolean} everything */
  async #commit(everything) {
    const core = this.#core;
    if (!core.dirty) return;
    try {
      await this.#connection.commit({
        size: core.size,
        pages: core.dirtyPages(),
        everything,
        read: (from, to) => core.read(from, to),
      });
    } catch (error) {
      core.undo();
      throw error;
    }
    core.acknowledge();
  }

  /**
   * @template T
   * @param {() => Promise<T>} task
   * @returns {Promise<T>}
   */
  #queue(task) {
    if (this.#closing !== undefined) return Promise.reject(accountError('closed'));
    const turn = this.#tail.then(task);
    this.#tail = turn.catch(() => {});
    return turn;
  }
}

/** @param {unknown} error */
function isStopped(error) {
  return error instanceof Error && 'code' in error && error.code === 'core-stopped';
}

/** Lets the page paint between two pieces of long work. */
function breathe() {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve(undefined);
    };
    channel.port2.postMessage(null);
  });
}
