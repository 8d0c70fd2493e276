// Where the bytes are kept: a file in Node, or memory.

import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { test } from 'node:test';

import { startHolder } from '../support/child.js';
import { fileStorage, memoryStorage, open, opened, people, refused, temporaryFolder } from '../support/placecard.js';
import { insertOf, lessonSchema, sqlite } from '../support/sqlite.js';

/** @param {import('node:test').TestContext} t */
async function databaseFile(t, name = 'accounts.sqlite') {
  return join(await temporaryFolder(t), name);
}

/** @param {string} file */
function count(file) {
  return sqlite(file, 'SELECT count(*) AS users FROM user')[0].users;
}

// --- a file ---------------------------------------------------------------------------------------------------------

test('a file is a plain SQLite database that the sqlite3 shell reads', async (t) => {
  const file = await databaseFile(t);
  const accounts = await opened(t, { storage: fileStorage(file) });
  await accounts.importUsers([
    { username: 'ada', email: 'ada@example.com', passwordHash: 'hash', joinedAt: '2026-11-22 08:40:39.855342' },
    { username: 'caf\u00e9 \u{1f370}' },
  ]);
  assert.deepEqual(sqlite(file, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
  assert.deepEqual(sqlite(file, 'SELECT *, typeof(joined_at) AS type FROM user WHERE id = 1'), [
    {
      id: 1,
      username: 'ada',
      email: 'ada@example.com',
      password_hash: 'hash',
      joined_at: '2026-11-22 08:40:39.855342',
      type: 'text',
    },
  ]);
  assert.equal(sqlite(file, 'SELECT username FROM user WHERE id = 2')[0].username, 'caf\u00e9 \u{1f370}');
  assert.deepEqual(new Uint8Array(await readFile(file)), await accounts.exportDatabase());
});

test('what one opening wrote the next one reads', async (t) => {
  const file = await databaseFile(t);
  for (let round = 0; round < 3; round += 1) {
    const accounts = await open({ storage: fileStorage(file) });
    assert.equal(await accounts.users.count(), round * 50);
    await accounts.importUsers(people(50, round * 50 + 1));
    await accounts.close();
  }
  assert.equal(count(file), 150);
});

test('opening an unchanged file leaves every byte as it is', async (t) => {
  const file = await databaseFile(t);
  const first = await open({ storage: fileStorage(file) });
  await first.importUsers(people(3));
  await first.close();
  const before = await stat(file, { bigint: true });
  const again = await open({ storage: fileStorage(file) });
  await again.users.count();
  await again.close();
  const after = await stat(file, { bigint: true });
  assert.deepEqual([after.ino, after.mtimeNs], [before.ino, before.mtimeNs]);
});

test('rows that somebody else wrote between two openings are there, and their names are taken', async (t) => {
  const file = await databaseFile(t);
  const first = await open({ storage: fileStorage(file) });
  await first.importUsers([{ username: 'ada' }]);
  await first.close();
  sqlite(file, insertOf([{ username: 'Grace', email: 'Grace@EXAMPLE.com' }]));
  const accounts = await opened(t, { storage: fileStorage(file) });
  assert.equal(await accounts.users.count(), 2);
  await refused('username-taken', () => accounts.importUsers([{ username: 'grace' }]));
  await refused('email-taken', () => accounts.importUsers([{ email: 'Grace@example.com' }]));
});

test('a Flask file opens where it lies, in any page size', async (t) => {
  for (const pageSize of [512, 1024, 4096, 65536]) {
    const file = await databaseFile(t);
    const rows = people(100).map(({ username, email }) => ({ username, email }));
    sqlite(file, `PRAGMA page_size = ${pageSize};${lessonSchema}${insertOf(rows)}`);
    const accounts = await open({ storage: fileStorage(file) });
    assert.equal(await accounts.users.count(), 100, `page size ${pageSize}`);
    await accounts.importUsers(people(10, 101));
    await accounts.close();
    assert.deepEqual(sqlite(file, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
    assert.equal(count(file), 110);
  }
});

test('a file that is refused stays as it is and is let go', async (t) => {
  const file = await databaseFile(t);
  const garbage = Buffer.from('this is a letter, not a database. '.repeat(200));
  await writeFile(file, garbage);
  await refused('database-malformed', () => open({ storage: fileStorage(file) }));
  assert.deepEqual(await readFile(file), garbage);
  sqlite(`${file}.wal`, `PRAGMA journal_mode = WAL;${lessonSchema}`);
  const before = await readFile(`${file}.wal`);
  await refused('database-in-wal-mode', () => open({ storage: fileStorage(`${file}.wal`) }));
  assert.deepEqual(await readFile(`${file}.wal`), before);
  assert.deepEqual((await readdir(dirname(file))).sort(), [basename(file), `${basename(file)}.wal`]);
});

test('an empty file is a new database', async (t) => {
  const file = await databaseFile(t);
  await writeFile(file, '');
  const accounts = await opened(t, { storage: fileStorage(file) });
  await accounts.importUsers(people(1));
  assert.equal(count(file), 1);
});

test('folders on the way are made, and only the owner may read a new file', async (t) => {
  const file = join(await temporaryFolder(t), 'a', 'b c', '\u00fc.sqlite');
  const accounts = await opened(t, { storage: fileStorage(file) });
  await accounts.importUsers(people(1));
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  await chmod(file, 0o640);
  await accounts.importUsers(people(1, 2));
  assert.equal((await stat(file)).mode & 0o777, 0o640, 'an existing file keeps its mode');
});

test('nothing but the database and the lock lies in the folder, and the lock goes with close', async (t) => {
  const file = await databaseFile(t);
  const accounts = await open({ storage: fileStorage(file) });
  await accounts.importUsers(people(1));
  assert.deepEqual((await readdir(dirname(file))).sort(), ['accounts.sqlite', 'accounts.sqlite.lock']);
  await accounts.close();
  assert.deepEqual(await readdir(dirname(file)), ['accounts.sqlite']);
});

test('a relative path means the folder at the time of opening', async (t) => {
  const file = await databaseFile(t);
  const accounts = await opened(t, { storage: fileStorage(relative(process.cwd(), file)) });
  await accounts.importUsers(people(1));
  assert.equal(count(file), 1);
});

test('behind a link lies the file that is written and locked', async (t) => {
  const file = await databaseFile(t);
  const first = await open({ storage: fileStorage(file) });
  await first.importUsers(people(1));
  await first.close();
  const link = join(await temporaryFolder(t), 'link.sqlite');
  await symlink(file, link);
  const accounts = await opened(t, { storage: fileStorage(link) });
  await refused('storage-busy', () => open({ storage: fileStorage(file) }));
  await accounts.importUsers(people(1, 2));
  assert.equal(count(file), 2);
  assert.deepEqual(await readdir(dirname(link)), ['link.sqlite']);
});

test('paths that are none are refused', async (t) => {
  for (const path of [undefined, null, 5, '', {}, new URL('file:///nowhere')]) {
    await refused('argument-invalid', () => fileStorage(path), String(path));
  }
  await refused('storage-failed', () => open({ storage: fileStorage(`${'x'.repeat(300)}.sqlite`) }));
  await refused('storage-failed', () => open({ storage: fileStorage('nul\0.sqlite') }));
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'a folder'));
  await refused('storage-failed', () => open({ storage: fileStorage(join(folder, 'a folder')) }));
  assert.deepEqual(await readdir(folder), ['a folder']);
  const file = join(folder, 'file');
  await writeFile(file, '');
  await refused('storage-failed', () => open({ storage: fileStorage(join(file, 'accounts.sqlite')) }));
  assert.deepEqual((await readdir(folder)).sort(), ['a folder', 'file']);
});

// --- a commit that fails ----------------------------------------------------------------------------------------------

/** Ways in which the system really refuses to write, and how each is mended. */
const failures = [
  {
    name: 'a folder stands in the way of the new file',
    code: 'storage-failed',
    harm: (file) => mkdir(`${file}.tmp`, { recursive: true }),
    mend: (file) => rm(`${file}.tmp`, { recursive: true }),
  },
  {
    name: 'the device is full',
    code: 'storage-full',
    // Writing to it fails with ENOSPC, always; what failed is tidied away, link and all.
    harm: (file) => symlink('/dev/full', `${file}.tmp`),
    mend: (file) => rm(`${file}.tmp`, { force: true }),
  },
  {
    name: 'the folder is gone',
    code: 'storage-failed',
    harm: (file) => rename(dirname(file), `${dirname(file)}-away`).catch(() => {}), // gone already
    mend: (file) => rename(`${dirname(file)}-away`, dirname(file)),
  },
];

for (const { name, code, harm, mend } of failures) {
  test(`a commit that fails changes neither memory nor file, and the next one works: ${name}`, async (t) => {
    const file = join(await temporaryFolder(t), 'data', 'accounts.sqlite');
    const accounts = await opened(t, { storage: fileStorage(file) });
    await accounts.importUsers(people(100));
    const memory = await accounts.exportDatabase();
    const stored = await readFile(file);
    const bigger = await opened(t);
    await bigger.importUsers(people(3000));
    const other = await bigger.exportDatabase();

    const form = { username: 'Ada', email: 'ada@example.com', password: 'dinner at eight' };
    for (const write of [
      () => accounts.importUsers(people(500, 101)),
      () => accounts.signUp(form),
      () => accounts.importDatabase(other),
    ]) {
      await harm(file);
      const error = await refused(code, write);
      assert(error.cause instanceof Error);
    }
    assert.equal(await accounts.users.count(), 100);
    assert.deepEqual(await accounts.exportDatabase(), memory);
    await mend(file);

    assert.deepEqual(await readFile(file), stored);
    await accounts.importUsers(people(500, 101));
    assert.equal(count(file), 600);
    assert.equal(await accounts.importDatabase(other), 3000);
    assert.equal(count(file), 3000);
    assert.deepEqual(sqlite(file, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
    assert.deepEqual((await readdir(dirname(file))).sort(), ['accounts.sqlite', 'accounts.sqlite.lock']);
  });
}

test('a module that stops leaves the file as it was, and the file can be opened again', async (t) => {
  const file = await databaseFile(t);
  let broken = false;
  const now = () => {
    if (broken) throw new Error('broken');
    return 0;
  };
  const accounts = await open({ storage: fileStorage(file), now });
  await accounts.importUsers(people(10));
  broken = true;
  await refused('core-stopped', () => accounts.importUsers(people(10, 11)));
  await accounts.close();
  const again = await opened(t, { storage: fileStorage(file) });
  assert.equal(await again.users.count(), 10);
});

test('a start that fails lets go of the file', async (t) => {
  const file = await databaseFile(t);
  const another = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  for (const wasm of [Uint8Array.of(1), another]) {
    await refused('core-unavailable', () => open({ storage: fileStorage(file), wasm }));
    assert.deepEqual(await readdir(dirname(file)), []);
  }
});

// --- two processes ----------------------------------------------------------------------------------------------------

test('a file is open once: a second opening is refused, here and in another process', async (t) => {
  const file = await databaseFile(t);
  const accounts = await open({ storage: fileStorage(file) });
  await refused('storage-busy', () => open({ storage: fileStorage(file) }));
  const turnedAway = startHolder(t, 'hold', file);
  assert.equal(await turnedAway.said(), 'storage-busy');
  await accounts.importUsers(people(1));
  await accounts.close();
  const holder = startHolder(t, 'hold', file);
  assert.equal(await holder.said(), 'open');
  await refused('storage-busy', () => open({ storage: fileStorage(file) }));
  await holder.release();
  const again = await opened(t, { storage: fileStorage(file) });
  assert.equal(await again.users.count(), 1);
});

test('of many openings at once, one succeeds', async (t) => {
  const file = await databaseFile(t);
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => open({ storage: fileStorage(file) })));
  const winners = results.filter(({ status }) => status === 'fulfilled');
  assert.equal(winners.length, 1);
  for (const { status, reason } of results) if (status === 'rejected') assert.equal(reason.code, 'storage-busy');
  await winners[0].value.close();
});

test("a killed owner's lock is taken over, by one of those who try", async (t) => {
  const file = await databaseFile(t);
  const holder = startHolder(t, 'hold', file);
  assert.equal(await holder.said(), 'open');
  await holder.kill();
  assert.deepEqual((await readdir(dirname(file))).includes('accounts.sqlite.lock'), true, 'it had no time to tidy up');
  const results = await Promise.allSettled(Array.from({ length: 4 }, () => open({ storage: fileStorage(file) })));
  const winners = results.filter(({ status }) => status === 'fulfilled');
  assert.equal(winners.length, 1);
  for (const { status, reason } of results) if (status === 'rejected') assert.equal(reason.code, 'storage-busy');
  await winners[0].value.close();
  assert.deepEqual(await readdir(dirname(file)), ['accounts.sqlite']);
});

test('a lock of another process that has our id is told apart by its birth; one of another machine is not touched', async (t) => {
  const file = await databaseFile(t);
  const accounts = await open({ storage: fileStorage(file) });
  const lock = JSON.parse(await readFile(`${file}.lock`, 'utf8'));
  assert.equal(lock.pid, process.pid);
  await accounts.close();
  await writeFile(`${file}.lock`, JSON.stringify({ ...lock, born: 'long ago' }));
  const taken = await open({ storage: fileStorage(file) });
  await taken.close();
  await writeFile(`${file}.lock`, JSON.stringify({ ...lock, host: `not-${lock.host}`, born: 'long ago' }));
  await refused('storage-busy', () => open({ storage: fileStorage(file) }));
});

test('killed in the middle of writing, a process leaves a whole database with every row it reported', async (t) => {
  const file = await databaseFile(t);
  let reported = 0;
  for (const rows of [1, 5, 30, 2, 40]) {
    const writer = startHolder(t, 'write', file);
    assert.equal(await writer.said(), 'open');
    for (let row = 0; row < rows; row += 1) reported = Number(await writer.said());
    await writer.kill();
    // It may have said more than was listened to.
    for (let said = await writer.said(); said !== undefined; said = await writer.said()) reported = Number(said);

    assert.deepEqual(sqlite(file, 'PRAGMA integrity_check'), [{ integrity_check: 'ok' }]);
    const accounts = await open({ storage: fileStorage(file) });
    const users = await accounts.users.all();
    assert(users.length === reported || users.length === reported + 1, `${users.length} rows of ${reported} reported`);
    for (const [index, { username, email }] of users.entries()) {
      assert.equal(username, `row ${index + 1} ${'x'.repeat(50)}`);
      assert.equal(email, `${index + 1}@example.com`);
    }
    await accounts.close();
    const left = (await readdir(dirname(file))).filter((name) => !name.endsWith('.tmp'));
    assert.deepEqual(left, ['accounts.sqlite']);
  }
});

// --- memory -----------------------------------------------------------------------------------------------------------

test('a memory storage keeps its data for as long as the object lives', async (t) => {
  const storage = memoryStorage();
  const bytes = [];
  for (let round = 0; round < 3; round += 1) {
    const accounts = await open({ storage });
    assert.equal(await accounts.users.count(), round * 400);
    await accounts.importUsers(people(400, round * 400 + 1));
    bytes.push(await accounts.exportDatabase());
    await accounts.close();
  }
  assert(bytes[2].length > bytes[0].length);
  // A smaller database in place of a larger one, and a larger one again.
  const accounts = await open({ storage });
  await accounts.importDatabase(bytes[0]);
  await accounts.close();
  const again = await open({ storage });
  assert.deepEqual(await again.exportDatabase(), bytes[0]);
  await again.importDatabase(bytes[2]);
  await again.close();
  assert.deepEqual(await (await opened(t, { storage })).exportDatabase(), bytes[2]);
  assert.equal(await (await opened(t)).users.count(), 0, 'another storage is another place');
});

// --- close ------------------------------------------------------------------------------------------------------------

test('close finishes what was asked for before and refuses what comes after', async (t) => {
  const file = await databaseFile(t);
  const accounts = await open({ storage: fileStorage(file) });
  const before = [accounts.importUsers(people(10)), accounts.importUsers(people(10, 11)), accounts.users.count()];
  const closing = accounts.close();
  const after = [
    accounts.importUsers(people(10, 21)),
    accounts.users.count(),
    accounts.check({}),
    accounts.signUp({ username: 'Ada', email: 'ada@example.com', password: 'dinner at eight' }),
    accounts.exportDatabase(),
    accounts.importDatabase(new Uint8Array(10)),
  ];
  for (const late of after) await refused('closed', () => late);
  assert.deepEqual(await Promise.all(before), [10, 10, 20]);
  await closing;
  assert.equal(count(file), 20);
  assert.deepEqual(await readdir(dirname(file)), ['accounts.sqlite']);
  await refused('closed', () => accounts.users.count());
});

test('closing twice, at once or later, is closing once', async (t) => {
  const file = await databaseFile(t);
  const accounts = await open({ storage: fileStorage(file) });
  await Promise.all([accounts.close(), accounts.close()]);
  const next = await opened(t, { storage: fileStorage(file) });
  await accounts.close();
  await refused('storage-busy', () => open({ storage: fileStorage(file) }), "the next one's lock still holds");
  await next.importUsers(people(1));
});
