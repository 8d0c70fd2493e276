// What every entry of the diary begins with: a stolen file, a pen to edit it with, and somebody who tries to get in.

import assert from 'node:assert/strict';

import initSqlJs from 'sql.js';

import { AccountError, opened } from '../support/placecard.js';

const SQL = await initSqlJs();

/** The cheapest that is allowed: what a guess costs is not what is tried here. */
export const kdf = { memoryMiB: 19 };

export const ada = { username: 'Ada', email: 'ada@example.com', password: 'dinner at eight, table 4' };
export const eve = { username: 'Eve', email: 'eve@example.com', password: 'breakfast at nine, table 7' };
export const secret = { guests: ['Grace', 'Linus'], menu: 'the duck nobody must hear of' };

/**
 * A file with two people in it. Both keep something private, and Ada has a recovery code.
 * @param {import('node:test').TestContext} t
 * @param {import('../../dist/placecard/accounts.js').OpenOptions} [options]
 */
export async function stolen(t, options = {}) {
  const accounts = await opened(t, { kdf, ...options });
  await accounts.signUp(eve);
  await accounts.session.data.set('plan', 'to get in');
  await accounts.signUp(ada);
  await accounts.session.data.set('party', secret);
  await accounts.session.data.set('note', 'call Grace');
  const code = await accounts.createRecoveryCode();
  await accounts.logOut();
  return { accounts, code, bytes: await accounts.exportDatabase() };
}

/**
 * The bytes after somebody has run statements over them, with a SQLite that is not ours.
 * @param {Uint8Array} bytes
 * @param {string} sql
 * @param {unknown[]} [values]
 */
export function edited(bytes, sql, values) {
  const database = new SQL.Database(bytes);
  try {
    if (values === undefined) database.exec(sql);
    else database.run(sql, /** @type {any} */ (values));
    return database.export();
  } finally {
    database.close();
  }
}

/**
 * Every row of a question, as objects.
 * @param {Uint8Array} bytes
 * @param {string} sql
 * @returns {Record<string, any>[]}
 */
export function rowsOf(bytes, sql) {
  const database = new SQL.Database(bytes);
  const statement = database.prepare(sql);
  const rows = [];
  while (statement.step()) rows.push(statement.getAsObject());
  statement.free();
  database.close();
  return rows;
}

/** The uid of the person with this name, for SQL. @param {string} username */
export const uidOf = (username) =>
  `(SELECT uid FROM placecard_account WHERE user_id = (SELECT id FROM user WHERE username = '${username}'))`;

/**
 * Gives the file back and tries to log in.
 * @param {import('../../dist/placecard/accounts.js').Accounts} accounts
 * @param {Uint8Array} bytes
 * @param {{ username: string, password: string }} who
 * @param {import('../../dist/placecard/core.js').TamperChoice} [tampered]
 * @returns {Promise<{ code: string, fields: string[] }>} `in`, or how it was refused
 */
export async function attempt(accounts, bytes, who, tampered) {
  await accounts.importDatabase(bytes);
  return knock(accounts, who, tampered);
}

/**
 * The same with the file as it is.
 * @param {import('../../dist/placecard/accounts.js').Accounts} accounts
 * @param {{ username: string, password: string }} who
 * @param {import('../../dist/placecard/core.js').TamperChoice} [tampered]
 */
export async function knock(accounts, who, tampered) {
  await accounts.logOut();
  try {
    await accounts.logIn({ login: who.username, password: who.password, tampered });
    return { code: 'in', fields: [] };
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    assert.equal(accounts.currentUser.isAuthenticated, false);
    return { code: error.code, fields: error.fields };
  }
}

/**
 * Ada is refused like this with her right password and with a wrong one, and Eve still gets into her own account.
 * @param {import('../../dist/placecard/accounts.js').Accounts} accounts
 * @param {Uint8Array} bytes
 * @param {string} code
 * @param {string[]} [fields]
 * @param {string} [message]
 */
export async function keptOut(accounts, bytes, code, fields, message) {
  const right = await attempt(accounts, bytes, ada);
  assert.equal(right.code, code, message);
  if (fields !== undefined) assert.deepEqual(right.fields, fields, message);
  const wrong = await knock(accounts, { ...ada, password: eve.password });
  assert.equal(
    wrong.code,
    code === 'tampered' && !wrong.fields.includes('password') ? 'tampered' : 'invalid-credentials',
  );
  assert.equal((await knock(accounts, eve)).code, 'in', `Eve: ${message}`);
  assert.equal(await accounts.session.data.get('plan'), 'to get in');
  await accounts.logOut();
}

/** Whether Ada is in her own account: what she sealed opens. */
export async function isAda(accounts) {
  assert.deepEqual(await accounts.session.data.get('party'), secret);
  await accounts.logOut();
}
