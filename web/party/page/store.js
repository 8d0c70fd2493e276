// @ts-check
// What the page knows, as one object that is replaced as a whole when something changes.

/** @typedef {import('./placecard/user.js').User} User */
/** @typedef {{ done: number, total: number }} Progress */

/**
 * @typedef {object} State
 * @property {'loading' | 'ready' | 'failed'} phase
 * @property {unknown} error why it failed
 * @property {'none' | 'open' | 'locked'} session
 * @property {User | null} user who is logged in
 * @property {User | null} lockedUser
 * @property {import('./placecard/snapshot.js').Ended | null} ended how the last session ended
 * @property {'durable' | 'best-effort' | 'memory'} storage
 * @property {boolean | null} persisted
 * @property {import('./placecard/sync/report.js').SyncReport | null} sync
 * @property {Progress | null} progress of a long sync that is under way
 * @property {import('./server.js').Presence} server
 * @property {boolean} isOffline
 * @property {'none' | 'ready' | 'taken'} update a newer version of the page waits, or runs already in another tab
 * @property {boolean} isStored whether the page works without a network
 * @property {boolean} hasAccounts whether anybody has an account on this device
 * @property {boolean} isCounted whether that is known since the session last changed
 * @property {boolean} isDeciding whether a conflict is being settled in this tab, or a session ended
 * @property {unknown} trouble what went wrong where no field is to blame
 * @property {string} login who is about to log in
 * @property {import('./router.js').Route} route
 * @property {import('./party.js').Party | null} party
 * @property {boolean} isPartyMissing
 * @property {import('./language.js').Language} language
 */

/** @type {State} */
const first = {
  phase: 'loading',
  error: null,
  session: 'none',
  user: null,
  lockedUser: null,
  ended: null,
  storage: 'best-effort',
  persisted: null,
  sync: null,
  progress: null,
  server: 'none',
  isOffline: false,
  update: 'none',
  isStored: false,
  hasAccounts: false,
  isCounted: false,
  isDeciding: false,
  trouble: null,
  login: '',
  route: '',
  party: null,
  isPartyMissing: false,
  language: 'en',
};

export class Store {
  /** @type {Readonly<State>} */
  #state = Object.freeze(first);
  /** @type {Set<(state: Readonly<State>, former: Readonly<State>) => void>} */
  #subscribers = new Set();

  get() {
    return this.#state;
  }

  /** @param {Partial<State>} change */
  set(change) {
    const former = this.#state;
    const keys = /** @type {(keyof State)[]} */ (Object.keys(change));
    if (keys.every((key) => change[key] === former[key])) return;
    this.#state = Object.freeze({ ...former, ...change });
    for (const subscriber of [...this.#subscribers]) subscriber(this.#state, former);
  }

  /** @param {(state: Readonly<State>, former: Readonly<State>) => void} subscriber */
  subscribe(subscriber) {
    this.#subscribers.add(subscriber);
  }
}
