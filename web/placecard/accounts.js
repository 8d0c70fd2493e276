// @ts-check
// What a page calls.

import { AccountError, accountError, checkObject } from './errors.js';
import { openService } from './service.js';
import { memoryStorage } from './storage/memory.js';
import { User } from './user.js';
import { Users } from './users.js';

/**
 * @typedef {object} OpenOptions
 * @property {import('./storage/storage.js').Storage} [storage] where the accounts are kept; in memory when absent
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

const MAX_MIN_CHARS = 1024;

/**
 * @param {OpenOptions} options
 * @param {import('./core.js').WasmSource | Promise<import('./core.js').WasmSource>} defaultWasm
 */
export async function openAccounts(options, defaultWasm) {
  checkObject(options, 'What open takes');
  const { storage = memoryStorage(), passwordPolicy = {}, now } = options;
  checkObject(passwordPolicy, 'passwordPolicy');
  const { minChars: minPasswordChars = 8 } = passwordPolicy;
  if (!Number.isInteger(minPasswordChars) || minPasswordChars < 1 || minPasswordChars > MAX_MIN_CHARS) {
    throw accountError('argument-invalid', `passwordPolicy.minChars is a whole number from 1 to ${MAX_MIN_CHARS}.`);
  }
  if (typeof storage?.open !== 'function') {
    throw accountError('argument-invalid', 'storage is what memoryStorage() or fileStorage(path) returns.');
  }
  if (now !== undefined && typeof now !== 'function') throw accountError('argument-invalid', 'now is a function.');
  const wasm = options.wasm ?? (await defaultWasm);
  return new Accounts(await openService({ wasm, storage, minPasswordChars, now }));
}

export class Accounts {
  #service;

  /** @param {import('./service.js').Service} service */
  constructor(service) {
    this.#service = service;
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
    return new User(await this.#service.signUp(formOf(form)));
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
    return this.#service.importUsers({ rows: Array.from(users, rowOf) });
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

  /** Waits for what is under way and lets go of the storage. */
  async close() {
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
