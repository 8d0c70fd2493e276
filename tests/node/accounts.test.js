// Sign-up, imported rows and the database's bytes, as a page sees them.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { wasmFile } from '../support/core.js';
import { open, opened, people, refused, vectors } from '../support/placecard.js';
import { insertOf, lessonSchema, sqliteBytes } from '../support/sqlite.js';

const flask = await vectors('database.json');
const datetimes = await vectors('datetime.json');

const ada = { username: 'Ada', email: 'ada@example.com', password: 'dinner at eight' };

const codes = (problems) => problems.map(({ code }) => code);

// --- the form -------------------------------------------------------------------------------------------------------

test('a sign-up makes a user who joined now', async (t) => {
  const now = Date.UTC(2026, 10, 22, 8, 40, 39, 855);
  const accounts = await opened(t, { now: () => now });
  await accounts.signUp(ada);
  const user = await accounts.users.filterBy({ username: 'Ada' }).one();
  assert.deepEqual([user.id, user.email, user.joinedAtText], [1, 'ada@example.com', '2026-11-22 08:40:39.855000']);
  assert.equal(user.joinedAt.getTime(), now);
});

test('a form is told everything that is wrong with it, and changes nothing', async (t) => {
  const accounts = await opened(t);
  await accounts.signUp(ada);
  const before = await accounts.exportDatabase();
  const cases = [
    [{ username: 'Grace', email: 'grace@example.com', password: 'compilers are fun' }, []],
    [{}, ['username-required', 'email-required', 'password-required']],
    [null, ['username-required', 'email-required', 'password-required']],
    [{ ...ada }, ['username-taken', 'email-taken']],
    [
      { username: 'ADA', email: 'ada@EXAMPLE.com', password: 'short' },
      ['username-taken', 'email-taken', 'password-too-short'],
    ],
    [
      { username: ' Ada', email: 'ada@', password: 'password' },
      ['username-invalid', 'email-invalid', 'password-too-common'],
    ],
    [
      { username: 'x'.repeat(65), email: `${'x'.repeat(120)}@example.com`, password: 'x'.repeat(1025) },
      ['username-too-long', 'email-too-long', 'password-too-long'],
    ],
    [{ ...ada, username: 'ada@example.com', email: 'other@example.com' }, ['username-taken']],
    [{ username: 'dinner at eight', email: 'd@example.com', password: 'Dinner At Eight' }, ['password-same-as-login']],
    [{ username: 'd', email: 'dinner@example.com', password: 'dinner@example.com' }, ['password-same-as-login']],
  ];
  for (const [form, expected] of cases) {
    const problems = await accounts.check(form);
    assert.deepEqual(codes(problems), expected, JSON.stringify(form));
    for (const { message } of problems) assert.notEqual(message, '');
    if (expected.length === 0) continue;
    const error = await refused(expected[0], () => accounts.signUp(form));
    assert.deepEqual(codes(error.problems), expected);
    assert.deepEqual(error.fields, [...new Set(problems.map(({ field }) => field))]);
  }
  assert.deepEqual(await accounts.exportDatabase(), before);
});

test('a name keeps its characters and is compared without its case', async (t) => {
  const accounts = await opened(t);
  const password = 'dinner at eight';
  await accounts.signUp({ username: 'cafe\u0301', email: 'One@EXAMPLE.com', password });
  const [stored] = await accounts.users.all();
  assert.equal(stored.username, 'caf\u00e9', 'in NFC');
  assert.equal(stored.email, 'One@example.com', 'the domain in lower case');
  for (const username of ['caf\u00e9', 'CAFE\u0301', 'CAF\u00c9']) {
    const problems = await accounts.check({ username, email: 'two@example.com', password });
    assert.deepEqual(codes(problems), ['username-taken'], username);
  }
  const other = { username: 'x', email: 'one@example.com', password };
  assert.deepEqual(await accounts.check(other), [], 'the part before the @ is its own');
  await accounts.signUp({ username: 'Stra\u00dfe', email: 'three@example.com', password });
  assert.deepEqual(codes(await accounts.check({ username: 'STRASSE', email: 'four@example.com', password })), [
    'username-taken',
  ]);
});

test('lengths count characters, not code units', async (t) => {
  const accounts = await opened(t);
  const form = { email: 'a@example.com', password: 'dinner at eight' };
  assert.deepEqual(await accounts.check({ ...form, username: '\u{1f370}'.repeat(64) }), []);
  assert.deepEqual(codes(await accounts.check({ ...form, username: '\u{1f370}'.repeat(65) })), ['username-too-long']);
  assert.deepEqual(codes(await accounts.check({ ...form, username: 'c', password: '\u{1f370}'.repeat(7) })), [
    'password-too-short',
  ]);
  assert.deepEqual(await accounts.check({ ...form, username: 'c', password: '\u{1f370}'.repeat(8) }), []);
  const local = 'x'.repeat(120 - '@example.com'.length);
  assert.deepEqual(await accounts.check({ ...form, username: 'c', email: `${local}@example.com` }), []);
  assert.deepEqual(codes(await accounts.check({ ...form, username: 'c', email: `x${local}@example.com` })), [
    'email-too-long',
  ]);
});

test('what would break the line a name stands in is refused, what scripts and emoji need is not', async (t) => {
  const accounts = await opened(t);
  const form = { email: 'a@example.com', password: 'dinner at eight' };
  const bad = ['a\nb', 'a\tb', 'a\0b', '\u007f', 'a\u0085b', 'a\u2028b', 'a\u202eb', 'a\u2066b', '\u00a0a', 'a\u3000'];
  for (const username of bad) {
    assert.deepEqual(
      codes(await accounts.check({ ...form, username })),
      ['username-invalid'],
      JSON.stringify(username),
    );
  }
  const good = [
    'a b',
    '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
    '\u0646\u0627\u0645\u200c\u0647',
    '\ufeffada',
    '\uffff',
  ];
  for (const username of good) {
    assert.deepEqual(await accounts.check({ ...form, username }), [], JSON.stringify(username));
  }
});

test('the password policy is an option', async (t) => {
  const accounts = await opened(t, { passwordPolicy: { minChars: 15 } });
  const form = { username: 'Ada', email: 'ada@example.com' };
  assert.deepEqual(codes(await accounts.check({ ...form, password: 'dinner at nine' })), ['password-too-short']);
  assert.deepEqual(await accounts.check({ ...form, password: 'dinner at eight' }), []);
});

test('of many sign-ups with one name at once, one succeeds', async (t) => {
  const accounts = await opened(t);
  const forms = Array.from({ length: 5 }, (_, index) => ({ ...ada, email: `ada${index}@example.com` }));
  const results = await Promise.allSettled(forms.map((form) => accounts.signUp(form)));
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const { status, reason } of results) if (status === 'rejected') assert.equal(reason.code, 'username-taken');
  assert.equal(await accounts.users.count(), 1);
});

// --- imported rows --------------------------------------------------------------------------------------------------

test('rows get ids and the present moment as in the lesson', async (t) => {
  const accounts = await opened(t, { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) });
  assert.equal(
    await accounts.importUsers([{ username: 'ada', email: 'ada@example.com' }, {}, {}, { username: '' }]),
    4,
  );
  const ids = (await accounts.users.all()).map(({ id }) => id);
  assert.deepEqual(ids, [flask['add ada'], 2, 3, 4]);
  await accounts.importUsers([{ id: flask['id given'], username: 'hundred' }, { username: 'next' }]);
  assert.equal((await accounts.users.filterBy({ username: 'next' }).one()).id, flask['next id']);
  assert.equal(flask['joined_at None given'][1], 'default was applied');
  await accounts.importUsers([{ username: 'none given', joinedAt: null }]);
  const user = await accounts.users.filterBy({ username: 'none given' }).one();
  assert.equal(user.joinedAtText, '2026-01-02 03:04:05.000000');
});

test('rows are all stored or none, and the error says which one is to blame', async (t) => {
  const accounts = await opened(t);
  await accounts.importUsers([{ id: 7, username: 'ada', email: 'ada@example.com' }, { username: '' }]);
  const before = await accounts.exportDatabase();
  const cases = [
    [{ username: 'ada' }, 'username-taken', ['username']],
    [{ username: 'ADA' }, 'username-taken', ['username']],
    [{ username: 'ada@example.com' }, 'username-taken', ['username']],
    [{ email: 'ada@example.com' }, 'email-taken', ['email']],
    [{ email: 'ada@EXAMPLE.com' }, 'email-taken', ['email']],
    [{ username: 'ada', email: 'ada@example.com' }, 'username-taken', ['username', 'email']],
    [{ id: 7, username: 'ada', email: 'ada@example.com' }, 'username-taken', ['username', 'email', 'id']],
    [{ username: '' }, 'username-taken', ['username']],
    [{ id: 7 }, 'id-taken', ['id']],
    [{ username: 'x'.repeat(65) }, 'username-too-long', ['username']],
    [{ email: 'x'.repeat(121) }, 'email-too-long', ['email']],
    [{ passwordHash: 'x'.repeat(256) }, 'password-hash-invalid', ['passwordHash']],
    [{ joinedAt: 'yesterday' }, 'joined-at-invalid', ['joinedAt']],
    [{ joinedAt: new Date(Number.NaN) }, 'joined-at-invalid', ['joinedAt']],
    [{ joinedAt: '0001-01-01 00:00:00+01:00' }, 'joined-at-invalid', ['joinedAt']],
    [{ joinedAt: '9999-12-31 23:59:59-01:00' }, 'joined-at-invalid', ['joinedAt']],
    [{ username: 'u0002' }, 'username-taken', ['username']],
  ];
  for (const [row, code, fields] of cases) {
    for (const at of [0, 2, 5]) {
      if (row.username === 'u0002' && at < 2) continue;
      const rows = people(5).toSpliced(at, 0, row);
      const error = await refused(code, () => accounts.importUsers(rows), JSON.stringify(row));
      assert.deepEqual(error.fields, fields, JSON.stringify(row));
      assert.equal(error.row, at, JSON.stringify(row));
    }
  }
  assert.deepEqual(await accounts.exportDatabase(), before);
  assert.equal(await accounts.importUsers(people(5)), 5, 'still usable');
});

test('what the lesson takes is taken: other cases only by file, blanks at the end, empty text, many NULLs', async (t) => {
  const accounts = await opened(t);
  await accounts.importUsers([{ username: 'ada' }]);
  await accounts.importUsers([{ username: 'ada ' }, { username: 'cafe\u0301x' }, {}, {}, { username: '' }]);
  assert.equal(await accounts.users.count(), 6);
  assert.equal((await accounts.users.get(3)).username, 'cafe\u0301x', 'as it was given, not normalised');
});

test('rows come from any iterable, and an empty one is fine', async (t) => {
  const accounts = await opened(t);
  assert.equal(await accounts.importUsers([]), 0);
  assert.equal(await accounts.importUsers(new Set(people(2))), 2);
  function* generated() {
    yield* people(3, 10);
  }
  assert.equal(await accounts.importUsers(generated()), 3);
  assert.equal(await accounts.users.count(), 5);
});

test('joinedAt is read in every form SQLAlchemy reads, and stored in one', async (t) => {
  const accounts = await opened(t);
  for (const { iso, stored } of datetimes.stored) {
    await accounts.importUsers([
      { username: `i${iso}`, joinedAt: iso },
      { username: `s${stored}`, joinedAt: stored },
    ]);
    assert.equal((await accounts.users.filterBy({ username: `i${iso}` }).one()).joinedAtText, stored);
    assert.equal((await accounts.users.filterBy({ username: `s${stored}` }).one()).joinedAtText, stored);
  }
  for (const { stored, loads_as, error } of datetimes.parsed) {
    const row = { username: `p${stored}`, joinedAt: stored };
    if (error !== undefined) {
      const code = typeof stored === 'string' ? 'joined-at-invalid' : 'argument-invalid';
      await refused(code, () => accounts.importUsers([row]), String(stored));
      continue;
    }
    await accounts.importUsers([row]);
    const [seconds, fraction = ''] = loads_as
      .replace(/\+00:00$/, '')
      .replace('T', ' ')
      .split('.');
    const { joinedAtText } = await accounts.users.filterBy({ username: `p${stored}` }).one();
    assert.equal(joinedAtText, `${seconds}.${fraction.padEnd(6, '0')}`, stored);
  }
  const moment = new Date('1969-07-20T20:17:40.123Z');
  await accounts.importUsers([{ username: 'date', joinedAt: moment }]);
  const user = await accounts.users.filterBy({ username: 'date' }).one();
  assert.equal(user.joinedAtText, '1969-07-20 20:17:40.123000');
  assert.deepEqual(user.joinedAt, moment);
  await refused('joined-at-invalid', () => accounts.importUsers([{ joinedAt: new Date(8.64e15) }]));
});

test('hostile names are stored and found as they are', async (t) => {
  const accounts = await opened(t);
  const names = [
    "Robert'); DROP TABLE user;--",
    '" OR ""="',
    '\\',
    '\\u0041',
    '\\"',
    '__proto__',
    'constructor',
    'null',
    '<script>alert(1)</script>',
    'a\0b',
    '\0',
    '\n',
    '\r\n\t',
    '\u007f',
    '\u2028\u2029',
    '\u202eevil',
    '\ufeff',
    'ada',
    '\ufeffada',
    '\ufffd',
    '\ufffe\uffff',
    '\u{10ffff}',
    '\u{1f370}'.repeat(64),
    `e${'\u0301'.repeat(63)}`,
    '\u1100\u1161\u11a8',
    '\u0130\u0131',
    '\u1e9e',
    '\u0345\u03b1\u0301',
    '%s%n',
    '1e3',
    '-0',
    'x'.repeat(64),
  ];
  assert.equal(await accounts.importUsers(names.map((username) => ({ username }))), names.length);
  const copy = await opened(t);
  await copy.importDatabase(await accounts.exportDatabase());
  for (const { users } of [accounts, copy]) {
    assert.deepEqual(
      (await users.all()).map(({ username }) => username),
      names,
    );
    for (const [index, username] of names.entries()) {
      assert.equal((await users.filterBy({ username }).one()).id, index + 1, JSON.stringify(username));
    }
  }
});

test('half a surrogate pair is refused everywhere, and nothing else happens', async (t) => {
  const accounts = await opened(t);
  const lone = 'a\ud800b';
  for (const field of ['username', 'email', 'password']) {
    await refused('argument-invalid', () => accounts.check({ ...ada, [field]: lone }), field);
    await refused('argument-invalid', () => accounts.signUp({ ...ada, [field]: lone }), field);
  }
  for (const field of ['username', 'email', 'passwordHash', 'joinedAt']) {
    await refused('argument-invalid', () => accounts.importUsers([...people(2), { [field]: lone }]), field);
  }
  assert.equal(await accounts.users.count(), 0);
  assert.equal(await accounts.importUsers(people(2)), 2, 'what was begun before is forgotten');
});

// --- bytes ----------------------------------------------------------------------------------------------------------

test('export and import keep every row, to the microsecond', async (t) => {
  const accounts = await opened(t);
  const rows = people(300).map((row, index) => ({
    ...row,
    id: index * 3 + 1,
    passwordHash: index % 2 ? `pbkdf2:sha256:1$salt$${index}` : null,
    joinedAt: `2026-11-22 08:40:39.${String(index).padStart(6, '0')}`,
  }));
  await accounts.importUsers(rows);
  const bytes = await accounts.exportDatabase();
  assert.equal(new TextDecoder().decode(bytes.subarray(0, 15)), 'SQLite format 3');
  for (const given of [bytes, bytes.buffer.slice(0), Buffer.from(bytes)]) {
    const copy = await opened(t);
    assert.equal(await copy.importDatabase(given), 300);
    const stored = (await copy.users.all()).map((user) => [
      user.id,
      user.username,
      user.email,
      user.passwordHash,
      user.joinedAtText,
    ]);
    const wanted = rows.map((row) => [row.id, row.username, row.email, row.passwordHash, row.joinedAt]);
    assert.deepEqual(stored, wanted);
    assert.deepEqual(await copy.exportDatabase(), bytes, 'nothing was rewritten');
  }
});

test('exported bytes are a copy, and imported ones are copied', async (t) => {
  const accounts = await opened(t);
  await accounts.importUsers(people(3));
  const bytes = await accounts.exportDatabase();
  const kept = bytes.slice();
  bytes.fill(0xff);
  assert.deepEqual(await accounts.exportDatabase(), kept);
  const given = kept.slice();
  await accounts.importDatabase(given);
  given.fill(0xff);
  assert.deepEqual(await accounts.exportDatabase(), kept);
});

test('imported files may hold names that differ only in case; a new one may not', async (t) => {
  const accounts = await opened(t);
  const rows = [{ username: 'ada' }, { username: 'ADA' }, { username: 'Ada' }];
  assert.equal(await accounts.importDatabase(await sqliteBytes(t, lessonSchema + insertOf(rows))), 3);
  await refused('username-taken', () => accounts.importUsers([{ username: 'aDa' }]));
  for (const { username } of rows) assert.equal(await accounts.users.filterBy({ username }).count(), 1);
});

// --- arguments ------------------------------------------------------------------------------------------------------

test('bad options are refused', async () => {
  for (const options of [null, 5, 'name', Symbol('x')]) await refused('argument-invalid', () => open(options));
  for (const passwordPolicy of [null, 5, 'strict']) await refused('argument-invalid', () => open({ passwordPolicy }));
  for (const minChars of [0, -1, 1.5, 1025, '8', null, Number.NaN, 8n]) {
    await refused('argument-invalid', () => open({ passwordPolicy: { minChars } }), String(minChars));
  }
  for (const storage of [null, 5, {}, 'memory', { open: true }])
    await refused('argument-invalid', () => open({ storage }));
  for (const now of [null, 5, 'now', {}]) await refused('argument-invalid', () => open({ now }), String(now));
});

test('bad arguments are refused, with a word about them', async (t) => {
  const accounts = await opened(t);
  for (const value of [5, true, {}, [], Symbol('x'), () => {}, 1n]) {
    for (const field of ['username', 'email', 'password']) {
      await refused('argument-invalid', () => accounts.check({ [field]: value }), field);
      await refused('argument-invalid', () => accounts.signUp({ ...ada, [field]: value }), field);
    }
    for (const field of ['username', 'email', 'passwordHash', 'joinedAt']) {
      await refused('argument-invalid', () => accounts.importUsers([{ [field]: value }]), field);
    }
  }
  for (const form of [undefined, null, 5, 'form', []]) await refused('username-required', () => accounts.signUp(form));
  for (const id of ['5', -1, 1.5, Number.NaN, 2 ** 53, null, 1n, {}]) {
    await refused('argument-invalid', () => accounts.importUsers([{ id }]), typeof id);
  }
  for (const rows of [undefined, null, 5, 'ada', {}, Symbol('x'), [null], [undefined], ['ada'], [5]]) {
    await refused('argument-invalid', () => accounts.importUsers(rows), typeof rows);
  }
  for (const bytes of [
    undefined,
    null,
    5,
    'SQLite format 3\0',
    {},
    [1],
    new Uint16Array(50),
    new DataView(new ArrayBuffer(9)),
  ]) {
    await refused('argument-invalid', () => accounts.importDatabase(bytes), typeof bytes);
  }
  const bytes = await accounts.exportDatabase();
  for (const options of [null, 5, 'x', { onProgress: 5 }, { onProgress: null }]) {
    await refused('argument-invalid', () => accounts.exportDatabase(options));
    await refused('argument-invalid', () => accounts.importDatabase(bytes, options));
  }
  assert.equal(await accounts.users.count(), 0);
});

test('a module that cannot be loaded, or is another one, is core-unavailable', async () => {
  const another = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  for (const wasm of [5, {}, new Uint8Array(0), Uint8Array.of(1, 2, 3), another]) {
    const error = await refused('core-unavailable', () => open({ wasm }));
    assert(error.cause instanceof Error);
  }
  await refused('core-unavailable', () => open({ wasm: Promise.reject(new Error('gone')) }));
  await refused('core-unavailable', () => open({ wasm: new URL('data:text/plain,no') }));
});

test('the module may be given in every form a page has it in', async (t) => {
  const bytes = await readFile(wasmFile);
  const response = (type) => new Response(bytes, { headers: { 'content-type': type } });
  const forms = [
    bytes,
    new Uint8Array(bytes).buffer,
    await WebAssembly.compile(bytes),
    response('application/wasm'),
    response('application/wasm; charset=binary'),
    response('application/octet-stream'),
    Promise.resolve(response('text/plain')),
    new URL(`data:application/wasm;base64,${bytes.toString('base64')}`),
  ];
  for (const wasm of forms) {
    const accounts = await opened(t, { wasm });
    assert.equal(await accounts.importUsers(people(1)), 1);
  }
  await refused('core-unavailable', () => open({ wasm: new Response('not here', { status: 404 }) }));
});

test('a module that has stopped refuses further work and can be closed', async () => {
  let broken = false;
  const accounts = await open({
    now: () => {
      if (broken) throw new Error('the clock fell off the wall');
      return 0;
    },
  });
  await accounts.importUsers(people(1));
  broken = true;
  const error = await refused('core-stopped', () => accounts.importUsers(people(1, 2)));
  assert.match(String(error.cause), /fell off the wall/);
  broken = false;
  await refused('core-stopped', () => accounts.users.count());
  await refused('core-stopped', () => accounts.signUp(ada));
  await refused('core-stopped', () => accounts.exportDatabase());
  await refused('core-stopped', () => accounts.importDatabase(new Uint8Array(4096)));
  await accounts.close();
  await refused('closed', () => accounts.users.count());
});
