// Row work apart from hashing: the same rows through placecard, with its rules and its check for names that are taken,
// and through a prepared statement of sql.js into the lesson's table with its three indexes.

import { readFile } from 'node:fs/promises';
import initSqlJs from 'sql.js';
import { memoryStorage, open } from '../../dist/placecard/node.js';
import { fromRoot, wasmFile } from './places.mjs';
import { compete } from './rounds.mjs';

const USERS = 10_000;
const LOOK_UPS = 1000;
const INSERT = 'INSERT INTO user (id, username, email, password_hash, joined_at) VALUES (?, ?, ?, ?, ?)';
const FIND = 'SELECT id, username, email, password_hash, joined_at FROM user WHERE username = ? ORDER BY id LIMIT 1';

const rows = Array.from({ length: USERS }, (_, index) => {
  const name = `user${(index * 7919) % USERS}`; // the indexes are not filled in their own order
  return {
    username: name,
    email: `${name}@example.com`,
    passwordHash: `pbkdf2:sha256:260000$saltsaltsaltsalt$${'0123456789abcdef'.repeat(4)}`,
    joinedAt: `2026-01-01 00:00:00.${String(index).padStart(6, '0')}`,
  };
});
const wanted = rows.slice(0, LOOK_UPS).map(({ username }) => username);

export async function measure({ rounds }) {
  const wasm = await WebAssembly.compile(await readFile(wasmFile));
  const SQL = await initSqlJs();
  const vectors = await readFile(fromRoot('tests/vectors/schema.sql'), 'utf8');
  const schema = vectors.replace(/CREATE TABLE dinner_party[^;]*;/, '');

  const empty = () => open({ wasm, storage: memoryStorage() });
  const emptySql = () => {
    const database = new SQL.Database();
    database.run(schema);
    return database;
  };
  const insertAll = (database) => {
    database.run('BEGIN');
    const insert = database.prepare(INSERT);
    for (const { username, email, passwordHash, joinedAt } of rows) {
      insert.run([null, username, email, passwordHash, joinedAt]);
    }
    insert.free();
    database.run('COMMIT');
  };

  let accounts = await empty();
  let database = emptySql();
  const imported = await compete(
    { placecard: () => accounts.importUsers(rows), 'sql.js': () => insertAll(database) },
    rounds,
    {
      placecard: async () => {
        await accounts.close();
        accounts = await empty();
      },
      'sql.js': () => {
        database.close();
        database = emptySql();
      },
    },
  );
  const find = database.prepare(FIND);
  const found = await compete(
    {
      placecard: async () => {
        for (const username of wanted) await accounts.users.filterBy({ username }).first();
      },
      'sql.js': () => {
        for (const username of wanted) find.getAsObject([username]);
      },
    },
    rounds,
  );
  find.free();
  database.close();
  await accounts.close();
  return [
    {
      title: 'Importing 10,000 users in one transaction, in Node',
      medians: imported,
      targets: [{ peer: 'sql.js', atMost: 1 }],
    },
    { title: '1000 look-ups by username among 10,000 users, in Node', medians: found },
  ];
}
