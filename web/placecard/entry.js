// @ts-check
// How operations that take a password go through: the slow part first, while other tabs may read and write; then the
// change; and only when that is stored the session. A log-out between the two, here or in another tab, wins.

import { checkGrant } from './core.js';
import { AccountError } from './errors.js';

/** @typedef {import('./core.js').Core} Core */
/** @typedef {import('./commit.js').Commits} Commits */
/** @typedef {{ user: any, session: number }} Entry */

/**
 * @typedef {object} How
 * @property {import('./core.js').TamperChoice} [tampered]
 * @property {boolean} [force] also when the account is inactive
 * @property {import('./core.js').Grant} [grant] keeps the session in a row
 * @property {number} [logOuts] how many there had been when it was prepared
 * @property {() => void} [before] what is done first in the same commit
 * @property {(user: any) => void} [after] what is done last in it
 */

const MAX_ATTEMPTS = 5;

/**
 * @param {Core} core
 * @param {Commits} commits
 * @param {() => number} prepare
 * @param {How} [how]
 * @returns {Promise<Entry>}
 */
export async function enter(core, commits, prepare, how = {}) {
  if (how.grant) checkGrant(how.grant);
  // Log-outs that other tabs have stored already do not count.
  commits.doubt();
  /** @type {number | undefined} */
  let logOuts;
  for (let attempt = 1; ; attempt += 1) {
    const prepared = await commits.read(() => {
      logOuts ??= core.logOuts();
      return prepare();
    });
    try {
      return await enterPrepared(core, commits, prepared, { ...how, logOuts });
    } catch (error) {
      // Somebody changed the account between the two: look again.
      const isOld = error instanceof AccountError && error.code === 'changed-meanwhile';
      if (!isOld || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

/**
 * The second part alone. Whatever comes of it, what was prepared is used up.
 * @param {Core} core
 * @param {Commits} commits
 * @param {number} prepared
 * @param {How} how
 * @returns {Promise<Entry>}
 */
export async function enterPrepared(core, commits, prepared, { tampered, force, grant, logOuts, before, after }) {
  try {
    const user = await commits.write(() => {
      before?.();
      const applied = core.apply(prepared, { tampered, force, logOuts });
      if (grant) core.sessionKeep(prepared, grant);
      after?.(applied);
      return applied;
    });
    return { user, session: core.settle(prepared) };
  } catch (error) {
    const code = error instanceof AccountError ? error.code : '';
    if (code !== 'core-stopped' && code !== 'closed') core.abandon(prepared);
    throw error;
  }
}
