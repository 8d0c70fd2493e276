// @ts-check
// What every view is handed.

import { languages } from './language.js';

/** @typedef {import('./placecard/accounts.js').Accounts} Accounts */

export class Page {
  /** @type {Accounts | null} */
  #accounts = null;
  /** @type {WeakSet<object>} */
  #seen = new WeakSet();
  #refresh;

  /**
   * @param {import('./store.js').Store} store
   * @param {() => void} refresh shows the state again
   */
  constructor(store, refresh) {
    this.store = store;
    this.#refresh = refresh;
  }

  /** The words, in the language chosen. */
  get messages() {
    return languages[this.store.get().language];
  }

  get language() {
    return this.store.get().language;
  }

  /** @returns {Accounts} */
  get accounts() {
    if (this.#accounts === null) throw new Error('The accounts are not open yet.');
    return this.#accounts;
  }

  /** @param {Accounts} accounts */
  opened(accounts) {
    this.#accounts = accounts;
  }

  refresh() {
    this.#refresh();
  }

  /**
   * Something failed that no form has asked for.
   * @param {unknown} error
   */
  fail(error) {
    this.store.set({ trouble: error });
  }

  /**
   * Does what settles a conflict or ends a session: what becomes of it is shown when it is done.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async deciding(work) {
    this.store.set({ isDeciding: true });
    try {
      return await work();
    } finally {
      this.store.set({ isDeciding: false });
    }
  }

  /** That the session has ended is no news to who has just ended it. */
  seeEnd() {
    const { ended } = this.store.get();
    if (ended !== null) this.see(ended);
  }

  /** @param {object} news */
  isSeen(news) {
    return this.#seen.has(news);
  }

  /** @param {object} news */
  see(news) {
    this.#seen.add(news);
  }
}
