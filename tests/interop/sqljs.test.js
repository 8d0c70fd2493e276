// sql.js: SQLite itself in a page, which many sites have already.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import initSqlJs from 'sql.js';

import { opened, people, refused } from '../support/placecard.js';

const SQL = await initSqlJs();

/** A database of sql.js that is closed when the test ends. */
function loaded(t, bytes) {
  const database = new SQL.Database(bytes);
  t.after(() => database.close());
  return database;
}

test('sql.js opens what we export, and we import what it has changed', async (t) => {
  const accounts = await opened(t);
  await accounts.importUsers(people(200).map((row) => ({ ...row, joinedAt: '2026-11-22 08:40:39.855342' })));
  const database = loaded(t, await accounts.exportDatabase());
  assert.deepEqual(database.exec('PRAGMA integrity_check')[0].values, [['ok']]);
  assert.deepEqual(database.exec('SELECT count(*), min(joined_at) FROM user')[0].values, [
    [200, '2026-11-22 08:40:39.855342'],
  ]);

  database.run("UPDATE user SET email = 'new@example.com', joined_at = '1999-12-31 23:59:59.000001' WHERE id = 7");
  database.run('DELETE FROM user WHERE id > 150');
  database.run('INSERT INTO user (username, email) VALUES (?, ?)', ['Ada', 'Ada@EXAMPLE.com']);
  assert.equal(await accounts.importDatabase(database.export()), 151);
  const changed = await accounts.users.get(7);
  assert.deepEqual([changed.email, changed.joinedAtText], ['new@example.com', '1999-12-31 23:59:59.000001']);
  assert.equal(await accounts.users.get(200), null);
  assert.equal((await accounts.users.filterBy({ username: 'Ada' }).one()).id, 151);
  await refused('username-taken', () => accounts.importUsers([{ username: 'ADA' }]));
  await accounts.importUsers([{ username: 'u0200' }]);
});

test('a database that sql.js made is imported', async (t) => {
  const database = loaded(t);
  database.run(
    'CREATE TABLE user (id INTEGER PRIMARY KEY, username TEXT, email TEXT, password_hash TEXT, joined_at TEXT)',
  );
  database.run("INSERT INTO user (username) VALUES ('ada'), ('grace')");
  const accounts = await opened(t);
  assert.equal(await accounts.importDatabase(database.export()), 2);
  const again = loaded(t, await accounts.exportDatabase());
  assert.deepEqual(again.exec('SELECT username FROM user ORDER BY id')[0].values, [['ada'], ['grace']]);
  assert.equal(again.exec('PRAGMA index_list(user)')[0].values.length, 3);
});
