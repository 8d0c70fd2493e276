// @ts-check
// What opens a session: its key, the tab secret that vouches for freshness, and the installation it is bound to.

import { AccountError, accountError } from '../errors.js';
import { bytesOf, hexOf, randomBytes } from './bytes.js';

/** @typedef {{ id: Uint8Array, key: Uint8Array, tab: Uint8Array, install: Uint8Array }} Keys */
/** @typedef {Keys & { remembered: boolean, fresh: boolean, idleMs: number, absoluteMs: number }} Grant */
/** @typedef {import('./key-store.js').KeyStore} KeyStore */
/** @typedef {import('./rows.js').Row} Row */

const INSTALL = 'install';
const KEY_SIZE = 32;
/** As a key, it tells the core that the key comes from the tab secret. */
const NONE = new Uint8Array(KEY_SIZE);

export class Secrets {
  #settings;
  #tabs;
  /** @type {Uint8Array | undefined} */
  #install;

  /**
   * @param {import('./settings.js').SessionSettings} settings
   * @param {import('./tabs.js').Tabs} tabs
   */
  constructor(settings, tabs) {
    this.#settings = settings;
    this.#tabs = tabs;
  }

  /**
   * What a new session will be opened with.
   * @param {boolean} isStored
   * @param {boolean} isRemembered
   * @returns {Promise<Keys>}
   */
  async make(isStored, isRemembered) {
    const keys = {
      id: randomBytes(16),
      key: isRemembered ? randomBytes(KEY_SIZE) : NONE,
      tab: isStored ? randomBytes(KEY_SIZE) : NONE,
      install: await this.install(),
    };
    // Before there is a row, so that no row is ever without its key and taken for logged out.
    if (isRemembered) await this.#remember(keys);
    return keys;
  }

  /** @param {Keys} keys */
  async #remember({ id, key }) {
    const { keyStore } = this.#settings;
    if (keyStore === null) throw accountError('remember-unavailable');
    try {
      await keyStore.put(hexOf(id), key);
    } catch (cause) {
      if (cause instanceof AccountError) throw cause;
      throw accountError('remember-unavailable', undefined, cause);
    }
  }

  /**
   * @param {Row} row
   * @param {import('./tabs.js').Ticket | null} offered by another tab
   * @returns {Promise<{ keys: Keys | null, isNew: boolean, isLost: boolean }>} no keys when it cannot be opened here;
   *   whether the tabs it was fresh in are gone; whether it cannot be opened anywhere
   */
  async find(row, offered) {
    const { id, isRemembered } = row;
    const kept = [offered, this.#tabs.ticket].find((ticket) => ticket?.id === id) ?? (await this.#tabs.ask(id));
    /** @type {Uint8Array | null | undefined} */
    let key;
    try {
      key = isRemembered ? await this.#settings.keyStore?.get(id) : kept && NONE;
    } catch {
      return { keys: null, isNew: false, isLost: false }; // it may be there another time
    }
    if (key?.length !== KEY_SIZE) return { keys: null, isNew: false, isLost: await this.isLost(row) };
    const tab = kept?.tab ?? randomBytes(KEY_SIZE);
    return { keys: { id: bytesOf(id), key, tab, install: await this.install() }, isNew: kept === null, isLost: false };
  }

  /**
   * For another account's remembered session: with a tab secret of its own, so that it is not fresh however it was left.
   * @param {string} id
   * @returns {Promise<Keys | null>}
   */
  async stored(id) {
    const key = await this.#settings.keyStore?.get(id);
    if (key?.length !== KEY_SIZE) return null;
    return { id: bytesOf(id), key, tab: randomBytes(KEY_SIZE), install: await this.install() };
  }

  /**
   * Whether a row that cannot be opened here can be opened nowhere.
   * @param {Row} row
   */
  async isLost({ isRemembered }) {
    if (isRemembered && this.#settings.keyStore === null) return false;
    return this.#tabs.isShared ? this.#tabs.isAlone() : isRemembered;
  }

  /** @param {string} id */
  async forget(id) {
    if (this.#tabs.ticket?.id === id) this.#tabs.keep();
    await this.#settings.keyStore?.delete(id);
  }

  /** @returns {Promise<Uint8Array>} what tells this installation from others */
  async install() {
    const { installId } = this.#settings;
    if (installId !== undefined) return digest(await installId());
    this.#install ??= await this.#tabs.inTurn(() => this.#ownInstall());
    return this.#install;
  }

  async #ownInstall() {
    const { keyStore } = this.#settings;
    if (keyStore === null) return NONE; // without a place to keep it there is nothing to tell apart
    try {
      const stored = await keyStore.get(INSTALL);
      if (stored?.length === KEY_SIZE) return stored;
      const made = randomBytes(KEY_SIZE);
      await keyStore.put(INSTALL, made);
      return made;
    } catch {
      return NONE;
    }
  }
}

/**
 * What a tab keeps of a session, so that it outlives a reload.
 * @param {{ id: string, keys: Keys, isStored: boolean }} session
 * @returns {string | undefined}
 */
export function ticketOf({ id, keys, isStored }) {
  return isStored ? id + hexOf(keys.tab) : undefined;
}

/** @param {unknown} text */
async function digest(text) {
  if (typeof text !== 'string') throw accountError('argument-invalid', 'session.installId gives a string.');
  const { subtle } = crypto;
  if (subtle === undefined) throw accountError('argument-invalid', 'session.installId needs a page served over https.');
  return new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)));
}
