// @ts-check
// The core and its storage as one asynchronous service. Everything that goes in and comes out can be cloned, so the
// same service runs beside the page or in a Worker.
//
// A method takes one request, and a function to report progress to if it takes long; commit.js says how its reads and
// writes are kept apart and made durable.

import { Commits } from './commit.js';
import { compile } from './compile.js';
import { Core } from './core.js';
import { enter } from './entry.js';
import { AccountError, accountError } from './errors.js';
import { SyncService } from './sync/service.js';

/**
 * @typedef {object} ServiceOptions
 * @property {import('./compile.js').WasmSource} wasm
 * @property {import('./storage/storage.js').Storage} storage
 * @property {number} minPasswordChars
 * @property {{ passes: number, memory: number }} kdf
 * @property {() => number} [now]
 */

/** @typedef {import('./users.js').UserRow} UserRow */
/** @typedef {(done: number, total: number) => void} OnProgress */

/** @typedef {import('./entry.js').Entry} Entry */
/** @typedef {import('./core.js').Keys} Keys */
/** @typedef {import('./core.js').Grant} Grant */
/** `seen`: that it was seen now has been stored. @typedef {Omit<import('./core.js').ResumeReply, 'due'> & { seen: boolean }} Resumed */

const IMPORT_STEP = 256 * 1024;

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
    const commits = new Commits(started, connection);
    // What opening changed: a new schema, or names somebody else has written.
    if (started.dirty) await commits.write(() => {});
    return new Service(started, commits, connection.kind ?? storage.kind);
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

export class Service extends SyncService {
  #core;
  #commits;
  #storage;
  /** @type {Uint8Array | null} the import whose bytes lie in the core, complete and not yet applied */
  #staged = null;
  /** @type {Map<number, UserRow[]>} rows on their way in, by the number the caller gave them */
  #batches = new Map();

  /**
   * @param {Core} core
   * @param {Commits} commits
   * @param {import('./storage/storage.js').StorageKind} storage
   */
  constructor(core, commits, storage) {
    super(core, commits);
    this.#core = core;
    this.#commits = commits;
    this.#storage = storage;
  }

  /** @param {import('./users.js').QuerySpec} query */
  async query(query) {
    return this.#commits.read(() => this.#core.query(query));
  }

  /** @param {{ username: string, email: string, password: string }} form */
  async check({ username, email, password }) {
    return this.#commits.read(() => this.#core.check(username, email, password));
  }

  // With a grant the session that begins is kept in a row, stored in the same commit.

  /**
   * @param {{ username: string, email: string, password: string, grant?: Grant }} form
   * @returns {Promise<Entry>}
   */
  async signUp({ username, email, password, grant }) {
    return this.#enter(() => this.#core.prepare('sign_up', username, email, password), { grant });
  }

  /**
   * @param {{ login: string, password: string, tampered?: import('./core.js').TamperChoice, force?: boolean,
   *   grant?: Grant }} form `force`: also when the account is inactive
   * @returns {Promise<Entry>}
   */
  async logIn({ login, password, tampered, force, grant }) {
    return this.#enter(() => this.#core.prepare('log_in', login, password), { tampered, force, grant });
  }

  /**
   * @param {{ login: string, code: string, newPassword: string, grant?: Grant }} form
   * @returns {Promise<Entry>}
   */
  async recover({ login, code, newPassword, grant }) {
    return this.#enter(() => this.#core.prepare('recover', login, code, newPassword), { grant });
  }

  /** @param {{ session: number, current: string, next: string, grant?: Grant }} form */
  async changePassword({ session, current, next, grant }) {
    return this.#enter(() => this.#core.prepare('change_password', session, current, next), { grant });
  }

  /**
   * Proves that it is still the same person. With keys the session's row is fresh from now on, in the same commit.
   * @param {{ session: number, password: string, keys?: Keys }} form
   * @returns {Promise<Entry>}
   */
  async confirm({ session, password, keys }) {
    const after = keys && (() => this.#core.sessionRenew(session, keys, true));
    return this.#enter(() => this.#core.prepare('confirm', session, password), { after });
  }

  /** @param {{ session: number, password: string }} form */
  async deleteAccount({ session, password }) {
    await this.#enter(() => this.#core.prepare('delete_account', session, password));
  }

  /** @param {{ session: number }} request */
  async logOut({ session }) {
    return this.#commits.read(() => this.#core.logOut(session));
  }

  /**
   * Opens a kept session. That it was seen is stored now and then; when that fails it has been opened all the same.
   * @param {{ keys: Keys, protection: 0 | 1 | 2 }} request
   * @returns {Promise<Resumed>}
   */
  async sessionResume({ keys, protection }) {
    const { due, ...resumed } = await this.#commits.read(() => this.#core.sessionResume(keys, protection));
    if (!due) return { ...resumed, seen: false };
    try {
      await this.#commits.write(() =>
        this.#core.sessionRenew(resumed.session, keys, resumed.protected ? false : undefined),
      );
      return { ...resumed, seen: true };
    } catch (error) {
      if (error instanceof AccountError && error.code.startsWith('storage-')) return { ...resumed, seen: false };
      throw error;
    }
  }

  /** @param {{ session: number, keys: Keys, fresh: boolean }} request */
  async sessionRenew({ session, keys, fresh }) {
    return this.#commits.write(() => this.#core.sessionRenew(session, keys, fresh));
  }

  /** @param {{ id: Uint8Array, how: import('./core.js').Ending }} request */
  async sessionEnd({ id, how }) {
    return this.#commits.write(() => this.#core.sessionEnd(id, how));
  }

  /** A log-out of a session that has no row. */
  async countLogOut() {
    return this.#commits.write(() => this.#core.countLogOut());
  }

  /** @param {{ id: Uint8Array | null }} request null: none is current */
  async sessionSwitch({ id }) {
    return this.#commits.write(() => this.#core.sessionSwitch(id));
  }

  /** @returns {Promise<import('./core.js').SessionReply[]>} */
  async sessionList() {
    return this.#commits.read(() => this.#core.sessionList());
  }

  /** @param {{ session: number, active: boolean }} request deactivating ends the account's kept sessions */
  async setActive({ session, active }) {
    return this.#commits.write(() => this.#core.setActive(session, active));
  }

  /** @param {{ session: number }} request */
  async currentUser({ session }) {
    return this.#commits.read(() => this.#core.currentUser(session));
  }

  /** @param {{ session: number, username: string | null, email: string | null }} request */
  async update({ session, username, email }) {
    return this.#commits.write(() => this.#core.update(session, username, email));
  }

  /** @param {{ session: number }} request */
  async createRecoveryCode({ session }) {
    return this.#commits.write(() => this.#core.createRecoveryCode(session));
  }

  /** @param {{ session: number, key: string }} request */
  async dataGet({ session, key }) {
    return this.#commits.read(() => this.#core.dataGet(session, key));
  }

  /** @param {{ session: number }} request */
  async dataList({ session }) {
    return this.#commits.read(() => this.#core.dataList(session));
  }

  /** @param {{ session: number, key: string, json: string }} request */
  async dataSet({ session, key, json }) {
    return this.#commits.write(() => this.#core.dataSet(session, key, json));
  }

  /** @param {{ session: number, key: string }} request */
  async dataDelete({ session, key }) {
    return this.#commits.write(() => this.#core.dataDelete(session, key));
  }

  /** @param {{ batch: number, rows: UserRow[] }} request rows to be imported with others that come later */
  async stageUsers({ batch, rows }) {
    const staged = this.#batches.get(batch) ?? [];
    for (const row of rows) staged.push(row);
    this.#batches.set(batch, staged);
  }

  /** @param {{ batch: number, rows: UserRow[] }} request the last rows of the batch */
  async importUsers({ batch, rows }) {
    const all = [...(this.#batches.get(batch) ?? []), ...rows];
    const count = await this.#commits.write(() => this.#core.importRows(all));
    this.#batches.delete(batch);
    return count;
  }

  /** @param {{ batch: number }} request */
  async dropUsers({ batch }) {
    this.#batches.delete(batch);
  }

  /**
   * @param {{}} _request
   * @param {OnProgress} [onProgress] in bytes
   * @returns {Promise<Uint8Array>}
   */
  async exportDatabase(_request, onProgress = () => {}) {
    // In the queue, so that nothing changes between two pieces.
    return this.#commits.alone(async () => {
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
    await this.#commits.alone(async () => {
      this.#staged = null;
      this.#core.importBegin();
      for (let from = 0; from < bytes.length; from += IMPORT_STEP) {
        this.#core.importAppend(bytes.subarray(from, from + IMPORT_STEP));
        onProgress(Math.min(from + IMPORT_STEP, bytes.length - 1), bytes.length);
        await breathe();
      }
      this.#staged = bytes;
    });
    const count = await this.#commits.write(
      () => {
        // Again, when another import or another tab came first.
        if (this.#staged !== bytes) this.#stage(bytes);
        this.#staged = null;
        return this.#core.importApply();
      },
      { everything: true },
    );
    onProgress(bytes.length, bytes.length);
    return count;
  }

  /** @param {Uint8Array} bytes */
  #stage(bytes) {
    this.#core.importBegin();
    for (let from = 0; from < bytes.length; from += IMPORT_STEP) {
      this.#core.importAppend(bytes.subarray(from, from + IMPORT_STEP));
    }
  }

  /** Nobody could tell this tab of others' commits for a while. */
  async doubt() {
    this.#commits.doubt();
  }

  /** @returns {Promise<{ storage: import('./storage/storage.js').StorageKind }>} what the page's snapshot says */
  async about() {
    return { storage: this.#storage };
  }

  /** Whatever was asked for before is done first; whatever is asked for afterwards is refused. */
  async close() {
    await this.#commits.close();
  }

  /**
   * @param {() => number} prepare
   * @param {import('./entry.js').How} [how]
   */
  #enter(prepare, how) {
    return enter(this.#core, this.#commits, prepare, how);
  }
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
