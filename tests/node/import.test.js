// Strangers' bytes given to importDatabase: each is taken in whole or refused by name, and nothing in between.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { wasmModule } from '../support/core.js';
import { open, opened, people, refused, temporaryFolder } from '../support/placecard.js';
import { randomFrom } from '../support/random.js';
import { insertOf, lessonSchema, sqlite, sqliteBytes } from '../support/sqlite.js';

const PAGE = 4096;
const refusals = ['database-malformed', 'database-in-wal-mode', 'database-foreign', 'database-newer'];
const wasm = await wasmModule();

/** A database with some pages of every kind: two levels of table, indexes, aliases, freed pages. */
async function realDatabase() {
  const accounts = await open({ wasm });
  await accounts.importUsers(
    people(400).map((row, index) => ({
      ...row,
      username: `${index % 3 ? 'Guest' : 'guest'} ${row.username}`,
      passwordHash: index % 5 ? null : `pbkdf2:sha256:1$salt$${'f'.repeat(64)}`,
    })),
  );
  const bytes = await accounts.exportDatabase();
  await accounts.close();
  return bytes;
}

/**
 * Gives bytes to accounts that hold `own`, and checks that they end with the one database or the other, and usable.
 * @param {import('../../dist/placecard/accounts.js').Accounts} accounts
 * @param {Uint8Array} bytes
 * @param {Uint8Array} own
 * @param {string} what
 * @returns {Promise<string>} the code of the refusal, or 'taken in'
 */
async function give(accounts, bytes, own, what) {
  try {
    const count = await accounts.importDatabase(bytes);
    assert.equal(await accounts.users.count(), count, what);
    await use(accounts, what);
    await accounts.importDatabase(own);
    return 'taken in';
  } catch (error) {
    assert(refusals.includes(error.code), `${what}: ${error.code ?? error.stack}`);
    assert.deepEqual(await accounts.exportDatabase(), own, what);
    return error.code;
  }
}

/** Whatever was taken in, each question and each change answers or refuses; the module never stops. */
async function use(accounts, what) {
  const row = { username: 'one more', email: 'one.more@example.com' };
  for (const work of [
    () => accounts.users.orderBy('username').paginate({ perPage: 50 }),
    () => accounts.importUsers([row]),
    () => accounts.users.all(),
  ]) {
    await work().catch((error) => assert(refusals.includes(error.code), `${what}: then ${error.code ?? error.stack}`));
  }
}

/** Accounts with three users of their own, and their bytes. */
async function host(t) {
  const accounts = await opened(t, { wasm });
  await accounts.importUsers(people(3));
  return { accounts, own: await accounts.exportDatabase() };
}

/** Refused with this code, and nothing has changed. */
async function refusedWhole(t, code, bytes, what = '') {
  const { accounts, own } = await host(t);
  await refused(code, () => accounts.importDatabase(bytes), what);
  assert.deepEqual(await accounts.exportDatabase(), own, what);
  assert.equal(await accounts.importUsers(people(1, 4)), 1, what);
}

// --- damage -----------------------------------------------------------------------------------------------------------

test('a file cut short anywhere is malformed', async (t) => {
  const whole = await realDatabase();
  assert(whole.length > 12 * PAGE);
  const { accounts, own } = await host(t);
  const sizes = [0, 1, 15, 16, 17, 99, 100, 101, 511, 512, 1024, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE];
  for (let size = 3 * PAGE; size < whole.length; size += PAGE) sizes.push(size - 1, size);
  const random = randomFrom(1);
  for (let extra = 0; extra < 100; extra += 1) sizes.push(random(whole.length));
  for (const size of sizes) {
    assert.equal(await give(accounts, whole.slice(0, size), own, `${size} bytes`), 'database-malformed');
  }
  assert.equal(await give(accounts, whole, own, 'whole'), 'taken in');
});

test('a file with something after its end is malformed', async (t) => {
  const whole = await realDatabase();
  const { accounts, own } = await host(t);
  for (const extra of [1, 100, PAGE, 10 * PAGE]) {
    const longer = new Uint8Array(whole.length + extra);
    longer.set(whole);
    assert.equal(await give(accounts, longer, own, `${extra} bytes more`), 'database-malformed');
  }
});

test('random bytes, and a file that looks encrypted, are malformed', async (t) => {
  const { accounts, own } = await host(t);
  for (const size of [1, 16, 100, 1000, PAGE, 10 * PAGE, 300_000]) {
    assert.equal(await give(accounts, new Uint8Array(randomBytes(size)), own, `${size}`), 'database-malformed');
  }
  const zeros = new Uint8Array(4 * PAGE);
  assert.equal(await give(accounts, zeros, own, 'zeros'), 'database-malformed');
  // A true header and noise behind it: SQLCipher's plaintext header, or a disk gone wrong.
  const whole = await realDatabase();
  const noisy = new Uint8Array(randomBytes(whole.length));
  noisy.set(whole.subarray(0, 100));
  assert.equal(await give(accounts, noisy, own, 'a header and noise'), 'database-malformed');
});

test('every byte of the header flipped, in each bit and altogether', async (t) => {
  const whole = await realDatabase();
  const { accounts, own } = await host(t);
  const answers = new Map();
  for (let at = 0; at < 100; at += 1) {
    for (const mask of [1, 2, 4, 8, 16, 32, 64, 128, 255]) {
      const flipped = whole.slice();
      flipped[at] ^= mask;
      const answer = await give(accounts, flipped, own, `byte ${at} ^ ${mask}`);
      answers.set(at, (answers.get(at) ?? new Set()).add(answer));
    }
  }
  const only = (at) => [...answers.get(at)];
  // sqlite.org/fileformat2.html section 1.3
  for (let at = 0; at < 18; at += 1) assert.deepEqual(only(at), ['database-malformed'], `byte ${at}: magic, page size`);
  for (const at of [18, 19]) assert(answers.get(at).has('database-malformed'), `byte ${at}: file format`);
  for (const at of [21, 22, 23]) assert.deepEqual(only(at), ['database-malformed'], `byte ${at}: payload fractions`);
  for (const at of [56, 57, 58]) assert(!answers.get(at).has('taken in'), `byte ${at}: encoding`);
  // With its lowest bit flipped the encoding is 0, which SQLite reads as UTF-8.
  assert.deepEqual(only(59).sort(), ['database-foreign', 'taken in'], 'byte 59: encoding');
  for (let at = 60; at < 64; at += 1) assert.deepEqual(only(at), ['taken in'], `byte ${at}: user_version`);
  for (let at = 68; at < 72; at += 1) assert.deepEqual(only(at), ['taken in'], `byte ${at}: application_id`);
  for (let at = 96; at < 100; at += 1) assert.deepEqual(only(at), ['taken in'], `byte ${at}: the writer's version`);
});

const SEED = Number(process.env.IMPORT_SEED ?? 20261122);

test('thousands of random flips: refused or harmless', async (t) => {
  const whole = await realDatabase();
  const { accounts, own } = await host(t);
  const random = randomFrom(SEED);
  const answers = { 'taken in': 0 };
  for (let round = 0; round < 3000; round += 1) {
    const flipped = whole.slice();
    // One bit, a few, or a run of bytes; anywhere, or where the structure is: the beginnings of pages and the schema.
    const places = [1, 1, 3, 20][random(4)];
    for (let place = 0; place < places; place += 1) {
      const page = random(whole.length / PAGE);
      const at = [random(whole.length), page * PAGE + random(64), random(PAGE)][random(3)];
      if (random(4) === 0) flipped.fill(random(256), at, at + 1 + random(16));
      else flipped[at] ^= 1 << random(8);
    }
    const answer = await give(accounts, flipped, own, `IMPORT_SEED=${SEED}, round ${round}`);
    answers[answer] = (answers[answer] ?? 0) + 1;
  }
  // Both kinds must occur, or the test would show nothing.
  assert(answers['taken in'] > 100, JSON.stringify(answers));
  assert(answers['database-malformed'] > 100, JSON.stringify(answers));
});

test('pages exchanged, repeated or emptied are refused or harmless', async (t) => {
  const whole = await realDatabase();
  const { accounts, own } = await host(t);
  const pages = whole.length / PAGE;
  const page = (number) => whole.slice(number * PAGE, (number + 1) * PAGE);
  for (let number = 1; number < pages; number += 1) {
    const emptied = whole.slice();
    emptied.fill(0, number * PAGE, (number + 1) * PAGE);
    await give(accounts, emptied, own, `page ${number} emptied`);
    const other = 1 + (number % (pages - 1));
    const exchanged = whole.slice();
    exchanged.set(page(other), number * PAGE);
    exchanged.set(page(number), other * PAGE);
    // Two empty tables have the same page, and nothing is exchanged.
    const expected = Buffer.compare(page(other), page(number)) === 0 ? 'taken in' : 'database-malformed';
    assert.equal(await give(accounts, exchanged, own, `pages ${number} and ${other}`), expected);
    const repeated = whole.slice();
    repeated.set(page(other), number * PAGE);
    assert.equal(await give(accounts, repeated, own, `page ${other} twice`), expected);
  }
});

// --- other people's databases -----------------------------------------------------------------------------------------

const columns = 'username VARCHAR(64), email VARCHAR(120), password_hash VARCHAR(128), joined_at DATETIME';

test('a database in WAL mode says so', async (t) => {
  await refusedWhole(t, 'database-in-wal-mode', await sqliteBytes(t, `PRAGMA journal_mode = WAL; ${lessonSchema}`));
});

test('databases that have no user table we can use are foreign', async (t) => {
  const foreign = {
    'UTF-16, little endian': `PRAGMA encoding = 'UTF-16le'; ${lessonSchema}`,
    'UTF-16, big endian': `PRAGMA encoding = 'UTF-16be'; ${lessonSchema}`,
    'no user table': 'CREATE TABLE guest (id INTEGER PRIMARY KEY);',
    'user is a view': `CREATE TABLE person (id INTEGER PRIMARY KEY, ${columns}); CREATE VIEW user AS SELECT * FROM person;`,
    'user is an index':
      'CREATE TABLE person (id INTEGER PRIMARY KEY, username); CREATE INDEX user ON person (username);',
    'the name in capitals': `CREATE TABLE USER (id INTEGER PRIMARY KEY, ${columns});`,
    'no username': 'CREATE TABLE user (id INTEGER PRIMARY KEY, email, password_hash, joined_at);',
    'no email': 'CREATE TABLE user (id INTEGER PRIMARY KEY, username, password_hash, joined_at);',
    'no password_hash': 'CREATE TABLE user (id INTEGER PRIMARY KEY, username, email, joined_at);',
    'no joined_at': 'CREATE TABLE user (id INTEGER PRIMARY KEY, username, email, password_hash);',
    'no id': `CREATE TABLE user (${columns});`,
    'both spellings of joined_at': `CREATE TABLE user (id INTEGER PRIMARY KEY, ${columns}, joined_at_date);`,
    'id is no key': `CREATE TABLE user (id INTEGER, ${columns});`,
    'id is text': `CREATE TABLE user (id TEXT PRIMARY KEY, ${columns});`,
    'id is an INT': `CREATE TABLE user (id INT PRIMARY KEY, ${columns});`,
    'id is a descending key': `CREATE TABLE user (id INTEGER PRIMARY KEY DESC, ${columns});`,
    'id is half a key': `CREATE TABLE user (id INTEGER, ${columns}, PRIMARY KEY (id, username));`,
    'no row ids': `CREATE TABLE user (id INTEGER PRIMARY KEY, ${columns}) WITHOUT ROWID;`,
    'a column that must be given': `CREATE TABLE user (id INTEGER PRIMARY KEY, ${columns}, age INTEGER NOT NULL);`,
    'a generated column': `CREATE TABLE user (id INTEGER PRIMARY KEY, email, password_hash, joined_at,
      username TEXT AS (email || 'x'));`,
    'usernames twice': `CREATE TABLE user (id INTEGER PRIMARY KEY, ${columns});
      ${insertOf([{ username: 'ada' }, { username: 'ada' }])}`,
    'addresses twice': `CREATE TABLE user (id INTEGER PRIMARY KEY, ${columns});
      ${insertOf([{ email: 'a@b.c' }, { email: 'a@b.c' }])}`,
    'our own tables without a version': `${lessonSchema} CREATE TABLE placecard_meta (key TEXT PRIMARY KEY, value);`,
    'our own table of another shape': `${lessonSchema} CREATE TABLE placecard_meta (name TEXT);`,
    'our version and not our tables': `${lessonSchema} CREATE TABLE placecard_meta (key TEXT PRIMARY KEY, value);
      ${insertOf([{ key: 'schema_version', value: 1 }], 'placecard_meta')}`,
    'a version that is text': `${lessonSchema} CREATE TABLE placecard_meta (key TEXT PRIMARY KEY, value);
      ${insertOf([{ key: 'schema_version', value: 'one' }], 'placecard_meta')}`,
    'our alias table taken': `${lessonSchema} CREATE TABLE placecard_alias (id INTEGER PRIMARY KEY);`,
  };
  for (const [what, sql] of Object.entries(foreign)) {
    await refusedWhole(t, 'database-foreign', await sqliteBytes(t, sql), what);
  }
});

test('a database of a newer version is refused as newer, also where its tables have changed', async (t) => {
  const { own } = await host(t);
  const file = join(await temporaryFolder(t), 'newer.sqlite');
  await writeFile(file, own);
  for (const change of [
    '',
    'ALTER TABLE placecard_alias RENAME TO placecard_name',
    'ALTER TABLE user RENAME TO guest',
  ]) {
    sqlite(file, `UPDATE placecard_meta SET value = 1000000 WHERE key = 'schema_version'; ${change}`);
    await refusedWhole(t, 'database-newer', new Uint8Array(await readFile(file)), change);
  }
});

test("databases that differ only in their owner's affairs are taken in", async (t) => {
  const rows = insertOf([{ username: 'ada', email: 'ada@example.com' }, { username: 'Grace' }]);
  const fine = {
    'just the lesson': `${lessonSchema} ${rows}`,
    'another page size': `PRAGMA page_size = 1024; ${lessonSchema} ${rows}`,
    'the largest page size': `PRAGMA page_size = 65536; ${lessonSchema} ${rows}`,
    'no indexes': `CREATE TABLE user (id INTEGER PRIMARY KEY, ${columns}); ${rows}`,
    'untyped columns': `CREATE TABLE user (id INTEGER PRIMARY KEY, username, email, password_hash, joined_at); ${rows}`,
    autoincrement: `CREATE TABLE user (id INTEGER PRIMARY KEY AUTOINCREMENT, ${columns}); ${rows}`,
    'more columns': `CREATE TABLE user (id INTEGER PRIMARY KEY, ${columns}, age INTEGER, seat TEXT NOT NULL DEFAULT 'any'); ${rows}`,
    'more tables': `${lessonSchema} ${rows} CREATE TABLE dinner_party (id INTEGER PRIMARY KEY, venue VARCHAR(140));`,
    'a trigger that would refuse': `${lessonSchema} ${rows} CREATE TRIGGER no BEFORE INSERT ON user
      BEGIN SELECT RAISE(ABORT, 'no'); END;`,
    'the other spelling of joined_at': `${lessonSchema.replaceAll('joined_at', 'joined_at_date')} ${rows}`,
    auto_vacuum: `PRAGMA auto_vacuum = FULL; ${lessonSchema} ${rows}`,
    'a version of its own': `PRAGMA user_version = 77; PRAGMA application_id = 5; ${lessonSchema} ${rows}`,
  };
  for (const [what, sql] of Object.entries(fine)) {
    const { accounts } = await host(t);
    const bytes = await sqliteBytes(t, sql);
    assert.equal(await accounts.importDatabase(bytes), 2, what);
    assert.deepEqual(
      (await accounts.users.all()).map(({ username }) => username),
      ['ada', 'Grace'],
      what,
    );
    await refused('username-taken', () => accounts.importUsers([{ username: 'grace' }]), what);
    await accounts.importUsers(people(2));
    assert.equal(await accounts.users.count(), 4, what);
    const file = join(await temporaryFolder(t), 'back.sqlite');
    await writeFile(file, await accounts.exportDatabase());
    assert.deepEqual(sqlite(file, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }], what);
    assert.deepEqual(sqlite(file, 'PRAGMA page_size'), [{ page_size: PAGE }], what);
  }
});

test('rows that only another program would write are shown as they are, and defended like the rest', async (t) => {
  const { accounts } = await host(t);
  const rows = [
    { id: 0, username: 'zero', email: 'zero@example.com' },
    { id: -5, username: 'minus', joined_at: 'once upon a time' },
    { id: 1, username: 'long '.repeat(1000), joined_at: 1700000000 },
  ];
  const odd = `INSERT INTO user (id, username, password_hash) VALUES (2, x'00ff80', x'ff'), (3, CAST(x'ffc0' AS TEXT), 1.5);`;
  await accounts.importDatabase(await sqliteBytes(t, lessonSchema + insertOf(rows) + odd));
  assert.deepEqual(
    (await accounts.users.all()).map(({ id }) => id),
    [-5, 0, 1, 2, 3],
  );
  assert.equal((await accounts.users.get(0)).username, 'zero');
  assert.equal((await accounts.users.filterBy({ id: -5 }).one()).joinedAt, null);
  assert.equal((await accounts.users.get(1)).joinedAtText, '1700000000');
  assert.equal((await accounts.users.get(3)).username, '\ufffd\ufffd');
  for (const username of ['zero', 'ZERO', 'minus', 'zero@example.com']) {
    await refused('username-taken', () => accounts.importUsers([{ username }]), username);
  }
  await refused('id-taken', () => accounts.importUsers([{ id: 1, username: 'x' }]));
  assert.equal(await accounts.importUsers(people(2)), 2);
});

test('a constraint that no insert can keep refuses the row, not the file', async (t) => {
  const { accounts } = await host(t);
  const sql = `CREATE TABLE user (id INTEGER PRIMARY KEY, ${columns}, CHECK (username <> 'u0001'));`;
  assert.equal(await accounts.importDatabase(await sqliteBytes(t, sql)), 0);
  await refused('database-foreign', () => accounts.importUsers(people(2)));
  assert.equal(await accounts.users.count(), 0);
  assert.equal(await accounts.importUsers(people(2, 2)), 2);
});

// --- progress ---------------------------------------------------------------------------------------------------------

test('progress only grows, and ends at the total when the work is done', async (t) => {
  const accounts = await opened(t, { wasm });
  await accounts.importUsers(people(6000));
  const told = { out: [], in: [] };
  const bytes = await accounts.exportDatabase({ onProgress: (...numbers) => told.out.push(numbers) });
  assert(bytes.length > 3 * 256 * 1024, 'several steps');
  const copy = await opened(t, { wasm });
  await copy.importDatabase(bytes, { onProgress: (...numbers) => told.in.push(numbers) });
  for (const calls of Object.values(told)) {
    assert(calls.length > 3);
    assert.deepEqual(calls.at(-1), [bytes.length, bytes.length]);
    for (const [index, [done, total]] of calls.entries()) {
      assert.equal(total, bytes.length);
      assert(done > (calls[index - 1]?.[0] ?? 0), 'monotone');
    }
    assert.equal(calls.filter(([done]) => done === bytes.length).length, 1, 'the total means done');
  }
});

test('a refused import never reports that it is done', async (t) => {
  const { accounts } = await host(t);
  const calls = [];
  const bytes = new Uint8Array(600_000);
  await refused('database-malformed', () =>
    accounts.importDatabase(bytes, { onProgress: (...each) => calls.push(each) }),
  );
  assert(calls.length >= 2);
  for (const [done, total] of calls) assert(done < total);
});

test('a callback that throws stops the import before anything is changed', async (t) => {
  const { accounts, own } = await host(t);
  const whole = await realDatabase();
  const onProgress = () => {
    throw new RangeError('enough');
  };
  await assert.rejects(accounts.importDatabase(whole, { onProgress }), RangeError);
  await assert.rejects(accounts.exportDatabase({ onProgress }), RangeError);
  assert.deepEqual(await accounts.exportDatabase(), own);
  assert.equal(await accounts.importDatabase(whole), 400);
});

test('what is asked for during an import is answered from the old database or the new one', async (t) => {
  const { accounts } = await host(t);
  const whole = await realDatabase();
  const before = await accounts.users.count();
  const asked = [];
  const importing = accounts.importDatabase(whole, { onProgress: () => asked.push(accounts.users.count()) });
  asked.push(accounts.users.count());
  assert.equal(await importing, 400);
  assert(asked.length >= 2);
  for (const count of await Promise.all(asked)) assert([before, 400].includes(count), `${count} users`);
  assert.equal(await accounts.users.count(), 400);
});
