// One file, two programs: the lesson's app (Flask, Flask-SQLAlchemy, Flask-Login as the system ships them) and ours.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { fileStorage, open, opened, people, refused, temporaryFolder } from '../../support/placecard.js';
import { sqlite } from '../../support/sqlite.js';

const app = fileURLToPath(new URL('./app.py', import.meta.url));

/**
 * Runs the app over the file, by the system's own Python: that is where its Flask is.
 * @param {string} file
 * @param {'facts' | 'read' | 'log-in' | 'change'} command
 * @param {unknown} [input]
 */
function flask(file, command, input = null) {
  const options = { input: JSON.stringify(input), encoding: 'utf8', maxBuffer: 2 ** 26 };
  return JSON.parse(execFileSync('/usr/bin/python3', ['-W', 'ignore', app, file, command], options));
}

const MICRO = '2026-11-22 08:40:39.855342';
const rows = [
  { username: 'ada', email: 'ada@example.com', passwordHash: 'pbkdf2:sha256:1$salt$00', joinedAt: MICRO },
  { username: 'caf\u00e9 \u{1f370}', email: null, joinedAt: '0001-01-01 00:00:00.000001' },
  { id: 70, username: null, email: 'grace@example.com', joinedAt: '9999-12-31 23:59:59.999999' },
];
const asFlaskTells = [
  [1, 'ada', 'ada@example.com', 'pbkdf2:sha256:1$salt$00', MICRO],
  [2, 'caf\u00e9 \u{1f370}', null, null, '0001-01-01 00:00:00.000001'],
  [70, null, 'grace@example.com', null, '9999-12-31 23:59:59.999999'],
];

/** @param {import('../../../dist/placecard/accounts.js').Accounts} accounts */
async function told(accounts) {
  return (await accounts.users.all()).map((user) => [
    user.id,
    user.username,
    user.email,
    user.passwordHash,
    user.joinedAtText,
  ]);
}

/** A file that our storage wrote and closed. */
async function ourFile(t) {
  const file = join(await temporaryFolder(t), 'ours.sqlite');
  const accounts = await open({ storage: fileStorage(file) });
  await accounts.importUsers(rows);
  await accounts.close();
  return file;
}

/** A file that the app made and filled. */
async function flaskFile(t) {
  const file = join(await temporaryFolder(t), 'flask.sqlite');
  const insert = [
    { username: 'ada', email: 'ada@example.com', password_hash: 'pbkdf2:sha256:1$salt$00', joined_at: MICRO },
    { username: 'Grace', email: 'Grace@Example.com', joined_at: '2026-01-02 03:04:05' },
    { username: 'guest' },
  ];
  return { file, stored: flask(file, 'change', { insert }) };
}

test("our file's user table is what create_all() makes in a fresh one", async (t) => {
  const fresh = flask(join(await temporaryFolder(t), 'fresh.sqlite'), 'facts');
  assert.equal(fresh.table_info.length, 5);
  assert.equal(fresh.index_list.length, 3);
  const file = await ourFile(t);
  const before = await readFile(file);
  assert.deepEqual(flask(file, 'facts'), fresh);
  assert.deepEqual(await readFile(file), before, 'create_all() found nothing to make');
});

test('the app reads our rows to the microsecond, and logs them in', async (t) => {
  const file = await ourFile(t);
  assert.deepEqual(flask(file, 'read'), asFlaskTells);
  assert.deepEqual(flask(file, 'log-in', 1), ['1', 'ada', true]);
});

test('the app inserts, updates and deletes in our file, and we read the result', async (t) => {
  const file = await ourFile(t);
  const stored = flask(file, 'change', {
    insert: [
      { username: 'Linus', email: 'Linus@EXAMPLE.com', joined_at: '1969-07-20 20:17:40.500001' },
      { username: 'now', password_hash: 'scrypt:1:1:1$salt$00' },
    ],
    update: { 1: { email: 'ada@new.example', password_hash: null } },
    delete: [2],
  });
  assert.equal(stored.length, 4);
  const accounts = await opened(t, { storage: fileStorage(file) });
  assert.deepEqual(await told(accounts), stored);
  const linus = await accounts.users.filterBy({ username: 'Linus' }).one();
  assert.equal(linus.joinedAtText, '1969-07-20 20:17:40.500001');
  const now = await accounts.users.filterBy({ username: 'now' }).one();
  assert.match(now.joinedAtText, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
  // What the app wrote is defended under its folded name too, and what it deleted is free again.
  await refused('username-taken', () => accounts.importUsers([{ username: 'LINUS' }]));
  await refused('email-taken', () => accounts.importUsers([{ email: 'Linus@example.com' }]));
  await accounts.importUsers([{ username: 'caf\u00e9 \u{1f370}' }]);
});

test('the two take turns with one file', async (t) => {
  const file = await ourFile(t);
  for (let turn = 0; turn < 3; turn += 1) {
    flask(file, 'change', { insert: [{ username: `flask ${turn}`, joined_at: MICRO }] });
    const accounts = await open({ storage: fileStorage(file) });
    await accounts.importUsers([{ username: `ours ${turn}`, joinedAt: MICRO }]);
    await accounts.close();
  }
  const names = flask(file, 'read').map(([, username]) => username);
  assert.deepEqual(names.slice(3), ['flask 0', 'ours 0', 'flask 1', 'ours 1', 'flask 2', 'ours 2']);
  assert.deepEqual(sqlite(file, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
});

test("a file of the app's opens here where it lies, and the app goes on with it", async (t) => {
  const { file, stored } = await flaskFile(t);
  const facts = flask(file, 'facts');
  const accounts = await open({ storage: fileStorage(file) });
  assert.deepEqual(await told(accounts), stored);
  await refused('username-taken', () => accounts.importUsers([{ username: 'GRACE' }]));
  await accounts.importUsers(people(2));
  await accounts.close();
  assert.deepEqual(flask(file, 'facts'), facts);
  assert.equal(flask(file, 'read').length, stored.length + 2);
});

test("a file of the app's is imported, and the app reads what we export", async (t) => {
  const { file, stored } = await flaskFile(t);
  const copy = join(await temporaryFolder(t), 'copy.sqlite');
  const accounts = await opened(t, { storage: fileStorage(copy) });
  await accounts.importUsers(people(5));
  assert.equal(await accounts.importDatabase(await readFile(file)), stored.length);
  assert.deepEqual(await told(accounts), stored);
  assert.deepEqual(flask(copy, 'read'), stored);
});

test('the app refuses a name that one of our users has', async (t) => {
  const file = await ourFile(t);
  const twice = { insert: [{ username: 'ada' }] };
  assert.throws(
    () =>
      execFileSync('/usr/bin/python3', ['-W', 'ignore', app, file, 'change'], {
        input: JSON.stringify(twice),
        encoding: 'utf8',
        stdio: 'pipe',
      }),
    /UNIQUE constraint failed: user\.username/,
  );
});
