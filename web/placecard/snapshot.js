// @ts-check
// One object that says how things stand, replaced as a whole when something changes: what useSyncExternalStore, Svelte
// stores and Vue refs want.

/**
 * @typedef {object} State
 * @property {'durable' | 'best-effort' | 'memory'} storage `durable` is kept until somebody deletes it; `best-effort`
 *   may be evicted by the browser when room is short; `memory` ends with the page
 * @property {boolean | null} persisted what the browser answered when asked to keep the data; null before it did
 */

export class Snapshot {
  /** @type {Readonly<State>} */
  #state;
  /** @type {Set<() => void>} */
  #subscribers = new Set();

  /** @param {State} state */
  constructor(state) {
    this.#state = Object.freeze({ ...state });
  }

  get() {
    return this.#state;
  }

  /** @param {Partial<State>} change */
  set(change) {
    const next = Object.freeze({ ...this.#state, ...change });
    const keys = /** @type {(keyof State)[]} */ (Object.keys(next));
    if (keys.every((key) => next[key] === this.#state[key])) return;
    this.#state = next;
    for (const subscriber of [...this.#subscribers]) subscriber();
  }

  /**
   * @param {() => void} subscriber
   * @returns {() => void}
   */
  subscribe(subscriber) {
    const own = () => subscriber(); // the same function may subscribe twice
    this.#subscribers.add(own);
    return () => {
      this.#subscribers.delete(own);
    };
  }
}
