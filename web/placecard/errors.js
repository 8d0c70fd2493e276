// @ts-check
// The table of errors with the sentences people read. Codes and numbers are those of src/error.h; a test compares the
// two. A message says what happened and, where there is something to do, what to do next.

/**
 * @typedef {'username-required' | 'username-too-long' | 'username-invalid' | 'username-taken'
 *   | 'email-required' | 'email-too-long' | 'email-invalid' | 'email-taken'
 *   | 'password-required' | 'password-too-short' | 'password-too-long' | 'password-too-common'
 *   | 'password-same-as-login' | 'password-invalid'
 *   | 'not-found' | 'multiple-found' | 'column-unknown' | 'id-taken' | 'joined-at-invalid' | 'password-hash-invalid'
 *   | 'invalid-credentials' | 'tampered' | 'password-scheme-unsupported' | 'too-many-attempts'
 *   | 'recovery-code-invalid' | 'not-logged-in' | 'account-inactive' | 'data-key-invalid' | 'data-too-large'
 *   | 'changed-meanwhile'
 *   | 'database-malformed' | 'database-in-wal-mode' | 'database-foreign' | 'database-newer'
 *   | 'storage-full' | 'storage-failed' | 'storage-blocked' | 'storage-busy'
 *   | 'closed' | 'core-stopped' | 'core-unavailable' | 'argument-invalid'
 *   | 'fresh-login-required' | 'log-in-overtaken' | 'remember-unavailable' | 'session-expired' | 'clock-set-back'
 *   | 'session-protected'
 *   | 'op-invalid' | 'sync-unreachable' | 'sync-refused' | 'account-deleted' | 'account-unknown'
 *   | 'too-many-requests' | 'epoch-changed'} ErrorCode
 */

/** @typedef {{ code: ErrorCode, field: string }} Problem */

/** @type {ReadonlyArray<readonly [number, ErrorCode, string, string]>} number, code, field, message */
export const errorTable = [
  [10, 'username-required', 'username', 'Choose a username.'],
  [11, 'username-too-long', 'username', 'A username has at most 64 characters.'],
  [12, 'username-invalid', 'username', 'A username cannot begin or end with a blank or contain control characters.'],
  [13, 'username-taken', 'username', 'Somebody here already has this username. Choose another one.'],
  [20, 'email-required', 'email', 'Enter an e-mail address.'],
  [21, 'email-too-long', 'email', 'An e-mail address has at most 120 characters here.'],
  [22, 'email-invalid', 'email', 'This is not an e-mail address. It looks like name@example.com.'],
  [23, 'email-taken', 'email', 'There is an account with this e-mail address already. Log in instead?'],
  [30, 'password-required', 'password', 'Enter a password.'],
  [31, 'password-too-short', 'password', 'The password is too short. A few words make a good one.'],
  [32, 'password-too-long', 'password', 'A password has at most 1024 bytes.'],
  [33, 'password-too-common', 'password', 'This is one of the most common passwords. Choose another one.'],
  [34, 'password-same-as-login', 'password', 'The password must not be your username or e-mail address.'],
  [35, 'password-invalid', 'password', 'The password contains something that is not a character.'],
  [40, 'not-found', '', 'There is nothing there.'],
  [41, 'multiple-found', '', 'There is more than one, where one was asked for.'],
  [42, 'column-unknown', '', 'The user table has no such column.'],
  [43, 'id-taken', 'id', 'This id cannot be used: it is taken, or not a whole number above 0.'],
  [44, 'joined-at-invalid', 'joinedAt', 'This is not a date and time like 2026-11-22 08:40:39.855342.'],
  [45, 'password-hash-invalid', 'passwordHash', 'A password hash has at most 255 characters.'],
  [50, 'invalid-credentials', 'password', 'The name or the password is wrong.'],
  [51, 'tampered', '', 'This account was changed from outside, so it cannot be trusted as it is.'],
  [52, 'password-scheme-unsupported', 'password', 'This account has a kind of password that cannot be checked here.'],
  [53, 'too-many-attempts', 'password', 'Too many attempts. Wait a moment, then try again.'],
  [54, 'recovery-code-invalid', 'code', 'This is not the recovery code of this account.'],
  [55, 'not-logged-in', '', 'Log in first.'],
  [56, 'account-inactive', 'login', 'This account has been deactivated.'],
  [57, 'data-key-invalid', 'key', 'A key is 1 to 256 bytes of text.'],
  [58, 'data-too-large', 'key', 'One value has at most 1 MiB.'],
  [59, 'changed-meanwhile', '', 'This account was changed somewhere else at the same moment. Try again.'],
  [60, 'database-malformed', '', 'This is not a whole SQLite database.'],
  [61, 'database-in-wal-mode', '', 'This database is in WAL mode. Run PRAGMA journal_mode=DELETE on it first.'],
  [62, 'database-foreign', '', 'This database has no user table that placecard can use.'],
  [63, 'database-newer', '', 'This database was written by a newer version of placecard. Update first.'],
  [70, 'storage-full', '', 'There is no room left to save this. Nothing was changed.'],
  [71, 'storage-failed', '', 'This could not be saved. Nothing was changed.'],
  [72, 'storage-blocked', '', 'Another tab holds on to an older version. Close it, then try again.'],
  [73, 'storage-busy', '', 'Another program is using this storage.'],
  [80, 'closed', '', 'These accounts have been closed.'],
  [81, 'core-stopped', '', 'The account module has stopped. Reload to continue; nothing saved is lost.'],
  [82, 'core-unavailable', '', 'The account module could not be loaded.'],
  [83, 'argument-invalid', '', 'An argument is not what this function takes.'],
  [90, 'fresh-login-required', '', 'Confirm your password first, then do this again.'],
  [91, 'log-in-overtaken', '', 'Somebody logged out here at the same moment. Log in again.'],
  [92, 'remember-unavailable', '', 'Nobody can be remembered here. Log in without it.'],
  [93, 'session-expired', '', 'You have been logged in for too long. Log in again.'],
  [94, 'clock-set-back', '', 'The clock of this device was set back. Enter your password again.'],
  [95, 'session-protected', '', 'This session was begun somewhere else. Log in again.'],
  [
    100,
    'op-invalid',
    '',
    'This change is not signed as it must be, so it was not taken. Reload the page and try again.',
  ],
  [101, 'sync-unreachable', '', 'The server cannot be reached. Everything is kept here and sent later.'],
  [102, 'sync-refused', '', 'The server did not understand. Reload the page for its newest version, then try again.'],
  [
    103,
    'account-deleted',
    '',
    'This account was deleted on another device. Delete it here too, or keep it as a new one.',
  ],
  [104, 'account-unknown', '', 'The server does not know this account yet. Sync on the device that made it.'],
  [105, 'too-many-requests', '', 'The server is busy. It is tried again in a moment.'],
  [106, 'epoch-changed', '', 'The server was restored from an older copy. Sync again to send what it has lost.'],
];

const messages = new Map(errorTable.map(([, code, , message]) => [code, message]));

/** What every function of placecard rejects with. */
export class AccountError extends Error {
  /**
   * @param {Problem[]} problems what is wrong, the most important first
   * @param {{ retryAfterMs?: number, message?: string, cause?: unknown, row?: number }} [details]
   */
  constructor(problems, details = {}) {
    const { code } = problems[0];
    super(details.message ?? messages.get(code), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'AccountError';
    /** @type {ErrorCode} stable name of the first problem */
    this.code = code;
    /** @type {string[]} names of all fields concerned */
    this.fields = [...new Set(problems.map(({ field }) => field).filter((field) => field !== ''))];
    /** Everything that is wrong, each with a sentence of its own. */
    this.problems = problems.map((problem) => ({ ...problem, message: messages.get(problem.code) ?? '' }));
    /** @type {number | undefined} when to try again, for `too-many-attempts` */
    this.retryAfterMs = details.retryAfterMs;
    /** @type {number | undefined} index of the refused row, for `importUsers` */
    this.row = details.row;
  }
}

/**
 * @param {unknown} value
 * @param {string} name
 * @returns {asserts value is object}
 */
export function checkObject(value, name) {
  if (typeof value !== 'object' || value === null) throw accountError('argument-invalid', `${name} must be an object.`);
}

/**
 * One problem, thrown by JavaScript itself.
 * @param {ErrorCode} code
 * @param {string} [message]
 * @param {unknown} [cause]
 */
export function accountError(code, message, cause) {
  const field = errorTable.find((entry) => entry[1] === code)?.[2] ?? '';
  return new AccountError([{ code, field }], { message, cause });
}
