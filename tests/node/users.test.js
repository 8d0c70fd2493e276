// Queries, beside what the lesson's model answered in Flask-SQLAlchemy (tests/vectors/database.json).

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AnonymousUser, opened, Page, people, Query, refused, User, vectors } from '../support/placecard.js';
import { insertOf, lessonSchema, sqliteBytes } from '../support/sqlite.js';

const flask = await vectors('database.json');

/** The rows of the recording, some of which only a Flask app would write. */
const guests = [
  { id: 1, username: 'ada', email: 'ada@example.com' },
  { id: 2, username: 'ADA' },
  { id: 3, username: 'ada ' },
  { id: 4, username: 'caf\u00e9' },
  { id: 5, username: 'cafe\u0301' },
  { id: 6, username: null },
  { id: 7, username: null },
  { id: 8, username: '' },
  { id: 9, username: 'x'.repeat(65) },
  { id: 10, username: 5 },
  { id: 100, username: 'hundred' },
  { id: 101, username: 'next' },
  { id: 102, username: 'dtnone' },
];

async function seated(t) {
  const accounts = await opened(t);
  await accounts.importDatabase(await sqliteBytes(t, lessonSchema + insertOf(guests)));
  return accounts;
}

const names = (users) => users.map(({ username }) => username);

test('count counts what is there', async (t) => {
  const { users } = await seated(t);
  assert.deepEqual([await users.count(), (await users.all()).length], flask.count);
  assert.equal(await users.filterBy({ username: 'nobody' }).count(), flask['count of nothing']);
});

test('get finds by id, as a number or as text, and nobody otherwise', async (t) => {
  const { users } = await seated(t);
  assert.equal(flask['get existing'], '<User 1>');
  for (const id of [1, '1', 1n]) assert.equal((await users.get(id)).username, 'ada');
  assert.equal(flask['get with None'], 'None');
  const nobody = [null, undefined, 999, '999', -1, '-1', 1.5, '', ' 1', '1 ', '1; DROP TABLE user', 'ada', Number.NaN];
  for (const id of [...nobody, 2n ** 70n, {}, [], Object.create(null), Symbol('id'), true]) {
    assert.equal(await users.get(id), null, String(typeof id));
  }
  await refused('not-found', () => users.getOrNotFound(999));
  assert.equal((await users.getOrNotFound(100)).username, 'hundred');
});

test('first, one and oneOrNone answer as recorded', async (t) => {
  const { users } = await seated(t);
  const none = users.filterBy({ username: 'nobody' });
  assert.equal(flask['first none'], 'None');
  assert.equal(await none.first(), null);
  assert.equal(flask['first_or_404 none'].http, 404);
  await refused('not-found', () => none.firstOrNotFound());
  assert.equal(flask['one none'].error, 'NoResultFound');
  await refused('not-found', () => none.one());
  assert.equal(flask['one many'].error, 'MultipleResultsFound');
  await refused('multiple-found', () => users.one());
  assert.equal(await none.oneOrNone(), null);
  assert.equal(flask['one_or_none many'].error, 'MultipleResultsFound');
  await refused('multiple-found', () => users.oneOrNone());
  const ada = users.filterBy({ username: 'ada' });
  for (const found of [await ada.one(), await ada.oneOrNone(), await ada.first(), await ada.firstOrNotFound()]) {
    assert.equal(found.id, 1);
  }
});

test('filterBy compares bytes, all columns at once, and null with the empty ones', async (t) => {
  const { users } = await seated(t);
  assert.equal(await users.filterBy({ username: null }).count(), flask['filter_by None is IS NULL']);
  assert.equal(await users.filterBy({ username: 'ada', email: 'x' }).count(), flask['filter_by two']);
  assert.equal(await users.filterBy({ username: 'ada' }).filterBy({ email: 'ada@example.com' }).count(), 1);
  assert.equal((await users.filterBy({ username: 'ADA' }).one()).id, flask['other case']);
  assert.equal((await users.filterBy({ username: 'ada ' }).one()).id, flask['trailing space']);
  assert.equal((await users.filterBy({ username: 'caf\u00e9' }).one()).id, flask['NFC username']);
  assert.equal((await users.filterBy({ username: 'cafe\u0301' }).one()).id, flask['NFD username']);
  assert.equal((await users.filterBy({ username: '' }).one()).id, flask['empty username']);
  assert.equal((await users.filterBy({ username: 5 }).one()).username, '5');
  assert.equal((await users.filterBy({ id: 100n }).one()).username, 'hundred');
  assert.equal(await users.filterBy({}).count(), 13);
});

test('orderBy sorts by bytes with the empty ones first, and equal users by id', async (t) => {
  const { users } = await seated(t);
  assert.deepEqual(names(await users.orderBy('username').all()), flask['order_by username']);
  const descending = names(await users.orderBy('username', 'desc').all());
  assert.deepEqual(descending.slice(0, 3), flask['order_by username desc']);
  const byEmail = (await users.orderBy('email', 'desc').all()).map(({ id }) => id);
  assert.deepEqual(byEmail, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 101, 102]);
  const both = await users.orderBy('email', 'desc').orderBy('id', 'desc').all();
  assert.deepEqual(both.map(({ id }) => id).slice(0, 3), [1, 102, 101]);
  assert.equal((await users.orderBy('id', 'desc').first()).id, 102);
});

test('a query is a value: narrowing makes another one, and each can be asked again', async (t) => {
  const { users } = await seated(t);
  const all = users.orderBy('id');
  const some = all.filterBy({ username: null });
  assert.notEqual(all, some);
  assert(some instanceof Query);
  assert.equal((await all.all()).length, 13);
  assert.equal((await some.all()).length, 2);
  assert.equal((await some.all()).length, 2);
  assert((await some.paginate()) instanceof Page);
});

test('unknown columns are refused by name, whatever Object carries along', async (t) => {
  const { users } = await seated(t);
  assert.equal(flask['filter_by unknown column'].error, 'InvalidRequestError');
  for (const column of ['nick', 'password_hash', 'ID', '', 'toString', '__proto__', 'constructor', 'rowid', 'id, 1']) {
    await refused('column-unknown', () => users.filterBy(JSON.parse(`{${JSON.stringify(column)}: 1}`)).first(), column);
    await refused('column-unknown', () => users.orderBy(column).first(), column);
  }
});

test('values that are no values are refused as arguments', async (t) => {
  const { users } = await seated(t);
  for (const value of [undefined, true, {}, [], Number.NaN, Number.POSITIVE_INFINITY, Symbol('x'), () => {}]) {
    await refused('argument-invalid', () => users.filterBy({ username: value }).first(), typeof value);
  }
  await refused('argument-invalid', () => users.filterBy({ joinedAt: new Date(Number.NaN) }).first());
  for (const wanted of [null, undefined, 5, 'ada', Symbol('x')]) {
    await refused('argument-invalid', () => users.filterBy(wanted).first(), typeof wanted);
  }
  for (const column of [null, undefined, 5, 1n, {}, Symbol('x')]) {
    await refused('argument-invalid', () => users.orderBy(column).first(), typeof column);
  }
  for (const direction of ['ASC', '', null, 1, 'desc, 1']) {
    await refused('argument-invalid', () => users.orderBy('id', direction).first(), String(direction));
  }
  for (const page of [1.5, '1', null, Number.NaN, 2 ** 31, -(2 ** 31), 1n, true]) {
    await refused('argument-invalid', () => users.paginate({ page }), typeof page);
    await refused('argument-invalid', () => users.paginate({ perPage: page }), typeof page);
    await refused('argument-invalid', () => users.paginate({ maxPerPage: page }), typeof page);
    await refused('argument-invalid', () => users.paginate({ iterPages: { leftEdge: page } }), typeof page);
  }
  for (const options of [null, 5, 'page']) await refused('argument-invalid', () => users.paginate(options));
  assert.equal(await users.count(), 13, 'still usable');
});

test('half a surrogate pair is refused, a whole one is a character', async (t) => {
  const { users } = await seated(t);
  for (const username of ['\ud83d', '\udf70', 'a\ud83d', '\udf70\ud83d', 'ada\ud800x']) {
    await refused('argument-invalid', () => users.filterBy({ username }).first(), JSON.stringify(username));
    assert.equal(await users.get(username), null);
  }
  assert.equal(await users.filterBy({ username: '\ud83c\udf70' }).first(), null);
});

test('text in a filter is a value and never SQL', async (t) => {
  const { users } = await seated(t);
  for (const username of ["' OR 1=1 --", "ada'; DROP TABLE user; --", 'ada\0', '%', 'ada"', '?1', ':x', '\\']) {
    assert.equal(await users.filterBy({ username }).first(), null, username);
  }
  assert.equal(await users.count(), 13);
});

test('joinedAt is compared as stored: a Date by its milliseconds, text as it is', async (t) => {
  const accounts = await opened(t);
  const joinedAt = '2026-11-22 08:40:39.855';
  await accounts.importUsers([
    { username: 'milli', joinedAt: `${joinedAt}000` },
    { username: 'micro', joinedAt: `${joinedAt}342` },
  ]);
  const byDate = accounts.users.filterBy({ joinedAt: new Date('2026-11-22T08:40:39.855Z') });
  assert.equal((await byDate.one()).username, 'milli');
  assert.equal((await accounts.users.filterBy({ joinedAt: `${joinedAt}342` }).one()).username, 'micro');
});

test("a user answers the mixin's questions", async (t) => {
  const { users } = await seated(t);
  const [ada, again, other] = [await users.get(1), await users.get(1), await users.get(2)];
  assert(ada instanceof User);
  assert.deepEqual([ada.isActive, ada.isAuthenticated, ada.isAnonymous], [true, true, false]);
  assert.equal(ada.getId(), flask.get_id);
  assert.notEqual(ada, again);
  assert.equal(ada.equals(again), flask['UserMixin eq with other instance of same id']);
  assert.equal(ada.equals('1'), flask['UserMixin eq with text']);
  assert.equal(ada.equals(other), false);
  assert.equal(ada.equals(null), false);
  assert.throws(() => {
    ada.username = 'eve';
  }, TypeError);
});

test('an anonymous user is nobody', () => {
  const nobody = new AnonymousUser();
  assert.deepEqual([nobody.isActive, nobody.isAuthenticated, nobody.isAnonymous], [false, false, true]);
  assert.equal(nobody.getId(), null);
});

test('ids beyond the safe integers stay exact', async (t) => {
  const accounts = await opened(t);
  const rows = [
    { id: 2 ** 53 - 1, username: 'safe' },
    { id: '9007199254740993', username: 'unsafe' },
    { id: '9223372036854775807', username: 'last' },
  ];
  await accounts.importDatabase(await sqliteBytes(t, lessonSchema + insertOf(rows).replaceAll(/'(\d{16,})'/g, '$1')));
  const ids = (await accounts.users.all()).map(({ id }) => id);
  assert.deepEqual(ids, [2 ** 53 - 1, 9007199254740993n, 9223372036854775807n]);
  for (const id of ids) {
    const user = await accounts.users.get(id);
    assert.equal(user.id, id);
    assert.equal(user.getId(), String(id));
    assert.equal((await accounts.users.get(user.getId())).equals(user), true);
  }
  // The largest row id is taken, so SQLite looks for a free one itself.
  await accounts.importUsers(people(3));
  assert.equal(await accounts.users.count(), 6);
});

test('queries asked at once answer each for itself', async (t) => {
  const { users } = await seated(t);
  const asked = guests.map(({ id }) => users.get(id));
  const answers = await Promise.all([...asked, users.count(), users.filterBy({ username: 'ada' }).one()]);
  assert.deepEqual(
    answers.slice(0, 13).map(({ id }) => id),
    guests.map(({ id }) => id),
  );
  assert.equal(answers.at(-2), 13);
  assert.equal(answers.at(-1).id, 1);
});
