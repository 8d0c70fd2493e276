// @ts-check
// What `open` may be told about sessions.

import { accountError, checkObject } from '../errors.js';
import { AnonymousUser } from '../user.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * @typedef {object} SessionOptions
 * @property {number} [idle] milliseconds without a visit after which a remembered session locks; 14 days when absent
 * @property {number} [absolute] milliseconds after which any session locks; 365 days when absent
 * @property {'basic' | 'strong' | null} [protection] what becomes of a session on another installation: no longer fresh
 *   (`basic`, when absent), ended, or nothing
 * @property {() => string | Promise<string>} [installId] what tells installations apart; a random secret when absent
 * @property {boolean} [refreshEachAccess] whether every `loadUser` starts the idle time anew, not one an hour
 */

/**
 * @typedef {object} SessionSettings
 * @property {number} idle
 * @property {number} absolute
 * @property {0 | 1 | 2} protection
 * @property {(() => string | Promise<string>) | undefined} installId
 * @property {boolean} refreshEachAccess
 * @property {import('./key-store.js').KeyStore | null} keyStore
 * @property {import('./events.js').AnyUser} anonymous who is there when nobody is logged in
 * @property {string | undefined} loginView
 * @property {string | undefined} refreshView
 * @property {((error: Error) => unknown) | undefined} unauthorized
 * @property {((error: Error) => unknown) | undefined} needsRefresh
 * @property {() => number} now
 */

/**
 * @param {import('../options.js').OpenOptions} options
 * @param {import('./key-store.js').KeyStore | null} keyStore what the platform has
 * @returns {SessionSettings}
 */
export function sessionSettings(options, keyStore) {
  const { session = {}, anonymousUser: Anonymous = AnonymousUser, now = Date.now } = options;
  const { loginView, refreshView = loginView, unauthorized, needsRefresh } = options;
  checkObject(session, 'session');
  const { idle = 14 * DAY_MS, absolute = 365 * DAY_MS, protection = 'basic', installId } = session;
  for (const [name, time] of Object.entries({ idle, absolute })) checkTime(`session.${name}`, time);
  const level = [null, 'basic', 'strong'].indexOf(protection);
  if (level === -1) throw accountError('argument-invalid', "session.protection is 'basic', 'strong' or null.");
  checkType({ 'session.installId': installId, anonymousUser: Anonymous, unauthorized, needsRefresh }, 'function');
  checkType({ loginView, refreshView }, 'string');
  const { keyStore: store = keyStore } = options;
  if (store !== null && ![store?.get, store?.put, store?.delete].every((fn) => typeof fn === 'function')) {
    throw accountError('argument-invalid', 'keyStore is an object with get, put and delete.');
  }
  return {
    idle,
    absolute,
    protection: /** @type {0 | 1 | 2} */ (level),
    installId,
    refreshEachAccess: session.refreshEachAccess === true,
    keyStore: store,
    anonymous: /** @type {AnonymousUser} */ (new Anonymous()),
    loginView,
    refreshView,
    unauthorized,
    needsRefresh,
    now,
  };
}

/**
 * @param {string} name
 * @param {unknown} time
 */
export function checkTime(name, time) {
  if (typeof time === 'number' && time > 0 && Number.isFinite(time)) return;
  throw accountError('argument-invalid', `${name} is a number of milliseconds above 0.`);
}

/**
 * @param {Record<string, unknown>} values
 * @param {string} type
 */
function checkType(values, type) {
  for (const [name, value] of Object.entries(values)) {
    const isRight = value === undefined || typeof value === type;
    if (!isRight) throw accountError('argument-invalid', `${name} is a ${type}.`);
  }
}
