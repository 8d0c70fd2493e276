// An adversary's diary, third part: one byte at a time, in every column of every row of ours. `ATTACKS=all` flips each
// byte there is; otherwise the last and one more, chosen by a seed that is printed (`SEED=...`).

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { randomFrom } from '../support/random.js';
import { ada, attempt, edited, eve, knock, rowsOf, secret, stolen, uidOf } from './diary.js';

const everything = process.env.ATTACKS === 'all';
const seed = Number(process.env.SEED ?? 20261123);
const random = randomFrom(seed);

/** What Ada must get for an edit of her rows of this table, in this column when it is named. */
const outcomes = {
  user: { '': ['tampered'], username: ['tampered', 'invalid-credentials'], id: ['new'] },
  // Without its user's id the record is nobody's: the row counts as imported, and gets a new account.
  placecard_account: { '': ['tampered'], user_id: ['new'] },
  // Her password slot decides whether she gets in, so a change in it is a wrong password. What was never possible, and
  // her other slot, is tampered.
  placecard_key_slot: { '': ['tampered', 'invalid-credentials'] },
  placecard_meta: { '': ['database-foreign', 'database-newer'] },
  // These decide nothing about a log-in: names are filed anew from the rows, counts are advice, and a private value
  // speaks for itself when it is read.
  placecard_alias: { '': ['in'] },
  placecard_guess: { '': ['in', 'too-many-attempts'] },
  placecard_sealed: { '': ['in'] },
};

/** @param {string} table @param {string} column @returns {string[]} */
const allowed = (table, column) => outcomes[table][column] ?? outcomes[table][''];

const literal = (bytes, text) =>
  `${text ? 'CAST(' : ''}x'${Buffer.from(bytes).toString('hex')}'${text ? ' AS TEXT)' : ''}`;

/** Which of `size` places are tried. */
function places(size) {
  if (everything || size <= 2) return Array.from({ length: size }, (_, index) => index);
  return [...new Set([random(size), size - 1])];
}

/** Every value an attacker puts in place of this one, as SQL, with what was done. */
function* changesOf(value) {
  if (typeof value === 'number') {
    const bits = everything ? Array.from({ length: 63 }, (_, bit) => bit) : [0, 31];
    for (const bit of bits) yield [`bit ${bit}`, (BigInt(value) ^ (1n << BigInt(bit))).toString()];
    yield ['sign', (-BigInt(value) - 1n).toString()];
    yield ['NULL', 'NULL'];
    return;
  }
  const text = typeof value === 'string';
  const bytes = text ? new TextEncoder().encode(value) : value;
  for (const at of places(bytes.length)) {
    const flipped = bytes.slice();
    // Still a text, when it was one.
    flipped[at] ^= text ? 1 : 1 << random(8);
    yield [`byte ${at} flipped`, literal(flipped, text)];
  }
  for (const size of everything ? bytes.keys() : [0, bytes.length - 1]) {
    yield [`cut to ${size}`, literal(bytes.subarray(0, size), text)];
  }
  yield ['a byte longer', literal([...bytes, 65], text)];
  yield ['NULL', 'NULL'];
}

/** @param {Uint8Array} bytes @param {string} sql @returns {Uint8Array | null} null when SQLite itself refuses */
function editedOrNull(bytes, sql) {
  try {
    return edited(bytes, sql);
  } catch (error) {
    assert.match(error.message, /NOT NULL|datatype mismatch/, sql);
    return null;
  }
}

test('I flip and cut every byte of her rows, and never get in', async (t) => {
  t.diagnostic(`seed ${seed}${everything ? ', every byte' : ''}`);
  const { accounts } = await stolen(t);
  // So that every table has a row of hers: a name in capitals is filed, a wrong password is counted.
  await knock(accounts, { ...ada, password: 'wrong' });
  const bytes = await accounts.exportDatabase();
  const own = `uid = ${uidOf('Ada')}`;
  const where = {
    user: 'id = 2',
    // How many log-outs there were matters only to a log-in that is under way.
    placecard_meta: "key <> 'log_outs'",
    placecard_alias: 'user_id = 2',
    placecard_account: 'user_id = 2',
    placecard_key_slot: own,
    placecard_guess: 'true',
    placecard_sealed: own,
  };
  let tried = 0;
  for (const [table, condition] of Object.entries(where)) {
    const rows = rowsOf(bytes, `SELECT * FROM ${table} WHERE ${condition}`);
    assert(rows.length > 0, table);
    const keys = rowsOf(bytes, `PRAGMA table_info(${table})`)
      .filter(({ pk }) => pk > 0)
      .map(({ name }) => name);
    for (const row of rows) {
      const same = keys.map(
        (key) =>
          `${key} = ${typeof row[key] === 'number' ? row[key] : literal(typeof row[key] === 'string' ? new TextEncoder().encode(row[key]) : row[key], typeof row[key] === 'string')}`,
      );
      for (const [column, value] of Object.entries(row)) {
        for (const [how, sql] of changesOf(value)) {
          const what = `${table}.${column} ${how} (seed ${seed})`;
          // OR REPLACE: whatever is in the way goes.
          const changed = editedOrNull(
            bytes,
            `UPDATE OR REPLACE ${table} SET ${column} = ${sql} WHERE ${same.join(' AND ')}`,
          );
          if (changed === null) continue;
          tried += 1;
          let { code } = await attempt(accounts, changed, ada).catch((error) => error);
          const atDoor = code.startsWith('database-');
          if (code === 'in' && !allowed(table, column).includes('in')) {
            assert.deepEqual(await accounts.session.data.list(), [], what);
            code = 'new';
          }
          assert(allowed(table, column).includes(code), `${what}: ${code}`);
          if (code === 'in' && table !== 'placecard_sealed') {
            assert.deepEqual(await accounts.session.data.get('party'), secret, what);
          }
          // Eve's own account is none the worse.
          const takenFromEve =
            column === 'user_id' || (table === 'user' && column === 'id') || table === 'placecard_guess';
          if (!atDoor && !takenFromEve && (everything || tried % 10 === 0)) {
            assert.equal((await knock(accounts, eve)).code, 'in', `${what}: Eve`);
          }
          if (everything || tried % 10 === 0) {
            const wrong = await knock(accounts, { ...ada, password: 'wrong' });
            assert.notEqual(wrong.code, 'in', `${what}: with a wrong password`);
            assert.notEqual(wrong.code, 'core-stopped', what);
          }
        }
      }
    }
  }
  t.diagnostic(`${tried} edits`);
  assert.equal((await attempt(accounts, bytes, ada)).code, 'in');
});

test('I flip bytes of the file itself, wherever they lie', async (t) => {
  t.diagnostic(`seed ${seed}`);
  const { accounts, bytes } = await stolen(t);
  const codes = new Map();
  for (let round = 0; round < (everything ? 5000 : 60); round += 1) {
    const changed = bytes.slice();
    // Where something is, mostly: the rest is empty space.
    let at = random(changed.length);
    for (let tries = 0; changed[at] === 0 && tries < 8; tries += 1) at = random(changed.length);
    changed[at] ^= 1 << random(8);
    const what = `byte ${at} (seed ${seed}, round ${round})`;
    const { code } = await attempt(accounts, changed, { ...ada, password: eve.password }).catch((error) => error);
    codes.set(code, (codes.get(code) ?? 0) + 1);
    assert.match(code, /^(invalid-credentials|tampered|database-.*)$/, what);
  }
  t.diagnostic(JSON.stringify(Object.fromEntries(codes)));
  assert.equal((await attempt(accounts, bytes, ada)).code, 'in');
});
