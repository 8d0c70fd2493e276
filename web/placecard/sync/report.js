// @ts-check
// How sync stands, as a page shows it.

import { User } from '../user.js';

/** @typedef {import('../core-sync.js').AccountSync['state']} SyncState */

/**
 * What only a person can settle: with `accounts.resolve`.
 * @typedef {object} Conflict
 * @property {string} uid
 * @property {User} user
 * @property {SyncState} state
 * @property {string} code why, as in AccountError
 * @property {string[]} fields what it is about
 * @property {import('../core-sync.js').AccountSync['theirs']} [theirs] what the server has instead, where two versions
 *   are to be chosen from
 */

/**
 * @typedef {object} SyncReport
 * @property {SyncState | 'offline'} state of whoever is logged in, else of this device; `offline` when the server could
 *   not be reached and nobody has to do anything about it
 * @property {number} waiting changes that are still to be sent
 * @property {boolean} syncing
 * @property {Conflict[]} conflicts
 * @property {User[]} logInNeeded who changed something both here and on another device, and is not logged in here: with
 *   their keys it is put together
 * @property {number | null} lastSyncedAt in milliseconds since 1970
 * @property {import('../errors.js').ErrorCode | null} error why the last attempt failed
 */

/** The gravest first. @type {SyncState[]} */
const states = ['revoked', 'credential-conflict', 'needs-rename', 'conflict', 'local-only', 'pending', 'synced'];
const CONFLICTS = 4;

/**
 * @param {import('../core-sync.js').StateReply} reply
 * @param {string | null} id of whoever is logged in
 * @param {Pick<SyncReport, 'syncing' | 'lastSyncedAt' | 'error'>} status
 * @returns {SyncReport}
 */
export function reportOf({ waiting, accounts }, id, status) {
  const rank = (/** @type {{ state: SyncState }} */ { state }) => states.indexOf(state);
  const own = accounts.filter(({ user }) => id === String(user[0]));
  const [gravest = { state: /** @type {SyncState} */ (waiting > 0 ? 'pending' : 'synced') }] = [
    ...(own.length > 0 ? own : accounts),
  ].sort((one, other) => rank(one) - rank(other));
  const conflicts = accounts.filter((account) => rank(account) < CONFLICTS);
  const absent = accounts.filter(({ state, code, user }) => {
    return state === 'pending' && code === 'changed-meanwhile' && String(user[0]) !== id;
  });
  const isOffline = status.error === 'sync-unreachable' && rank(gravest) >= CONFLICTS;
  return {
    state: isOffline ? 'offline' : gravest.state,
    waiting,
    conflicts: conflicts.map(({ user, ...conflict }) => ({ ...conflict, user: new User(user) })),
    logInNeeded: absent.map(({ user }) => new User(user)),
    ...status,
  };
}
