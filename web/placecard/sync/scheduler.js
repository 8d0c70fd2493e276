// @ts-check
// When to sync: soon after a change, at once when the network or the visitor is back, and again after a failure, each
// time later and at a moment of chance, so that a server that comes back is not run over by everybody at once.

import { accountError } from '../errors.js';

const SOON_MS = 200; // whatever else changes until then goes along
const FIRST_MS = 2000;
const LONGEST_MS = 5 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000; // timers do not count to a month

/**
 * @typedef {object} Clock
 * @property {(fn: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {() => number} random from 0 to 1
 */

/** @type {Clock} */
const systemClock = {
  setTimeout: (fn, ms) => {
    const timer = setTimeout(fn, ms);
    // Nobody waits for it in Node.
    if (typeof timer === 'object') /** @type {{ unref?: () => void }} */ (timer).unref?.();
    return timer;
  },
  clearTimeout: (timer) => clearTimeout(timer),
  random: Math.random,
};

/** @template T */
export class Scheduler {
  #work;
  #clock;
  #isAuto;
  /** @type {any} */
  #timer = null;
  /** @type {Promise<T> | null} */
  #running = null;
  /** @type {Promise<T> | null} a run asked for while another was under way */
  #next = null;
  #failures = 0;
  #isStopped = false;

  /**
   * @param {() => Promise<T>} work
   * @param {Clock} [clock]
   * @param {boolean} [isAuto] whether what failed is tried again by itself
   */
  constructor(work, clock = systemClock, isAuto = true) {
    this.#work = work;
    this.#clock = clock;
    this.#isAuto = isAuto;
  }

  /** Something waits. After a failure it waits for the next attempt. */
  soon() {
    if (this.#timer === null) this.#arm(SOON_MS);
  }

  /**
   * Now, or as soon as the run that is under way has ended: it may have missed the latest change.
   * @returns {Promise<T>}
   */
  now() {
    const again = () => this.#run();
    // Not even when the one under way has ended this moment, and the next one is about to begin.
    if (this.#next === null && this.#running === null) return again();
    this.#next ??= /** @type {Promise<T>} */ (this.#running).then(again, again);
    return this.#next;
  }

  /** @returns {Promise<unknown>} when nothing is under way any more */
  stop() {
    this.#isStopped = true;
    this.#disarm();
    return Promise.allSettled([this.#next ?? this.#running]);
  }

  /** @returns {Promise<T>} */
  #run() {
    this.#disarm();
    this.#next = null;
    if (this.#isStopped) return Promise.reject(accountError('closed'));
    const running = this.#work().then(
      (value) => {
        this.#ended(0);
        return value;
      },
      (error) => {
        this.#ended(this.#failures + 1);
        const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.#failures - 1));
        this.#disarm();
        if (this.#isAuto) this.#arm(Math.min(error.retryAfterMs ?? 0, DAY_MS) + this.#clock.random() * most);
        throw error;
      },
    );
    this.#running = running;
    return running;
  }

  /** @param {number} failures */
  #ended(failures) {
    this.#running = null;
    this.#failures = failures;
  }

  /** @param {number} ms */
  #arm(ms) {
    if (this.#isStopped) return;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = null;
      this.now().catch(() => {}); // whoever wants to know looks at the snapshot
    }, ms);
  }

  #disarm() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
