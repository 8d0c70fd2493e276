// Passwords, recovery codes and hashes from elsewhere, as a page sees them.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { opened, refused, vectors } from '../support/placecard.js';
import { insertOf, lessonSchema, sqliteBytes } from '../support/sqlite.js';

const hashes = await vectors('password_hashes.json');

const kdf = { memoryMiB: 19 }; // the least there is
const ours = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/;

const ada = { username: 'Ada', email: 'ada@example.com', password: 'dinner at eight' };
const next = 'supper at ten';

/** @type {WebAssembly.Memory | undefined} of the instance made last */
let memory;
WebAssembly.Instance = class extends WebAssembly.Instance {
  /** @param {WebAssembly.Module} module @param {WebAssembly.Imports} [imports] */
  constructor(module, imports) {
    super(module, imports);
    memory = /** @type {WebAssembly.Memory} */ (this.exports.memory);
  }
};

/** Accounts with Ada in them, logged in. */
async function party(t, options = {}) {
  const accounts = await opened(t, { kdf, ...options });
  await accounts.signUp(ada);
  return accounts;
}

// --- hashes from elsewhere ------------------------------------------------------------------------------------------

test('every recorded hash logs in with its password and with no other, and is ours from then on', async (t) => {
  const good = hashes.filter(({ verifies }) => verifies);
  assert.equal(good.length, 59);
  // Some are longer than the column says, which SQLite does not mind and importUsers does: so, as a file.
  const rows = good.map(({ hash }, index) => ({ username: `u${index}`, password_hash: hash }));
  assert(rows.some((row) => row.password_hash.length > 128));
  const accounts = await opened(t, { kdf });
  await accounts.importDatabase(await sqliteBytes(t, lessonSchema + insertOf(rows)));
  for (const [index, { password, hash }] of good.entries()) {
    const login = `u${index}`;
    await refused('invalid-credentials', () => accounts.logIn({ login, password: `${password}x` }), hash);
    assert.equal((await accounts.users.get(index + 1)).passwordHash, hash, 'a wrong password upgrades nothing');
    await accounts.logIn({ login, password });
    const { passwordHash } = accounts.currentUser;
    assert.match(passwordHash, ours, hash);
    await accounts.session.data.set('kept', index);
    // Now an account like any other: a log-in opens its slot, which is one derivation (counted in
    // tests/cpp/proof_test.cpp), and makes nothing anew.
    await accounts.logIn({ login, password });
    assert.equal(accounts.currentUser.passwordHash, passwordHash);
    assert.equal(await accounts.session.data.get('kept'), index);
  }
});

test('what is no hash of a known scheme is refused, and nothing else happens', async (t) => {
  const bad = hashes.filter(({ verifies }) => !verifies);
  assert.equal(bad.length, 9);
  const others = [
    '$argon2d$v=19$m=8192,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$r5BIOdg5nXXoicuszPD0tA',
    '$2b$12$KIXQJ1rKqvYV8m1b2u3Ewe0eY8c9Jx5mQ6v1Zp7S3y2Lh4Qn0aBcW',
    'plain$$dinner at eight',
    'dinner at eight',
    '$argon2id$v=19$m=4294967295,t=4294967295,p=1$MDEyMzQ1Njc4OWFiY2RlZg$r5BIOdg5nXXoicuszPD0tA',
    `pbkdf2:sha256:1$salt$${'0'.repeat(100_000)}`,
    '$argon2id$v=19$m=8,t=1,p=1$'.padEnd(70_000, 'A'),
  ];
  const rows = [...bad.map(({ hash }) => hash), ...others, null].map((hash, index) => ({
    username: `u${index}`,
    password_hash: hash,
  }));
  const accounts = await opened(t, { kdf });
  await accounts.importDatabase(await sqliteBytes(t, lessonSchema + insertOf(rows)));
  const before = (await accounts.users.all()).map(({ passwordHash }) => passwordHash);
  for (const { username: login, password_hash: hash } of rows) {
    try {
      await accounts.logIn({ login, password: ada.password });
      assert.fail(`${hash} logged in`);
    } catch (error) {
      assert(['invalid-credentials', 'password-scheme-unsupported'].includes(error.code), `${hash}: ${error}`);
    }
  }
  assert.deepEqual(
    (await accounts.users.all()).map(({ passwordHash }) => passwordHash),
    before,
  );
  await accounts.signUp(ada);
});

// --- passwords ------------------------------------------------------------------------------------------------------

test('any text is a password, and only that text', async (t) => {
  const accounts = await opened(t, { kdf, passwordPolicy: { minChars: 1 } });
  const passwords = [
    'a\0b\0\0c\0',
    '\0',
    'x'.repeat(300),
    '\u{1f35d}'.repeat(200),
    '  leading and trailing \t\n',
    '\ufeffmark',
    '"\\\u2028</script>',
    'na\u00efve \u2603',
  ];
  for (const [index, password] of passwords.entries()) {
    const login = `u${index}`;
    await accounts.signUp({ username: login, email: `${login}@example.com`, password });
    await accounts.logIn({ login, password });
    for (const other of [
      `${password} `,
      [...password].slice(0, -1).join(''),
      password.split('\0')[0],
      password.trim(),
    ]) {
      if (other === password) continue;
      await refused('invalid-credentials', () => accounts.logIn({ login, password: other }), JSON.stringify(other));
      await accounts.logIn({ login, password });
    }
  }
});

test('a password typed on another keyboard is the same: composed, decomposed', async (t) => {
  const accounts = await opened(t, { kdf });
  const [composed, decomposed] = ['Sm\u00f6rg\u00e5sbord', 'Smo\u0308rga\u030asbord'];
  for (const [index, password] of [composed, decomposed].entries()) {
    await accounts.signUp({ username: `u${index}`, email: `u${index}@example.com`, password });
    for (const typed of [composed, decomposed]) await accounts.logIn({ login: `u${index}`, password: typed });
  }
  await refused('invalid-credentials', () => accounts.logIn({ login: 'u0', password: 'Smorgasbord' }));
});

test('a weaker account is made anew at the next log-in, a stronger one is left', async (t) => {
  const weak = await party(t);
  await weak.session.data.set('kept', 1);
  const strong = await opened(t, { kdf: { passes: 3, memoryMiB: 20 } });
  await strong.importDatabase(await weak.exportDatabase());
  await strong.logIn({ login: 'Ada', password: ada.password });
  const { passwordHash } = strong.currentUser;
  assert.match(passwordHash, /^\$argon2id\$v=19\$m=20480,t=3,p=1\$/);
  assert.equal(await strong.session.data.get('kept'), 1);
  await weak.importDatabase(await strong.exportDatabase());
  await weak.logIn({ login: 'Ada', password: ada.password });
  assert.equal(weak.currentUser.passwordHash, passwordHash);
});

test('a hundred log-ins take no more memory than two', async (t) => {
  const accounts = await party(t);
  const logIn = () => accounts.logIn({ login: 'Ada', password: ada.password });
  for (let count = 0; count < 2; count += 1) await logIn();
  const size = memory.buffer.byteLength;
  for (let count = 0; count < 98; count += 1) await logIn();
  assert.equal(memory.buffer.byteLength, size);
});

// --- changing, recovering, deleting ---------------------------------------------------------------------------------

test('a new password keeps what was sealed under the old one', async (t) => {
  const accounts = await party(t);
  await accounts.session.data.set('kept', { at: 8 });
  const { passwordHash } = accounts.currentUser;
  await refused('invalid-credentials', () => accounts.changePassword({ current: next, next: 'breakfast at nine' }));
  await refused('password-too-short', () => accounts.changePassword({ current: ada.password, next: 'short' }));
  await refused('password-too-common', () => accounts.changePassword({ current: ada.password, next: 'password' }));
  await refused('password-same-as-login', () => accounts.changePassword({ current: ada.password, next: ada.email }));
  assert.equal(accounts.currentUser.passwordHash, passwordHash);
  const user = await accounts.changePassword({ current: ada.password, next });
  assert.notEqual(user.passwordHash, passwordHash);
  assert.equal(accounts.currentUser, user);
  assert.deepEqual(await accounts.session.data.get('kept'), { at: 8 }, 'the session goes on');
  await refused('invalid-credentials', () => accounts.logIn({ login: 'Ada', password: ada.password }));
  await accounts.logIn({ login: 'Ada', password: next });
  assert.deepEqual(await accounts.session.data.get('kept'), { at: 8 });
});

test('a recovery code sets a new password once, in any handwriting', async (t) => {
  const accounts = await party(t);
  await accounts.session.data.set('kept', 1);
  const former = await accounts.createRecoveryCode();
  const code = await accounts.createRecoveryCode();
  assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$/);
  await accounts.logOut();
  const form = { login: 'ada@example.com', newPassword: next };
  for (const wrong of ['', 'code', former, code.slice(1)]) {
    await refused('recovery-code-invalid', () => accounts.recover({ ...form, code: wrong }), wrong);
  }
  await refused('recovery-code-invalid', () => accounts.recover({ ...form, login: 'nobody', code }));
  await refused('password-too-short', () => accounts.recover({ ...form, code, newPassword: 'short' }));
  const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  await accounts.recover({ ...form, code: typed });
  assert.equal(accounts.currentUser.username, 'Ada');
  assert.equal(await accounts.session.data.get('kept'), 1);
  await refused('recovery-code-invalid', () => accounts.recover({ ...form, code }));
  await refused('invalid-credentials', () => accounts.logIn({ login: 'Ada', password: ada.password }));
  await accounts.logIn({ login: 'Ada', password: next });
});

test('a deleted account is gone with all it kept, and its name is free', async (t) => {
  const accounts = await party(t);
  await accounts.session.data.set('kept', 1);
  await refused('invalid-credentials', () => accounts.deleteAccount({ password: next }));
  assert.equal(accounts.currentUser.isAuthenticated, true);
  await accounts.deleteAccount({ password: ada.password });
  assert.equal(accounts.currentUser.isAuthenticated, false);
  assert.equal(await accounts.users.count(), 0);
  await refused('invalid-credentials', () => accounts.logIn({ login: 'Ada', password: ada.password }));
  await accounts.signUp(ada);
  assert.deepEqual(await accounts.session.data.list(), []);
});

test('an account is renamed, but not to what somebody else is called', async (t) => {
  const accounts = await party(t);
  await accounts.importUsers([{ username: 'Grace', email: 'grace@example.com' }]);
  for (const [changes, code] of [
    [{ username: 'GRACE' }, 'username-taken'],
    [{ email: 'grace@EXAMPLE.com' }, 'email-taken'],
    [{ username: '' }, 'username-required'],
    [{ username: ' Ada' }, 'username-invalid'],
    [{ email: 'nowhere' }, 'email-invalid'],
    [{ username: 5 }, 'argument-invalid'],
  ]) {
    await refused(code, () => accounts.update(changes), JSON.stringify(changes));
  }
  const both = await refused('username-invalid', () => accounts.update({ username: ' ', email: 'x' }));
  assert.deepEqual(both.fields, ['username', 'email']);
  assert.equal((await accounts.update({})).username, 'Ada');
  await accounts.update({ username: 'Ada Lovelace', email: 'lovelace@example.com' });
  assert.equal(accounts.currentUser.username, 'Ada Lovelace');
  await refused('invalid-credentials', () => accounts.logIn({ login: 'Ada', password: ada.password }));
  await accounts.logIn({ login: 'LOVELACE@example.com'.toLowerCase(), password: ada.password });
});

test('what needs a session says so without one', async (t) => {
  const accounts = await party(t);
  const { session } = accounts;
  await accounts.logOut();
  await accounts.logOut();
  for (const work of [
    () => accounts.session,
    () => accounts.update({ username: 'Grace' }),
    () => accounts.changePassword({ current: ada.password, next }),
    () => accounts.createRecoveryCode(),
    () => accounts.deleteAccount({ password: ada.password }),
    () => session.data.get('kept'),
    () => session.data.set('kept', 1),
  ]) {
    await refused('not-logged-in', work);
  }
});

test('arguments that are no texts are refused', async (t) => {
  const accounts = await party(t);
  for (const bad of [undefined, null, 5, {}, [], Symbol('x')]) {
    await refused('argument-invalid', () => accounts.logIn({ login: 'Ada', password: bad }));
    await refused('argument-invalid', () => accounts.logIn({ login: bad, password: ada.password }));
    await refused('argument-invalid', () => accounts.changePassword({ current: bad, next }));
    await refused('argument-invalid', () => accounts.changePassword({ current: ada.password, next: bad }));
    await refused('argument-invalid', () => accounts.deleteAccount({ password: bad }));
    await refused('argument-invalid', () => accounts.recover({ login: 'Ada', code: bad, newPassword: next }));
    await refused('argument-invalid', () => accounts.session.data.get(bad));
  }
  for (const tampered of ['', 'Accept', 1, {}]) {
    await refused('argument-invalid', () => accounts.logIn({ login: 'Ada', password: ada.password, tampered }));
  }
  await refused('argument-invalid', () => accounts.session.data.set('key', undefined));
  for (const key of ['', 'x'.repeat(257)]) await refused('data-key-invalid', () => accounts.session.data.set(key, 1));
  await refused('data-too-large', () => accounts.session.data.set('key', 'x'.repeat(2 ** 20)));
  for (const bad of [{ passes: 1 }, { passes: 17 }, { memoryMiB: 18 }, { memoryMiB: 257 }, { memoryMiB: 19.5 }]) {
    await refused('argument-invalid', () => opened(t, { kdf: bad }), JSON.stringify(bad));
  }
  await accounts.logIn({ login: 'Ada', password: ada.password });
});
