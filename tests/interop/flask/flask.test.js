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
 * @param {'facts' | 'read' | 'log-in' | 'change' | 'visit' | 'hash'} command
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

// --- passwords ------------------------------------------------------------------------------------------------------

const kdf = { memoryMiB: 19 };
const passwords = [
  'dinner at eight',
  ' na\u00efve \u2603 \u{1f35d} ',
  'a\0b with a NUL',
  'x'.repeat(300),
  '\ufeffbyte order mark',
  '"quotes" & %41+;=',
];

test("whoever signed up here gets in at the app's log-in view, and nobody else", async (t) => {
  const file = join(await temporaryFolder(t), 'ours.sqlite');
  for (const [index, cost] of [kdf, { passes: 3, memoryMiB: 20 }, {}].entries()) {
    const accounts = await open({ storage: fileStorage(file), kdf: cost });
    const mine = passwords.filter((_, each) => each % 3 === index);
    for (const [each, password] of mine.entries()) {
      await accounts.signUp({ username: `Ada ${index} ${each}`, email: `ada${index}.${each}@example.com`, password });
    }
    await accounts.close();
    const right = mine.map((password, each) => [`Ada ${index} ${each}`, password]);
    assert.deepEqual(
      flask(file, 'visit', right),
      right.map(([username]) => [302, username]),
    );
    const wrong = right.map(([username, password]) => [username, `${password}x`]);
    assert.deepEqual(
      flask(file, 'visit', [...wrong, ['nobody', 'dinner at eight']]),
      [...wrong, 0].map(() => [401, null]),
    );
  }
});

test('the app knows a new password, a recovered one, and an upgraded one', async (t) => {
  const file = join(await temporaryFolder(t), 'ours.sqlite');
  const [first, second, third] = ['dinner at eight', 'supper at ten', 'breakfast at nine'];
  const run = async (cost, work) => {
    const accounts = await open({ storage: fileStorage(file), kdf: cost });
    await work(accounts);
    await accounts.close();
  };
  const knows = (password, others) => {
    const answers = flask(
      file,
      'visit',
      [password, ...others].map((each) => ['Ada', each]),
    );
    assert.deepEqual(answers, [[302, 'Ada'], ...others.map(() => [401, null])]);
  };
  let code = '';
  await run(kdf, async (accounts) => {
    await accounts.signUp({ username: 'Ada', email: 'ada@example.com', password: first });
    await accounts.changePassword({ current: first, next: second });
    code = await accounts.createRecoveryCode();
  });
  knows(second, [first, third, code]);
  await run(kdf, (accounts) => accounts.recover({ login: 'Ada', code, newPassword: third }));
  knows(third, [first, second, code]);
  const [before] = flask(file, 'read');
  await run({ passes: 3, memoryMiB: 21 }, (accounts) => accounts.logIn({ login: 'Ada', password: third }));
  const [after] = flask(file, 'read');
  assert.notEqual(after[3], before[3]);
  assert.match(after[3], /^\$argon2id\$v=19\$m=21504,t=3,p=1\$/);
  knows(third, [first, second]);
});

test('a hash of argon2-cffi logs in here, is made anew at our cost, and still logs in there', async (t) => {
  const file = join(await temporaryFolder(t), 'flask.sqlite');
  const costs = [
    ['ID', { time_cost: 2, memory_cost: 19 * 1024, parallelism: 1 }],
    ['ID', { time_cost: 3, memory_cost: 8192, parallelism: 4 }],
    ['ID', { time_cost: 1, memory_cost: 1024, parallelism: 8, hash_len: 16, salt_len: 8 }],
    ['I', { time_cost: 3, memory_cost: 1024, parallelism: 2 }],
  ];
  const insert = [];
  for (const [index, [type, cost]] of costs.entries()) {
    const hashes = flask(file, 'hash', { type, cost, passwords });
    for (const [each, password_hash] of hashes.entries()) insert.push({ username: `${index} ${each}`, password_hash });
  }
  flask(file, 'change', { insert });
  const accounts = await open({ storage: fileStorage(file), kdf });
  const visits = [];
  for (const { username } of insert) {
    const password = passwords[Number(username.split(' ')[1])];
    const wrong = { login: username, password: `${password}x` };
    await refused('invalid-credentials', () => accounts.logIn(wrong), username);
    await accounts.logIn({ login: username, password });
    assert.match(accounts.currentUser.passwordHash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    visits.push([username, password]);
  }
  await accounts.close();
  assert.deepEqual(
    flask(file, 'visit', visits),
    visits.map(([username]) => [302, username]),
  );
});

test('what the app changes in the row of somebody who signed up here is asked about, then kept', async (t) => {
  const file = join(await temporaryFolder(t), 'ours.sqlite');
  const ada = { username: 'Ada', email: 'ada@example.com', password: 'dinner at eight' };
  let accounts = await open({ storage: fileStorage(file), kdf });
  await accounts.signUp(ada);
  await accounts.session.data.set('party', 'at eight');
  await accounts.close();
  flask(file, 'change', { update: { 1: { email: 'ada@new.example' } } });
  accounts = await opened(t, { storage: fileStorage(file), kdf });
  const form = { login: 'Ada', password: ada.password };
  assert.deepEqual((await refused('tampered', () => accounts.logIn(form))).fields, ['email']);
  await accounts.logIn({ ...form, tampered: 'accept' });
  assert.equal(accounts.currentUser.email, 'ada@new.example');
  assert.equal(await accounts.session.data.get('party'), 'at eight');
  await accounts.logIn(form);
});
