// @ts-check
// How sessions end: the secrets go first, every tab is told, and then the rows. So a log-out works even when nothing can
// be written any more.

import { bytesOf } from './bytes.js';
import { sessionRows } from './rows.js';
import { isLocking } from './standing.js';

/** @typedef {'log-out' | 'lock' | 'discard'} How */

export class Exits {
  #parts;

  /** @param {import('./keeper.js').Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /**
   * Logs out, or locks. For everybody who looks it is done when this is called; what is awaited is that it is stored.
   * @param {'log-out' | 'lock'} how
   */
  async end(how) {
    const { service, standing, tabs } = this.#parts;
    const { current, user } = standing;
    const reason = how === 'lock' ? 'locked' : 'logged-out';
    standing.logOuts += 1;
    tabs.tell({ ends: current?.id, at: Date.now(), reason });
    standing.close(reason);
    if (how === 'log-out') standing.fire('user-logged-out', user);
    tabs.keep();
    // Counted before anything is awaited: a log-in that is asked for after this one is not overtaken.
    const counted = current?.isStored ? this.erase(current.id, how) : service.countLogOut().catch(() => {});
    if (current !== null) await service.logOut({ session: current.session.number });
    await counted;
    // Whoever is logged in, or locked, by what is stored, even if this tab has not heard of it.
    const rows = how === 'lock' ? [] : await sessionRows(service).catch(() => []);
    for (const { id, isCurrent } of rows) if (isCurrent) await this.erase(id, 'discard');
    tabs.tell({ reason });
  }

  /**
   * The account of a session is gone, or not active any more.
   * @param {import('./standing.js').Current} current
   * @param {import('./standing.js').Reason} reason
   */
  async lost(current, reason) {
    const { service, secrets, standing, tabs } = this.#parts;
    tabs.tell({ ends: current.id, reason });
    if (standing.current === current) standing.close(reason);
    await secrets.forget(current.id).catch(() => {}); // nothing is left that it opens
    await service.logOut({ session: current.session.number });
  }

  /**
   * What has become of a session that the core will not open.
   * @param {string} id
   * @param {import('./standing.js').Reason} reason
   */
  async retire(id, reason) {
    await this.erase(id, isLocking(reason) ? 'lock' : 'discard').catch(() => {}); // refused again next time
    this.#parts.tabs.tell({ ends: id, reason });
  }

  /**
   * @param {string} id
   * @param {How} how
   */
  async erase(id, how) {
    const { service, secrets } = this.#parts;
    const outcomes = await Promise.allSettled([secrets.forget(id), service.sessionEnd({ id: bytesOf(id), how })]);
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    // Either is enough: a row without its key, or a key without its row.
    if (failed.length === outcomes.length) throw failed[0].reason;
  }
}
