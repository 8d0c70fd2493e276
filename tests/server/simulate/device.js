// A device: its disk, and the accounts that are open on it while it is on. What is done on it goes on until it is
// finished, waits for the network, or the power fails.

import { open } from '../../../dist/placecard/node.js';
import { Disk } from './disk.js';

const YEARS = 10 * 366 * 24 * 3600 * 1000; // ms; a clock that is a year off ends no session here
const session = { idle: YEARS, absolute: YEARS };

/**
 * @typedef {object} DeviceOptions
 * @property {string} name
 * @property {WebAssembly.Module} wasm
 * @property {import('./chance.js').Chance} chance
 * @property {() => number} now
 * @property {(device: Device) => typeof fetch} fetchOf
 */

export class Device {
  #options;
  /** @type {Set<Promise<unknown>>} what was begun and has not ended */
  #doing = new Set();
  #wake = () => {};
  /** Every how many commits power fails, in percent. */
  failing = 0;
  /** Counts how often it was switched on. */
  life = 0;
  /** @type {import('../../../dist/placecard/accounts.js').Accounts | null} null while it is off */
  accounts = null;
  isSyncing = false;
  disk = new Disk();

  /** @param {DeviceOptions} options */
  constructor(options) {
    this.#options = options;
    this.name = options.name;
  }

  /** Switches it on. */
  async start() {
    this.life += 1;
    this.isSyncing = false;
    const { life } = this;
    const { wasm, now, fetchOf, chance } = this.#options;
    const isOn = () => this.life === life;
    const fails = () => {
      if (this.failing === 0 || !chance.often(this.failing)) return false;
      this.crash();
      return true;
    };
    await this.does(async () => {
      const accounts = await open({
        wasm,
        now,
        session,
        storage: this.disk.storage(isOn, fails, fails),
        keyStore: this.disk.keyStore(isOn),
        kdf: { memoryMiB: 19 },
        sync: { url: 'https://sync.example/', auto: false, fetch: fetchOf(this) },
      });
      if (isOn()) this.accounts = accounts;
    });
  }

  /** Power fails: whatever it was about to do is not done. */
  crash() {
    this.life += 1;
    this.accounts = null;
    this.isSyncing = false;
    this.#doing.clear();
    this.stirred();
  }

  async syncs() {
    const { life, accounts } = this;
    this.isSyncing = true;
    try {
      return await accounts?.sync();
    } finally {
      if (this.life === life) this.isSyncing = false;
    }
  }

  /** Something that whoever waits for it should look at. */
  stirred() {
    this.#wake();
  }

  /**
   * Begins something, and waits until it has ended or goes no further by itself.
   * @template T
   * @param {() => Promise<T>} action
   * @returns {Promise<{ value?: T, error?: any, isDone: boolean }>}
   */
  async does(action) {
    /** @type {{ value?: T, error?: any, isDone: boolean }} */
    const outcome = { isDone: false };
    const { life } = this;
    const stirred = this.#nextStir();
    const doing = action().then(
      (value) => Object.assign(outcome, { value }),
      (error) => Object.assign(outcome, { error }),
    );
    this.#doing.add(doing);
    doing.then(() => {
      if (this.life !== life) return;
      outcome.isDone = true;
      this.#doing.delete(doing);
      this.stirred();
    });
    await stirred;
    return outcome;
  }

  /**
   * Something arrives that it waits for, and it goes on until it waits again.
   * @param {number} life in which it was asked for
   * @param {() => void} arrive
   */
  async hears(life, arrive) {
    if (this.life !== life) return;
    const stirred = this.#nextStir();
    arrive();
    await stirred;
  }

  #nextStir() {
    return new Promise((resolve) => {
      this.#wake = () => resolve(undefined);
    });
  }
}
