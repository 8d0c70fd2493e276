// @ts-check
// What a page calls.

import { openRemote } from './client.js';
import { Durability } from './durability.js';
import { AccountError, accountError } from './errors.js';
import { openService } from './service.js';
import { Snapshot } from './snapshot.js';
import { User } from './user.js';
import { Users } from './users.js';

/**
 * @typedef {object} OpenOptions
 * @property {import('./storage/storage.js').Storage} [storage] where the accounts are kept; in IndexedDB when absent, in Node in memory
 * @property {string} [name] tells several databases of one origin apart, when there is no `storage`
 * @property {boolean} [worker] whether the accounts run in a Worker; true where that is possible when absent
 * @property {import('./core.js').WasmSource} [wasm] the module, when it does not lie beside this file
 * @property {{ minChars?: number }} [passwordPolicy] 8 characters when absent
 * @property {() => number} [now] the clock, in milliseconds since 1970
 */

/** @typedef {{ username: string, email: string, password: string }} SignUpForm */

/**
 * A row from somewhere else. Its password hash may be any text; whether it can be logged in with shows at log-in.
 * @typedef {object} ImportedUser
 * @property {number} [id] the next free one when absent
 * @property {string | null} [username]
 * @property {string | null} [email]
 * @property {string | null} [passwordHash]
 * @property {string | Date | null} [joinedAt] now when absent
 */

/** @typedef {import('./service.js').OnProgress} OnProgress */

/** @typedef {import('./service.js').Service} Service */

/**
 * What differs between a browser and Node.
 * @typedef {object} Platform
 * @property {() => import('./core.js').WasmSource | Promise<import('./core.js').WasmSource>} wasm
 * @property {(name?: string) => import('./storage/storage.js').Storage} storage
 * @property {(() => Worker) | null} makeWorker
 * @property {(wake: () => void) => () => void} onWake calls `wake` after the page was hidden or frozen; stops when
 *   what it returns is called
 * @property {StorageManager} [storageManager]
 */

const MAX_MIN_CHARS = 1024;
const ROWS_AT_ONCE = 2000;

/**
 * @param {OpenOptions} options
 * @param {Platform} platform
 */
export async function openAccounts(options, platform) {
  const { name, storage = platform.storage(name), passwordPolicy = {}, now, worker } = options;
  const { minChars: minPasswordChars = 8 } = passwordPolicy;
  if (!Number.isInteger(minPasswordChars) || minPasswordChars < 1 || minPasswordChars > MAX_MIN_CHARS) {
    throw accountError('argument-invalid', `passwordPolicy.minChars is a whole number from 1 to ${MAX_MIN_CHARS}.`);
  }
  if (typeof storage?.open !== 'function') {
    throw accountError('argument-invalid', 'storage is what indexedDbStorage(name) or memoryStorage() returns.');
  }
  const wasm = options.wasm ?? (await platform.wasm());
  const remote = await openRemote(platform.makeWorker, { wasm, storage, minPasswordChars, now, worker });
  const service = remote ?? (await openService({ wasm, storage, minPasswordChars, now }));
  return new Accounts(service, await service.about(), platform);
}

export class Accounts {
  #service;
  #snapshot;
  #durability;
  #stopWaking;
  #batches = 0;

  /**
   * @param {Service} service
   * @param {{ storage: import('./storage/storage.js').StorageKind }} about
   * @param {Platform} platform
   */
  constructor(service, about, platform) {
    this.#service = service;
    this.#snapshot = new Snapshot(Durability.initial(about.storage));
    this.#durability = new Durability(this.#snapshot, platform.storageManager);
    this.#stopWaking = platform.onWake(() => service.doubt().catch(() => {}));
    /** The users of this database, to be queried. */
    this.users = new Users((query) => service.query(query));
  }

  /**
   * Everything that is wrong with a sign-up form as it is now; empty when it would be accepted. Changes nothing.
   * @param {Partial<SignUpForm>} form
   * @returns {Promise<(import('./errors.js').Problem & { message: string })[]>}
   */
  async check(form) {
    const problems = await this.#service.check(formOf(form));
    return problems.length === 0 ? [] : new AccountError(problems).problems;
  }

  /**
   * @param {SignUpForm} form
   * @returns {Promise<User>}
   */
  async signUp(form) {
    const user = new User(await this.#service.signUp(formOf(form)));
    this.#durability.ask();
    return user;
  }

  /**
   * Adds rows from somewhere else in one transaction: all of them, or none and an error whose `row` says which one is
   * to blame.
   * @param {Iterable<ImportedUser>} users
   * @returns {Promise<number>} how many
   */
  async importUsers(users) {
    const all = Array.from(users);
    /** @param {number} from */
    const piece = (from) => all.slice(from, from + ROWS_AT_ONCE).map((user, index) => rowOf(user, from + index));
    this.#batches += 1;
    const batch = this.#batches;
    let from = 0;
    try {
      // A piece at a time, because with many even handing them over is long work.
      for (; from + ROWS_AT_ONCE < all.length; from += ROWS_AT_ONCE) {
        await this.#service.stageUsers({ batch, rows: piece(from) });
      }
      return await this.#service.importUsers({ batch, rows: piece(from) });
    } catch (error) {
      if (from > 0) await this.#service.dropUsers({ batch }).catch(() => {}); // the service may have stopped
      throw error;
    }
  }

  /**
   * The database as the bytes of a SQLite file.
   * @param {{ onProgress?: OnProgress }} [options] called with bytes done and bytes in all
   * @returns {Promise<Uint8Array>}
   */
  async exportDatabase({ onProgress } = {}) {
    return this.#service.exportDatabase({}, onProgress);
  }

  /**
   * Replaces everything by the bytes of a SQLite file once it has passed every check; until then, and when it fails
   * one, nothing changes.
   * @param {Uint8Array | ArrayBuffer} bytes
   * @param {{ onProgress?: OnProgress }} [options]
   * @returns {Promise<number>} how many users there are now
   */
  async importDatabase(bytes, { onProgress } = {}) {
    const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
    if (!(view instanceof Uint8Array)) throw accountError('argument-invalid', 'importDatabase takes a Uint8Array.');
    return this.#service.importDatabase({ bytes: view }, onProgress);
  }

  /**
   * What a page shows of the accounts' state; the same object until something in it changes.
   * @returns {import('./snapshot.js').State}
   */
  getSnapshot() {
    return this.#snapshot.get();
  }

  /**
   * @param {() => void} fn called after each change of the snapshot
   * @returns {() => void} ends the subscription
   */
  subscribe(fn) {
    return this.#snapshot.subscribe(fn);
  }

  /** Waits for what is under way and lets go of the storage. */
  async close() {
    this.#stopWaking();
    await this.#service.close();
  }
}

/**
 * @param {Partial<SignUpForm>} form
 * @returns {SignUpForm}
 */
function formOf(form) {
  /** @param {keyof SignUpForm} name */
  const text = (name) => {
    const value = form?.[name] ?? '';
    if (typeof value !== 'string') throw accountError('argument-invalid', `${name} must be a string.`);
    return value;
  };
  return { username: text('username'), email: text('email'), password: text('password') };
}

/**
 * @param {ImportedUser} user
 * @param {number} index
 * @returns {import('./users.js').UserRow}
 */
function rowOf(user, index) {
  const { id = 0, username = null, email = null, passwordHash = null, joinedAt = null } = user;
  const texts = [username, email, passwordHash, joinedAt instanceof Date ? joinedAt.toJSON() : joinedAt];
  const wrong = texts.some((text) => text !== null && typeof text !== 'string');
  if (!Number.isSafeInteger(id) || id < 0 || wrong) {
    throw accountError('argument-invalid', `Row ${index} is not a user: text or null in each field, a whole id.`);
  }
  return [id, texts[0], texts[1], texts[2], texts[3]];
}
