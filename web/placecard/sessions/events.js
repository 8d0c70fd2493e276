// @ts-check
// Who wants to know what happened. Handlers are called when it has happened and nothing is held, so they may call
// anything.

import { accountError } from '../errors.js';

/** @typedef {import('../user.js').User | import('../user.js').AnonymousUser} AnyUser */
/** @typedef {'user-logged-in' | 'user-logged-out' | 'user-accessed' | 'user-loaded-from-device' | 'session-protected'
 *   | 'user-login-confirmed' | 'user-unauthorized' | 'user-needs-refresh' | 'session-ended' | 'sync-progress'
 *   | 'sync-finished' | 'sync-failed'} EventType */

/**
 * What more there is to say of some events: of `session-ended` why; of `sync-progress` how many of the changes that
 * wait have been sent; of `sync-finished` how many went up and came down, and how many wait; of `sync-failed` why.
 * @typedef {object} Details
 * @property {import('./standing.js').Reason} [reason]
 * @property {number} [done]
 * @property {number} [total]
 * @property {number} [pushed]
 * @property {number} [pulled]
 * @property {number} [waiting]
 * @property {unknown} [error]
 */

/**
 * @typedef {object} SessionEvent
 * @property {EventType} type
 * @property {AnyUser | null} user whom it is about
 * @property {boolean} elsewhere whether it happened in another tab
 */
/** @typedef {SessionEvent & Details} Event */

/** @type {ReadonlySet<string>} the first eight as Flask-Login has them */
const types = new Set([
  'user-logged-in',
  'user-logged-out',
  'user-accessed',
  'user-loaded-from-device',
  'session-protected',
  'user-login-confirmed',
  'user-unauthorized',
  'user-needs-refresh',
  'session-ended',
  'sync-progress',
  'sync-finished',
  'sync-failed',
]);

export class Events {
  /** @type {Set<{ type: EventType, fn: (event: Event) => void }>} */
  #handlers = new Set();

  /**
   * @param {EventType} type
   * @param {(event: Event) => void} fn
   * @returns {() => void} takes it off again
   */
  on(type, fn) {
    if (!types.has(type)) throw accountError('argument-invalid', `There is no event ${type}.`);
    if (typeof fn !== 'function') throw accountError('argument-invalid', 'on takes a function.');
    const handler = { type, fn };
    this.#handlers.add(handler);
    return () => {
      this.#handlers.delete(handler);
    };
  }

  /**
   * @param {EventType} type
   * @param {AnyUser | null} user
   * @param {Details & { elsewhere?: boolean }} [details]
   */
  fire(type, user, { reason, elsewhere = false, ...more } = {}) {
    const event = Object.freeze({ type, user, elsewhere, ...(reason && { reason }), ...more });
    for (const handler of [...this.#handlers]) {
      if (handler.type !== type) continue;
      try {
        handler.fn(event);
      } catch (error) {
        // Its own business, and nobody else's: as with any event of a page.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
