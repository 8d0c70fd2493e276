// @ts-check
// How this tab stands: who is logged in, or was. It changes at once and as a whole: first what there is to read, then
// the snapshot, then the events.

import { accountError } from '../errors.js';

/** @typedef {'logged-out' | 'locked' | 'expired' | 'clock-set-back' | 'password-changed' | 'deactivated' | 'deleted'
 *   | 'protected' | 'switched'} Reason why a session ended */
/** @typedef {import('../user.js').User} User */
/** @typedef {import('./events.js').AnyUser} AnyUser */

/**
 * @typedef {object} Current
 * @property {string} id in hexadecimal
 * @property {import('../session.js').Session} session
 * @property {User} user
 * @property {import('./secrets.js').Keys} keys
 * @property {boolean} isStored whether it has a row; without one it lives and ends with this object
 * @property {boolean} isRemembered
 * @property {boolean} isFresh
 * @property {number} expiresAtMs
 * @property {number} begunAt when its log-in was asked for in this tab; Infinity when it was in another
 */

/** @typedef {{ user: User, isRemembered: boolean, isStored?: boolean }} Locked */

const LONGEST_TIMER_MS = 2 ** 31 - 1;
const SHORTEST_TIMER_MS = 1000;

/** @type {ReadonlySet<Reason>} after which the page may say "Ada, your password" */
const lockingReasons = new Set(['locked', 'expired', 'clock-set-back']);

/** @param {Reason} reason */
export const isLocking = (reason) => lockingReasons.has(reason);

export class Standing {
  #snapshot;
  #events;
  #anonymous;
  #idle;
  #now;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #alarm;

  /** @type {Current | null} */
  current = null;
  /** Who may unlock with the password alone. @type {Locked | null} */
  locked = null;
  /** @type {import('../snapshot.js').Ended | null} */
  ended = null;
  /** Counts the changes: who awaited something meanwhile looks again. */
  turn = 0;
  /** Counts the log-outs of this tab. */
  logOuts = 0;
  /** When the latest log-out was asked for in another tab. */
  loggedOutAt = Number.NEGATIVE_INFINITY;
  /** Ids of sessions that have ended; a row may outlive its session for a moment. @type {Set<string>} */
  gone = new Set();
  /** Ids of sessions that this tab is about to begin. @type {Set<string>} */
  entering = new Set();
  /** Called when the session's time is up. */
  onTime = () => {};

  /**
   * @param {import('../snapshot.js').Snapshot} snapshot
   * @param {import('./events.js').Events} events
   * @param {import('./settings.js').SessionSettings} settings
   */
  constructor(snapshot, events, { anonymous, idle, now }) {
    this.#snapshot = snapshot;
    this.#events = events;
    this.#anonymous = anonymous;
    this.#idle = idle;
    this.#now = now;
    this.#publish();
  }

  get user() {
    return this.current?.user ?? this.#anonymous;
  }

  /** @throws {AccountError} `not-logged-in` */
  get live() {
    if (this.current === null) throw accountError('not-logged-in');
    return this.current;
  }

  /** Whether a log-in that was asked for then has been overtaken by a log-out. @param {{ at: number, logOuts: number }} asked */
  isOvertaken({ at, logOuts }) {
    return logOuts !== this.logOuts || at <= this.loggedOutAt;
  }

  /**
   * @param {Current} current
   * @param {import('./events.js').EventType | null} type what to tell, if anything
   * @param {boolean} [elsewhere]
   */
  begin(current, type, elsewhere = false) {
    const former = this.current;
    this.turn += 1;
    this.current = current;
    this.locked = null;
    const isAnother = former !== null && !former.user.equals(current.user);
    this.ended = isAnother && elsewhere ? { reason: 'switched', user: former.user, elsewhere } : null;
    this.#publish();
    if (former !== null) this.fire('session-ended', former.user, { reason: 'switched', elsewhere });
    if (type !== null) this.fire(type, current.user, { elsewhere });
  }

  /** @param {Partial<Current>} change */
  change(change) {
    const { current } = this;
    if (current === null) return;
    Object.assign(current, change, { user: steady(current.user, change.user ?? current.user) });
    this.#publish();
  }

  /**
   * Nobody is logged in any more.
   * @param {Reason} reason
   * @param {boolean} [elsewhere]
   * @param {(Locked & { id: string }) | null} [whom] whose session has ended, when it could not even begin
   */
  close(reason, elsewhere = false, whom = this.current) {
    this.turn += 1;
    this.current = null;
    if (whom !== null) {
      this.gone.add(whom.id);
      this.ended = { reason, user: whom.user, elsewhere };
    }
    if (whom !== null || reason === 'logged-out') this.locked = isLocking(reason) ? whom : null;
    this.#publish();
    if (whom !== null) this.fire('session-ended', whom.user, { reason, elsewhere });
  }

  /**
   * Who is locked by what is stored.
   * @param {Locked | null} locked
   */
  lock(locked) {
    if (locked === null && this.locked?.isStored === false) return; // it never was stored
    if (this.current !== null) return;
    this.locked = locked && { ...locked, user: steady(this.locked?.user, locked.user) };
    this.#publish();
  }

  /**
   * @param {import('./events.js').EventType} type
   * @param {AnyUser | null} user
   * @param {{ reason?: Reason, elsewhere?: boolean }} [details]
   */
  fire(type, user, details) {
    this.#events.fire(type, user, details);
  }

  stop() {
    clearTimeout(this.#alarm);
  }

  #publish() {
    const { current, locked } = this;
    this.stop();
    if (current !== null) this.#arm(current);
    this.#snapshot.set({
      user: this.user,
      session: current !== null ? 'open' : locked !== null ? 'locked' : 'none',
      isFresh: current?.isFresh ?? false,
      isRemembered: current?.isRemembered ?? false,
      lockedUser: locked?.user ?? null,
      ended: this.ended,
    });
  }

  /** @param {Current} current */
  #arm({ expiresAtMs, isRemembered }) {
    const delay = Math.min(expiresAtMs - this.#now(), isRemembered ? this.#idle : LONGEST_TIMER_MS);
    const timer = setTimeout(() => this.onTime(), Math.min(Math.max(delay, SHORTEST_TIMER_MS), LONGEST_TIMER_MS));
    // Nobody waits for it in Node.
    if (typeof timer === 'object') /** @type {{ unref?: () => void }} */ (timer).unref?.();
    this.#alarm = timer;
  }
}

/**
 * The same object as long as it says the same.
 * @param {User | undefined} former
 * @param {User} user
 */
function steady(former, user) {
  return former !== undefined && String(Object.values(former)) === String(Object.values(user)) ? former : user;
}
