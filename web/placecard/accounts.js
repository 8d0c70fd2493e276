// @ts-check
// What a page calls.

import { openRemote } from './client.js';
import { Durability } from './durability.js';
import { AccountError, accountError, checkObject } from './errors.js';
import { openService } from './service.js';
import { Session } from './session.js';
import { Snapshot } from './snapshot.js';
import { AnonymousUser, User } from './user.js';
import { Users } from './users.js';

/**
 * @typedef {object} OpenOptions
 * @property {import('./storage/storage.js').Storage} [storage] where the accounts are kept; in IndexedDB when absent, in Node in memory
 * @property {string} [name] tells several databases of one origin apart, when there is no `storage`
 * @property {boolean} [worker] whether the accounts run in a Worker; true where that is possible when absent
 * @property {import('./core.js').WasmSource} [wasm] the module, when it does not lie beside this file
 * @property {{ minChars?: number }} [passwordPolicy] 8 characters when absent
 * @property {{ passes?: number, memoryMiB?: number }} [kdf] what one guess at a password costs: Argon2id, 2 passes over
 *   64 MiB when absent; from 2 passes over 19 MiB to 16 passes over 256 MiB. Accounts below it are upgraded at log-in
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
  checkObject(options, 'What open takes');
  const { name, passwordPolicy = {}, kdf = {}, now, worker } = options;
  checkObject(passwordPolicy, 'passwordPolicy');
  checkObject(kdf, 'kdf');
  const storage = options.storage === undefined ? platform.storage(name) : options.storage;
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
  const wasm = options.wasm ?? (await platform.wasm());
  const settings = { wasm, storage, minPasswordChars, kdf: { passes, memory: memoryMiB * 1024 * 1024 }, now };
  const remote = await openRemote(platform.makeWorker, { ...settings, worker });
  const service = remote ?? (await openService(settings));
  return new Accounts(service, await service.about(), platform);
}

const anonymous = new AnonymousUser();

export class Accounts {
  #service;
  /** @type {Session | null} */
  #session = null;
  /** @type {User | AnonymousUser} */
  #currentUser = anonymous;
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
   * Makes an account and logs it in.
   * @param {SignUpForm} form
   * @returns {Promise<Session>}
   */
  async signUp(form) {
    const session = await this.#begin(await this.#service.signUp(formOf(form)));
    this.#durability.ask();
    return session;
  }

  /**
   * Logs in with a username or an e-mail address. `tampered` says what to do when the password is right but the row is
   * not as this account left it: refuse with the fields that differ (the default), `restore` what it was, or `accept`
   * what it is.
   * @param {{ login: string, password: string, tampered?: import('./core.js').TamperChoice }} form
   * @returns {Promise<Session>}
   */
  async logIn(form) {
    const { login, password } = textsOf(form, ['login', 'password']);
    const tampered = form.tampered ?? 'refuse';
    if (!['refuse', 'restore', 'accept'].includes(tampered)) {
      throw accountError('argument-invalid', "tampered is 'refuse', 'restore' or 'accept'.");
    }
    return this.#begin(await this.#service.logIn({ login, password, tampered }));
  }

  /**
   * Sets a new password with the recovery code, which is used up, and logs in.
   * @param {{ login: string, code: string, newPassword: string }} form
   * @returns {Promise<Session>}
   */
  async recover(form) {
    const texts = textsOf(form, ['login', 'code', 'newPassword']);
    const { login, code, newPassword } = texts;
    return this.#begin(await this.#service.recover({ login, code, newPassword }));
  }

  /** Ends the session. Does nothing when nobody is logged in. */
  async logOut() {
    const session = this.#session;
    if (session === null) return;
    this.#session = null;
    this.#currentUser = anonymous;
    await this.#service.logOut({ session: session.number });
  }

  /** Who is logged in; an anonymous user when nobody is. */
  get currentUser() {
    return this.#currentUser;
  }

  /**
   * The session, with the account's private data.
   * @throws {AccountError} `not-logged-in`
   */
  get session() {
    if (this.#session === null) throw accountError('not-logged-in');
    return this.#session;
  }

  /**
   * Renames the account, or changes its e-mail address.
   * @param {{ username?: string, email?: string }} changes
   * @returns {Promise<User>}
   */
  async update(changes) {
    const { number: session } = this.session;
    checkObject(changes, 'What update takes');
    textsOf(changes, Object.keys(changes));
    const { username = null, email = null } = changes;
    const reply = await this.#service.update({ session, username, email });
    return this.#became(session, new User(reply));
  }

  /**
   * @param {{ current: string, next: string }} passwords
   * @returns {Promise<User>}
   */
  async changePassword(passwords) {
    const { number: session } = this.session;
    const { current, next } = textsOf(passwords, ['current', 'next']);
    const { user } = await this.#service.changePassword({ session, current, next });
    return this.#became(session, new User(user));
  }

  /**
   * Makes a recovery code, to be shown once and written down. It replaces the one before.
   * @returns {Promise<string>}
   */
  async createRecoveryCode() {
    return this.#service.createRecoveryCode({ session: this.session.number });
  }

  /**
   * Deletes the account with all its private data, and logs out.
   * @param {{ password: string }} confirmation
   */
  async deleteAccount(confirmation) {
    const { number: session } = this.session;
    const { password } = textsOf(confirmation, ['password']);
    await this.#service.deleteAccount({ session, password });
    if (this.#session?.number === session) {
      this.#session = null;
      this.#currentUser = anonymous;
    }
  }

  /** @param {import('./service.js').Entry} entry */
  async #begin({ user, session }) {
    const former = this.#session;
    this.#session = new Session(this.#service, session, () => this.#currentUser);
    this.#currentUser = new User(user);
    if (former !== null) await this.#service.logOut({ session: former.number });
    return this.#session;
  }

  /**
   * @param {number} session
   * @param {User} user
   */
  #became(session, user) {
    if (this.#session?.number === session) this.#currentUser = user;
    return user;
  }

  /**
   * Adds rows from somewhere else in one transaction: all of them, or none and an error whose `row` says which one is
   * to blame.
   * @param {Iterable<ImportedUser>} users
   * @returns {Promise<number>} how many
   */
  async importUsers(users) {
    checkObject(users, 'What importUsers takes');
    if (typeof users[Symbol.iterator] !== 'function') throw accountError('argument-invalid', 'Give an array of users.');
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
  async exportDatabase(options = {}) {
    return this.#service.exportDatabase({}, progressOf(options));
  }

  /**
   * Replaces everything by the bytes of a SQLite file once it has passed every check; until then, and when it fails
   * one, nothing changes.
   * @param {Uint8Array | ArrayBuffer} bytes
   * @param {{ onProgress?: OnProgress }} [options]
   * @returns {Promise<number>} how many users there are now
   */
  async importDatabase(bytes, options = {}) {
    const onProgress = progressOf(options);
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

/** @param {{ onProgress?: OnProgress }} options */
function progressOf(options) {
  checkObject(options, 'The last argument');
  const { onProgress } = options;
  if (onProgress === undefined || typeof onProgress === 'function') return onProgress;
  throw accountError('argument-invalid', 'onProgress is a function.');
}

/**
 * @param {Partial<SignUpForm>} form
 * @returns {SignUpForm}
 */
function formOf(form) {
  const {
    username = '',
    email = '',
    password = '',
  } = textsOf({ username: '', email: '', password: '', ...form }, ['username', 'email', 'password']);
  return { username, email, password };
}

/**
 * The named texts of a form.
 * @param {Record<string, unknown>} form
 * @param {string[]} names
 * @returns {Record<string, string>}
 */
function textsOf(form, names) {
  checkObject(form, 'The form');
  for (const name of names) {
    if (typeof form?.[name] !== 'string') throw accountError('argument-invalid', `${name} must be a string.`);
  }
  return /** @type {Record<string, string>} */ (form ?? {});
}

/**
 * @param {ImportedUser} user
 * @param {number} index
 * @returns {import('./users.js').UserRow}
 */
function rowOf(user, index) {
  checkObject(user, `Row ${index}`);
  const { id = 0, username = null, email = null, passwordHash = null, joinedAt = null } = user;
  // A Date that is no date has text that is none either, for the core to refuse.
  const texts = [username, email, passwordHash, joinedAt instanceof Date ? (joinedAt.toJSON() ?? '') : joinedAt];
  const wrong = texts.some((text) => text !== null && typeof text !== 'string');
  if (!Number.isSafeInteger(id) || id < 0 || wrong) {
    throw accountError('argument-invalid', `Row ${index} is not a user: text or null in each field, a whole id.`);
  }
  return [id, texts[0], texts[1], texts[2], texts[3]];
}
