// @ts-check
// Brings this tab up to date with what is stored: the row that the database calls current decides who is logged in, if
// the secrets that open it can be had.

import { AccountError, accountError } from '../errors.js';
import { Session } from '../session.js';
import { User } from '../user.js';
import { sessionRows } from './rows.js';
import { ticketOf } from './secrets.js';
import { readTicket } from './tabs.js';

/** @typedef {import('./standing.js').Reason} Reason */
/** @typedef {import('./secrets.js').Keys} Keys */
/** @typedef {{ session: number, user: import('../user.js').UserReply, fresh: boolean, remembered: boolean,
 *   protected: boolean, expiresAtMs: number }} Resumed */

/**
 * Nobody, somebody locked, an open session, or one that is refused.
 * @typedef {object} Finding
 * @property {import('./rows.js').Row} [row]
 * @property {Keys | null} [keys]
 * @property {boolean} [isNew] whether the tabs it was opened in are gone
 * @property {Resumed} [reply]
 * @property {Reason} [refusal]
 */

/** @type {Partial<Record<string, Reason>>} what the core's refusal to open a session means for it */
const refusals = {
  'session-expired': 'expired',
  'clock-set-back': 'clock-set-back',
  'session-protected': 'protected',
  'account-inactive': 'deactivated',
  'not-logged-in': 'password-changed',
  tampered: 'locked',
};

/**
 * @template T
 * @param {Promise<T>} opening
 * @returns {Promise<{ reply: T } | { refusal: Reason, error: Error }>}
 */
export async function refusable(opening) {
  try {
    return { reply: await opening };
  } catch (error) {
    const refusal = error instanceof AccountError ? refusals[error.code] : undefined;
    if (refusal === undefined) throw error;
    return { refusal, error: /** @type {Error} */ (error) };
  }
}

export class Lookout {
  #parts;
  /** @type {Promise<unknown>} the last look */
  #last = Promise.resolve();
  /** @type {Promise<boolean> | null} the one that has not begun, and serves everybody who asks meanwhile */
  #next = null;
  /** @type {import('./tabs.js').News} */
  #news = {};
  #hasLooked = false;
  /** Whether the session was taken up from the device, and nobody was told so yet. */
  isUntold = false;

  /** @param {import('./keeper.js').Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /**
   * @param {import('./tabs.js').News} [news] that made us look
   * @returns {Promise<boolean>} whether the session was met on another installation
   */
  look(news = {}) {
    this.#news = { ...this.#news, ...news };
    this.#next ??= this.#last.then(() => {
      const all = this.#news;
      this.#news = {};
      this.#next = null;
      return this.#look(all);
    });
    this.#last = this.#next.catch(() => {});
    return this.#next;
  }

  /** @param {import('./tabs.js').News} news */
  async #look(news) {
    const { service, standing } = this.#parts;
    const offered = readTicket(news.ticket);
    for (;;) {
      const { turn, current } = standing;
      const finding = await this.#find(current, offered);
      if (finding === null) return false;
      if (turn === standing.turn) return this.#settle(current, finding, news);
      // This tab has decided something itself meanwhile.
      const number = finding.reply?.session;
      if (number !== undefined && number !== standing.current?.session.number)
        await service.logOut({ session: number });
    }
  }

  /**
   * @param {import('./standing.js').Current | null} current
   * @param {import('./tabs.js').Ticket | null} offered
   * @returns {Promise<Finding | null>} null while the row is about to change by what this tab does
   */
  async #find(current, offered) {
    const { service, settings, secrets, standing, exits } = this.#parts;
    // What was read a moment ago is new enough for the first look: who changes it meanwhile tells.
    if (this.#hasLooked) await service.doubt();
    this.#hasLooked = true;
    if (current !== null && !current.isStored) return refusable(this.#ask(current));
    const row = (await sessionRows(service)).find(({ isCurrent }) => isCurrent);
    if (row === undefined) return {};
    if (row.isLocked) return { row };
    if (standing.entering.has(row.id)) return null;
    if (standing.gone.has(row.id)) return current === null ? null : {};
    const isKnown = current?.id === row.id && offered?.id !== row.id;
    const { keys, isNew, isLost } = isKnown
      ? { keys: { ...current.keys, install: await secrets.install() }, isNew: false, isLost: false }
      : await secrets.find(row, offered);
    if (keys !== null) {
      const outcome = await refusable(service.sessionResume({ keys, protection: settings.protection }));
      return { row, keys, isNew, ...outcome };
    }
    if (isLost) await exits.erase(row.id, 'discard').catch(() => {});
    return {};
  }

  /**
   * A session without a row.
   * @param {import('./standing.js').Current} current
   * @returns {Promise<Resumed>}
   */
  async #ask({ session: { number: session }, keys, isFresh, expiresAtMs }) {
    const { service, settings, secrets } = this.#parts;
    const user = await service.currentUser({ session });
    if (settings.now() >= expiresAtMs) throw accountError('session-expired');
    const isElsewhere = settings.protection > 0 && String(await secrets.install()) !== String(keys.install);
    if (isElsewhere && settings.protection === 2) throw accountError('session-protected');
    const fresh = isFresh && !isElsewhere; // for good, until the password is given
    return { session, user, fresh, remembered: false, protected: isElsewhere, expiresAtMs };
  }

  /**
   * @param {import('./standing.js').Current | null} current
   * @param {Finding} finding
   * @param {import('./tabs.js').News} news
   */
  async #settle(current, { row, keys, isNew = false, reply, refusal }, { reason, ticket }) {
    const { service, standing, tabs } = this.#parts;
    const former = current?.session.number;
    if (refusal !== undefined) await this.#refuse(current, row, refusal);
    else if (reply === undefined) {
      if (current !== null) standing.close(reason ?? (row ? 'locked' : 'logged-out'), true);
      standing.lock(row ?? null);
    } else {
      const { expiresAtMs, fresh: isFresh } = reply;
      const facts = { user: new User(reply.user), isFresh, expiresAtMs };
      if (row === undefined || keys === undefined || keys === null) standing.change(facts);
      else if (current?.id === row.id) {
        current.session.renumber(reply.session);
        standing.change({ ...facts, keys });
      } else {
        const session = new Session(service, reply.session, () => standing.user);
        const { id, isRemembered } = row;
        const taken = { ...facts, id, session, keys, isRemembered, isStored: true, begunAt: Number.POSITIVE_INFINITY };
        this.isUntold = isRemembered && isNew;
        tabs.keep(ticketOf(taken));
        const isTold = current !== null || ticket !== undefined;
        standing.begin(taken, isTold ? 'user-logged-in' : null, true);
      }
    }
    if (standing.current === null && current !== null) tabs.keep();
    if (former !== undefined && former !== reply?.session) await service.logOut({ session: former });
    return reply?.protected === true || refusal === 'protected';
  }

  /**
   * @param {import('./standing.js').Current | null} current
   * @param {import('./rows.js').Row | undefined} row
   * @param {Reason} reason
   */
  async #refuse(current, row, reason) {
    const { standing, exits, secrets } = this.#parts;
    const isUnknown = reason === 'password-changed';
    const whom = current ?? (isUnknown ? undefined : row);
    if (whom !== undefined) standing.close(reason, false, whom);
    // The secrets may be wrong that were found here, and right in another tab.
    if (row !== undefined && (!isUnknown || (await secrets.isLost(row)))) await exits.retire(row.id, reason);
  }
}
