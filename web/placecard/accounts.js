// @ts-check
// What a page calls.

import { openSomewhere } from './client.js';
import { Durability } from './durability.js';
import { AccountError, accountError, checkObject } from './errors.js';
import { progressOf, signUpForm, textsOf } from './forms.js';
import { importUsers } from './imported.js';
import { serviceSettings } from './options.js';
import { Events } from './sessions/events.js';
import { Keeper } from './sessions/keeper.js';
import { Sessions } from './sessions/sessions.js';
import { sessionSettings } from './sessions/settings.js';
import { Standing } from './sessions/standing.js';
import { Tabs } from './sessions/tabs.js';
import { Snapshot } from './snapshot.js';
import { resolve } from './sync/resolve.js';
import { syncSettings } from './sync/settings.js';
import { Sync } from './sync/sync.js';
import { User } from './user.js';
import { Users } from './users.js';

/** @typedef {import('./options.js').OpenOptions} OpenOptions */
/** @typedef {import('./forms.js').SignUpForm} SignUpForm */
/** @typedef {import('./imported.js').ImportedUser} ImportedUser */
/** @typedef {import('./service.js').OnProgress} OnProgress */
/** @typedef {import('./service.js').Service} Service */

/**
 * What differs between a browser and Node.
 * @typedef {object} Platform
 * @property {() => import('./compile.js').WasmSource | Promise<import('./compile.js').WasmSource>} wasm
 * @property {(name?: string) => import('./storage/storage.js').Storage} storage
 * @property {(() => Worker) | null} makeWorker
 * @property {(wake: () => void) => () => void} onWake calls `wake` after the page was hidden, frozen or offline; stops
 *   when what it returns is called
 * @property {StorageManager} [storageManager]
 * @property {(name: string) => import('./sessions/key-store.js').KeyStore | null} keyStore for the accounts of that name
 * @property {import('./sessions/tabs.js').TabBrowser | null} tabs null where there are none
 */

/**
 * @param {OpenOptions} options
 * @param {Platform} platform
 */
export async function openAccounts(options, platform) {
  checkObject(options, 'What open takes');
  const own = serviceSettings(options, platform.storage);
  // Accounts that lie in memory or in a file are nobody else's, and their sessions neither.
  const name = platform.tabs === null ? undefined : own.storage.description?.name;
  const settings = sessionSettings(options, name === undefined ? null : platform.keyStore(name));
  const withServer = syncSettings(options.sync);
  const wasm = options.wasm ?? (await platform.wasm());
  const opening = openSomewhere(platform.makeWorker, { ...own, wasm, worker: options.worker });
  // What the other tabs know is asked while the module loads.
  let tabs = new Tabs(name, platform.tabs ?? {});
  tabs.arrive();
  const plain = await opening.catch((error) => {
    tabs.close();
    throw error;
  });
  const { storage } = await plain.about();
  if (storage !== 'indexeddb') {
    tabs.close();
    tabs = new Tabs(undefined, {});
  }
  const snapshot = new Snapshot({ ...Durability.initial(storage), user: settings.anonymous });
  const events = new Events();
  const standing = new Standing(snapshot, events, settings);
  const shared = storage === 'indexeddb' ? name : undefined;
  const parts = { service: plain, snapshot, events, now: settings.now, name: shared, tabs: platform.tabs ?? {} };
  const sync = withServer && new Sync(parts, withServer);
  const service = sync?.service ?? plain;
  const keeper = new Keeper(service, settings, standing, tabs);
  try {
    await keeper.open();
    await sync?.start(keeper);
  } catch (error) {
    await sync?.close();
    keeper.close();
    await service.close();
    throw error;
  }
  return new Accounts({ service, settings, events, snapshot, keeper, platform, sync });
}

/**
 * @typedef {object} Made what `openAccounts` has put together
 * @property {Service} service
 * @property {import('./sessions/settings.js').SessionSettings} settings
 * @property {Events} events
 * @property {Snapshot} snapshot
 * @property {Keeper} keeper
 * @property {Platform} platform
 * @property {Sync | null} sync
 */

export class Accounts extends Sessions {
  #service;
  #snapshot;
  #keeper;
  #durability;
  #stopWaking;
  #sync;

  /** @param {Made} made */
  constructor({ service, settings, events, snapshot, keeper, platform, sync }) {
    super(service, settings, keeper, events);
    this.#service = service;
    this.#snapshot = snapshot;
    this.#keeper = keeper;
    this.#durability = new Durability(snapshot, platform.storageManager);
    this.#sync = sync;
    this.#stopWaking = platform.onWake(() => {
      keeper.wake();
      sync?.wake();
    });
    /** The users of this database, to be queried. */
    this.users = new Users((query) => service.query(query));
  }

  /**
   * Everything that is wrong with a sign-up form as it is now; empty when it would be accepted. Changes nothing.
   * @param {Partial<SignUpForm>} form
   * @returns {Promise<(import('./errors.js').Problem & { message: string })[]>}
   */
  async check(form) {
    const problems = await this.#service.check(signUpForm(form));
    return problems.length === 0 ? [] : new AccountError(problems).problems;
  }

  /** @override @param {SignUpForm & import('./sessions/entrances.js').Wish} form */
  async signUp(form) {
    const session = await super.signUp(form);
    this.#durability.ask();
    return session;
  }

  /**
   * Renames the account, or changes its e-mail address, which needs a fresh session.
   * @param {{ username?: string, email?: string }} changes
   * @returns {Promise<User>}
   */
  async update(changes) {
    const { live } = this.#keeper.standing;
    checkObject(changes, 'What update takes');
    textsOf(changes, Object.keys(changes));
    const { username = null, email = null } = changes;
    if (email !== null) this.fresh();
    const reply = await this.#service.update({ session: live.session.number, username, email });
    return this.#keeper.became(live, new User(reply));
  }

  /**
   * @param {{ current: string, next: string }} passwords
   * @returns {Promise<User>}
   */
  async changePassword(passwords) {
    const { live } = this.#keeper.standing;
    const { current, next } = textsOf(passwords, ['current', 'next']);
    const grant = this.#keeper.entrances.grantOf(live);
    const { user } = await this.#service.changePassword({ session: live.session.number, current, next, grant });
    return this.#keeper.became(live, new User(user), true);
  }

  /**
   * Makes a recovery code, to be shown once and written down. It replaces the one before. Needs a fresh session.
   * @returns {Promise<string>}
   */
  async createRecoveryCode() {
    return this.#service.createRecoveryCode({ session: this.fresh().session.number });
  }

  /**
   * Deletes the account with all its private data, and logs out.
   * @param {{ password: string }} confirmation
   */
  async deleteAccount(confirmation) {
    const { live } = this.#keeper.standing;
    const { password } = textsOf(confirmation, ['password']);
    await this.#service.deleteAccount({ session: live.session.number, password });
    await this.#keeper.exits.lost(live, 'deleted');
  }

  /**
   * Adds rows from somewhere else in one transaction: all of them, or none and an error whose `row` says which one is
   * to blame.
   * @param {Iterable<ImportedUser>} users
   * @returns {Promise<number>} how many
   */
  async importUsers(users) {
    return importUsers(this.#service, users);
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
    const count = await this.#service.importDatabase({ bytes: view }, onProgress);
    await this.#keeper.replaced();
    return count;
  }

  /**
   * Sends what waits, and brings what is new, now; `sync: { auto: false }` leaves it at that. What cannot be sent waits
   * on, and a failure changes nothing here.
   * @returns {Promise<import('./sync/sync.js').Synced>}
   */
  async sync() {
    return this.#withServer().now();
  }

  /**
   * Settles a conflict of whoever is logged in: one of `getSnapshot().sync.conflicts`, or that user.
   * @param {import('./sync/report.js').Conflict | User} about
   * @param {import('./sync/resolve.js').Choice} choice
   */
  async resolve(about, choice) {
    await resolve(this, this.#service, this.#keeper, this.#withServer(), about, choice);
  }

  #withServer() {
    if (this.#sync === null) throw accountError('argument-invalid', 'There is no server: open({ sync: { url } }).');
    return this.#sync;
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
    const isStopped = this.#sync?.close();
    this.#keeper.close();
    await this.#service.close();
    await isStopped;
  }
}
