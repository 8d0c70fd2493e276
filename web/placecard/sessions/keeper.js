// @ts-check
// Sessions put together. What is stored decides: the row the database calls current, opened with secrets that lie
// elsewhere. A tab looks there when it opens, when somebody asks, when another tab tells and when it wakes up; what it
// does itself counts at once, and a look that was under way meanwhile begins again.

import { Entrances } from './entrances.js';
import { Exits } from './exits.js';
import { Lookout } from './lookout.js';
import { Secrets } from './secrets.js';
import { Standing } from './standing.js';

/**
 * @typedef {object} Parts
 * @property {import('../service.js').Service} service
 * @property {import('./settings.js').SessionSettings} settings
 * @property {import('./tabs.js').Tabs} tabs
 * @property {Secrets} secrets
 * @property {Standing} standing
 * @property {Exits} exits
 */

export class Keeper {
  #parts;
  #lookout;

  /**
   * @param {import('../service.js').Service} service
   * @param {import('./settings.js').SessionSettings} settings
   * @param {Standing} standing
   * @param {import('./tabs.js').Tabs} tabs closed with it
   */
  constructor(service, settings, standing, tabs) {
    tabs.onNews = (news) => this.#hear(news);
    const secrets = new Secrets(settings, tabs);
    const parts = { service, settings, tabs, secrets, standing };
    const exits = new Exits(/** @type {Parts} */ (parts));
    this.#parts = Object.assign(parts, { exits });
    this.#lookout = new Lookout(this.#parts);
    this.standing = standing;
    this.entrances = new Entrances(this.#parts);
    this.exits = exits;
    standing.onTime = () => this.#lookAside();
  }

  /** Goes on with what there was before the page was loaded. */
  async open() {
    await this.#parts.tabs.arrive();
    await this.#lookout.look();
  }

  /** Looks who is logged in, as Flask-Login does once a request. */
  async access() {
    const { service, settings, standing } = this.#parts;
    const isProtected = await this.#lookout.look();
    const { user, current } = standing;
    if (settings.refreshEachAccess && current?.isStored) {
      const { session, keys, isFresh: fresh } = current;
      await service.sessionRenew({ session: session.number, keys, fresh });
    }
    const isUntold = this.#lookout.isUntold && current !== null;
    this.#lookout.isUntold = false;
    standing.fire('user-accessed', user);
    if (isProtected) standing.fire('session-protected', user);
    if (isUntold) standing.fire('user-loaded-from-device', user);
    return user;
  }

  /** The page was hidden or frozen: others may wait for what it knows, and it has missed what they did. */
  wake() {
    this.#parts.tabs.offer();
    this.#lookAside();
  }

  /**
   * The user as a change has left it, in this tab and the others.
   * @param {import('./standing.js').Current} current
   * @param {import('../user.js').User} user
   * @param {boolean} [isFresh] whether the password was given with it
   */
  became(current, user, isFresh = current.isFresh) {
    if (this.standing.current === current) this.standing.change({ user, isFresh });
    this.#parts.tabs.tell({});
    return user;
  }

  /** Everything that is stored may be another's. It is stored whatever a look at it gives. */
  async replaced() {
    await this.#lookout.look().catch(() => {});
    this.#parts.tabs.tell({});
  }

  close() {
    this.standing.stop();
    this.#parts.tabs.close();
  }

  /** @param {import('./tabs.js').News} news */
  #hear(news) {
    const { standing, tabs, exits, service } = this.#parts;
    const { ends, at, reason = 'logged-out' } = news;
    const { current } = standing;
    // Whoever is told and looks sees what the other has stored, also when the storage tells of it later.
    service.doubt().catch(() => {});
    if (ends !== undefined) standing.gone.add(ends);
    if (ends !== undefined && tabs.ticket?.id === ends) tabs.keep();
    if (at !== undefined) standing.loggedOutAt = Math.max(standing.loggedOutAt, at);
    const isOvertaken = at !== undefined && current !== null && current.begunAt <= at;
    if (current !== null && (current.id === ends || isOvertaken)) {
      if (reason !== 'switched') standing.close(reason, true);
      if (reason === 'logged-out') standing.fire('user-logged-out', current.user, { elsewhere: true });
      // Begun here before that log-out, which did not know of it yet.
      if (current.id !== ends && current.isStored) exits.erase(current.id, 'discard').catch(() => {});
      if (standing.current !== current) service.logOut({ session: current.session.number }).catch(() => {});
    }
    this.#lookAside(news);
  }

  /** When nobody waits for the answer: what goes wrong shows at the next call. @param {import('./tabs.js').News} [news] */
  #lookAside(news) {
    this.#lookout.look(news).catch(() => {});
  }
}
