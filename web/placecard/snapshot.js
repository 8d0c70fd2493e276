// @ts-check
// One object that says how things stand, replaced as a whole when something changes: what useSyncExternalStore, Svelte
// stores and Vue refs want.

/**
 * @typedef {object} State
 * @property {'durable' | 'best-effort' | 'memory'} storage `durable` is kept until somebody deletes it; `best-effort`
 *   may be evicted by the browser when room is short; `memory` ends with the page
 * @property {boolean | null} persisted what the browser answered when asked to keep the data; null before it did
 * @property {import('./sessions/events.js').AnyUser} user who is logged in; an anonymous user when nobody is
 * @property {'none' | 'open' | 'locked'} session
 * @property {boolean} isFresh whether the password was given in this visit
 * @property {boolean} isRemembered whether the session outlives the last tab
 * @property {import('./user.js').User | null} lockedUser who can go on with the password alone (`unlock`)
 * @property {Ended | null} ended how the last session ended, until the next one begins
 * @property {import('./sync/report.js').SyncReport | null} sync null without a server
 */

/**
 * @typedef {object} Ended
 * @property {import('./sessions/standing.js').Reason} reason
 * @property {import('./user.js').User} user whose session it was
 * @property {boolean} elsewhere whether another tab ended it
 */

export class Snapshot {
  /** @type {Readonly<State>} */
  #state;
  /** @type {Set<() => void>} */
  #subscribers = new Set();

  /** @param {Pick<State, 'storage' | 'persisted' | 'user'>} state */
  constructor(state) {
    const nobody = { isFresh: false, isRemembered: false, lockedUser: null, ended: null, sync: null };
    this.#state = Object.freeze({ session: 'none', ...nobody, ...state });
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
