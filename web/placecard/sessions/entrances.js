// @ts-check
// How sessions begin, and become fresh.

import { accountError } from '../errors.js';
import { Session } from '../session.js';
import { User } from '../user.js';
import { hexOf } from './bytes.js';
import { refusable } from './lookout.js';
import { sessionRows } from './rows.js';
import { ticketOf } from './secrets.js';
import { checkTime } from './settings.js';

/** @typedef {import('./secrets.js').Grant} Grant */
/** @typedef {import('./standing.js').Current} Current */

/**
 * How a session shall be kept.
 * @typedef {object} Wish
 * @property {boolean} [remember] whether it outlives the last tab; when absent, as long as the session this account has
 * @property {number} [duration] milliseconds after which it locks
 * @property {boolean} [fresh] whether the password counts as given just now; true when absent
 */

export class Entrances {
  #parts;

  /** @param {import('./keeper.js').Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /**
   * @param {(grant?: Grant) => Promise<import('../service.js').Entry>} work proves who it is, and stores the session
   *   that the grant describes
   * @param {Wish} wish
   * @returns {Promise<Session>}
   */
  async enter(work, wish) {
    const { remember = false, duration, fresh = true } = wish ?? {}; // it was checked as a form
    const { service, settings, secrets, standing, tabs, exits } = this.#parts;
    const asked = { at: Date.now(), logOuts: standing.logOuts };
    if (duration !== undefined) checkTime('duration', duration);
    // Where there are no tabs, a session that is not remembered ends with these accounts, and needs no row.
    const isStored = remember || tabs.isShared;
    const before = await sessionRows(service);
    const keys = await secrets.make(isStored, remember);
    const id = hexOf(keys.id);
    const limits = this.#limits(remember, duration);
    const grant = isStored ? { ...keys, remembered: remember, fresh, ...limits } : undefined;
    standing.entering.add(id);
    try {
      // The core compares from here on.
      if (standing.isOvertaken(asked)) throw accountError('log-in-overtaken');
      const entry = await work(grant);
      const session = new Session(service, entry.session, () => standing.user);
      if (standing.isOvertaken(asked)) {
        await service.logOut({ session: session.number });
        if (isStored) await exits.erase(id, 'discard');
        throw accountError('log-in-overtaken');
      }
      const kept = { id, keys, isStored, isRemembered: remember, isFresh: fresh, begunAt: asked.at };
      const expiresAtMs = settings.now() + limits.absoluteMs;
      await this.#begin({ ...kept, session, user: new User(entry.user), expiresAtMs }, 'user-logged-in');
      await this.#replace(before, entry.user, isStored);
      return session;
    } catch (error) {
      if (remember) await secrets.forget(id).catch(() => {}); // a key without a row
      throw error;
    } finally {
      standing.entering.delete(id);
    }
  }

  /**
   * Goes on with the remembered session of another account.
   * @param {import('./rows.js').Row} row
   * @returns {Promise<Session>}
   */
  async switchTo(row) {
    const { secrets, standing } = this.#parts;
    const asked = { at: Date.now(), logOuts: standing.logOuts };
    const keys = row.isLocked ? null : await secrets.stored(row.id);
    if (keys === null) throw accountError('not-logged-in');
    standing.entering.add(row.id);
    try {
      return await this.#enterStored(row, keys, asked);
    } finally {
      standing.entering.delete(row.id);
    }
  }

  /**
   * @param {import('./rows.js').Row} row
   * @param {import('./secrets.js').Keys} keys
   * @param {{ at: number, logOuts: number }} asked
   */
  async #enterStored(row, keys, asked) {
    const { service, settings, standing, exits } = this.#parts;
    const outcome = await refusable(service.sessionResume({ keys, protection: settings.protection }));
    if ('refusal' in outcome) {
      await exits.retire(row.id, outcome.refusal);
      throw outcome.error;
    }
    const { session: number, user, fresh, expiresAtMs } = outcome.reply;
    if (!standing.isOvertaken(asked)) await service.sessionSwitch({ id: keys.id });
    if (standing.isOvertaken(asked)) {
      await service.logOut({ session: number });
      await service.sessionSwitch({ id: null });
      throw accountError('log-in-overtaken');
    }
    const session = new Session(service, number, () => standing.user);
    const kept = { id: row.id, keys, isStored: true, isRemembered: true, isFresh: fresh };
    await this.#begin(
      { ...kept, session, user: new User(user), expiresAtMs, begunAt: asked.at },
      'user-loaded-from-device',
    );
    return session;
  }

  /**
   * Makes the session fresh once the password was given.
   * @param {string} password
   */
  async confirm(password) {
    const { service, secrets, standing, tabs } = this.#parts;
    const current = standing.live;
    const keys = { ...current.keys, install: await secrets.install() };
    await service.confirm({ session: current.session.number, password, keys: current.isStored ? keys : undefined });
    if (standing.current !== current) throw accountError('log-in-overtaken');
    standing.change({ keys, isFresh: true });
    tabs.tell({ ticket: ticketOf(current) });
    standing.fire('user-login-confirmed', current.user);
    return current.session;
  }

  /**
   * For a session that goes on when its password changes.
   * @param {Current} current
   * @returns {Grant | undefined}
   */
  grantOf({ keys, isStored, isRemembered, expiresAtMs }) {
    const left = Math.max(expiresAtMs - this.#parts.settings.now(), 1);
    return isStored
      ? { ...keys, remembered: isRemembered, fresh: true, ...this.#limits(isRemembered, left) }
      : undefined;
  }

  /**
   * @param {boolean} isRemembered
   * @param {number} [duration]
   */
  #limits(isRemembered, duration) {
    const { idle, absolute } = this.#parts.settings;
    return { idleMs: isRemembered ? Math.ceil(idle) : 0, absoluteMs: Math.ceil(duration ?? absolute) };
  }

  /**
   * @param {Current} current
   * @param {import('./events.js').EventType} type
   */
  async #begin(current, type) {
    const { service, standing, tabs } = this.#parts;
    const former = standing.current;
    tabs.keep(ticketOf(current));
    standing.begin(current, type);
    tabs.tell({ ticket: ticketOf(current), ends: former?.isRemembered ? undefined : former?.id, reason: 'switched' });
    if (former !== null) await service.logOut({ session: former.session.number });
  }

  /**
   * What the account had before, and whoever was logged in by what is stored.
   * @param {import('./rows.js').Row[]} rows
   * @param {import('../user.js').UserReply} reply
   * @param {boolean} isStored
   */
  async #replace(rows, reply, isStored) {
    const { service, secrets, exits, tabs } = this.#parts;
    const user = new User(reply);
    for (const { id, user: other, isCurrent } of rows) {
      // With a row of its own it has replaced the former one; the key may be there still.
      if (other.equals(user)) await (isStored ? secrets.forget(id) : exits.erase(id, 'discard')).catch(() => {});
      else if (isCurrent && !isStored) await service.sessionSwitch({ id: null });
    }
    if (!isStored) tabs.tell({ reason: 'switched' });
  }
}
