// An adversary's diary: sessions. I have the device, and edit its database while its owner is away. What she keeps
// outside of it, the keys of her session, I do not have; her browser will try them on whatever I leave there. (What a
// browser keeps is attacked in tests/browser.)

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { AccountError } from '../../web/placecard/errors.js';
import { openService } from '../../web/placecard/service.js';
import { memoryStorage } from '../../web/placecard/storage/memory.js';
import { wasmFile } from '../support/core.js';
import { randomFrom } from '../support/random.js';
import { ada, edited, eve, rowsOf, secret, uidOf } from './diary.js';

const everything = process.env.ATTACKS === 'all';
const seed = Number(process.env.SEED ?? 20261125);
const random = randomFrom(seed);

const DAY = 24 * 60 * 60 * 1000;
const START = Date.UTC(2026, 10, 25, 12);
const IDLE = 14 * DAY;
const ABSOLUTE = 60 * DAY;
const module = await WebAssembly.compile(await readFile(wasmFile));
const secretBytes = (size) => crypto.getRandomValues(new Uint8Array(size));
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const blob = (bytes) => `x'${hex(bytes)}'`;
const sessionOf = (username) => `(SELECT session_id FROM placecard_session WHERE uid = ${uidOf(username)})`;

/**
 * A device on which Eve and Ada are both logged in: Eve not remembered, Ada remembered and current.
 * @param {import('node:test').TestContext} t
 */
async function device(t) {
  const clock = { now: START };
  const service = await openService({
    wasm: module,
    storage: memoryStorage(),
    minPasswordChars: 8,
    kdf: { passes: 2, memory: 19 * 1024 * 1024 },
    now: () => clock.now,
  });
  t.after(() => service.close());
  const tab = secretBytes(32);
  const install = secretBytes(32);
  const grant = (remembered) => ({
    id: secretBytes(16),
    key: remembered ? secretBytes(32) : new Uint8Array(32),
    tab,
    install,
    remembered,
    fresh: true,
    idleMs: IDLE,
    absoluteMs: ABSOLUTE,
  });
  const mine = grant(false);
  const hers = grant(true);
  await service.signUp({ ...eve, grant: mine });
  const { session } = await service.signUp({ ...ada, grant: hers });
  await service.dataSet({ session, key: 'party', json: JSON.stringify(secret) });
  await service.logOut({ session });
  return { clock, service, grant, mine, hers, tab, install, bytes: await service.exportDatabase({}) };
}

/**
 * Puts these bytes there and lets the owner of the keys come back.
 * @param {import('../../web/placecard/service.js').Service} service
 * @param {Uint8Array | null} bytes null: what is there
 * @param {{ id: Uint8Array, key: Uint8Array, tab: Uint8Array, install: Uint8Array }} grant
 * @param {0 | 1 | 2} [protection]
 * @returns {Promise<{ code: string, resumed?: import('../../web/placecard/service.js').Resumed }>}
 */
async function comeBack(service, bytes, { id, key, tab, install }, protection = 1) {
  try {
    if (bytes !== null) await service.importDatabase({ bytes });
    const resumed = await service.sessionResume({ keys: { id, key, tab, install }, protection });
    // Whoever is in is in the account whose name it says.
    assert.deepEqual(
      await service.dataGet({ session: resumed.session, key: 'party' }),
      resumed.user[1] === ada.username ? secret : undefined,
    );
    await service.logOut({ session: resumed.session });
    return { code: `in as ${resumed.user[1]}`, resumed };
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    assert.notEqual(error.code, 'core-stopped');
    return { code: error.code };
  }
}

/** Every value I put in place of this one, as SQL, with what was done. */
function* changesOf(value) {
  if (typeof value === 'number') {
    for (const bit of everything ? Array.from({ length: 63 }, (_, each) => each) : [0, 1, 31, 62]) {
      yield [`bit ${bit}`, (BigInt(value) ^ (1n << BigInt(bit))).toString()];
    }
    yield ['sign', (-BigInt(value) - 1n).toString()];
    yield ['text', `'${value}'`];
    return;
  }
  const slice = new Set([0, value.length - 1, ...Array.from({ length: 12 }, () => random(value.length))]);
  for (const at of everything ? value.keys() : slice) {
    const flipped = value.slice();
    flipped[at] ^= 1 << random(8);
    yield [`byte ${at} flipped`, blob(flipped)];
  }
  for (const size of everything ? value.keys() : [0, 1, 24, 40, value.length - 1]) {
    if (size < value.length) yield [`cut to ${size}`, blob(value.subarray(0, size))];
  }
  yield ['a byte longer', blob([...value, 0])];
  yield ['zeros', `zeroblob(${value.length})`];
  yield ['a text', `'${hex(value)}'`];
}

test('I flip and cut every byte of her session row: she has to log in, and I am never in', async (t) => {
  t.diagnostic(`seed ${seed}${everything ? ', every byte' : ''}`);
  const { service, hers, mine, bytes } = await device(t);
  assert.equal((await comeBack(service, bytes, hers)).code, 'in as Ada');
  const [row] = rowsOf(bytes, `SELECT * FROM placecard_session WHERE uid = ${uidOf('Ada')}`);
  let tried = 0;
  for (const [column, value] of Object.entries(row)) {
    for (const [how, sql] of changesOf(value)) {
      const what = `${column} ${how} (seed ${seed})`;
      const changed = edited(
        bytes,
        `UPDATE OR REPLACE placecard_session SET ${column} = ${sql} WHERE uid = ${uidOf('Ada')}`,
      );
      const { code } = await comeBack(service, changed, hers);
      // 1 and '1' and 3 are all true; the label that was sealed says so too.
      const same = column === 'remembered';
      assert.match(code, same ? /^(in as Ada|not-logged-in)$/ : /^not-logged-in$/, what);
      if (tried % 8 === 0) assert.equal((await comeBack(service, null, mine)).code, 'in as Eve', what);
      tried += 1;
    }
  }
  assert(tried > 40, `${tried} edits`);
  t.diagnostic(`${tried} edits`);
});

test('I edit what placecard_meta says of sessions: nobody gets in who was not, nobody stays longer', async (t) => {
  const { service, clock, hers, mine, bytes } = await device(t);
  const values = ["x''", "'x'", 'NULL', '-1', '1e300', sessionOf('Eve'), 'zeroblob(16)', 'zeroblob(1000000)'];
  for (const key of ['current_session', 'log_outs']) {
    for (const value of values) {
      const sql =
        value === 'NULL'
          ? `DELETE FROM placecard_meta WHERE key = '${key}'`
          : `INSERT OR REPLACE INTO placecard_meta (key, value) VALUES ('${key}', ${value})`;
      const changed = edited(bytes, sql);
      clock.now = START;
      assert.equal((await comeBack(service, changed, hers)).code, 'in as Ada', sql);
      assert.equal((await comeBack(service, null, mine)).code, 'in as Eve', sql);
      await service.sessionList();
      // With whichever is current, mine opens mine only.
      assert.equal((await comeBack(service, null, { ...mine, id: hers.id })).code, 'not-logged-in', sql);
      clock.now = START + IDLE;
      assert.equal((await comeBack(service, null, hers)).code, 'session-expired', sql);
      clock.now = START;
      await service.logIn({ login: ada.username, password: ada.password });
    }
  }
});

test('I swap the rows of two accounts, whole or a column at a time', async (t) => {
  const { service, hers, mine, bytes } = await device(t);
  const swaps = {
    session_id: ['not-logged-in', 'not-logged-in'],
    uid: ['not-logged-in', 'not-logged-in'],
    remembered: ['not-logged-in', 'not-logged-in'],
    state: ['not-logged-in', 'not-logged-in'],
    'session_id, state': ['not-logged-in', 'not-logged-in'],
    'session_id, uid': ['not-logged-in', 'not-logged-in'],
    'uid, remembered': ['not-logged-in', 'not-logged-in'],
    'uid, remembered, state': ['not-logged-in', 'not-logged-in'],
    'session_id, remembered, state': ['not-logged-in', 'not-logged-in'],
  };
  const before = Object.fromEntries(
    ['Ada', 'Eve'].map((name) => [
      name,
      rowsOf(bytes, `SELECT * FROM placecard_session WHERE uid = ${uidOf(name)}`)[0],
    ]),
  );
  for (const [columns, expected] of Object.entries(swaps)) {
    const names = columns.split(', ');
    const rows = structuredClone(before);
    for (const name of names) [rows.Ada[name], rows.Eve[name]] = [rows.Eve[name], rows.Ada[name]];
    const values = Object.values(rows).map(
      (row) => `(${blob(row.session_id)}, ${blob(row.uid)}, ${row.remembered}, ${blob(row.state)})`,
    );
    const changed = edited(
      bytes,
      `DELETE FROM placecard_session; INSERT INTO placecard_session (session_id, uid, remembered, state)
       VALUES ${values.join(', ')}`,
    );
    assert.equal((await comeBack(service, changed, hers)).code, expected[0], `${columns}: Ada`);
    assert.equal((await comeBack(service, null, mine)).code, expected[1], `${columns}: Eve`);
    // Nor with her id and my key, or my id and her secret.
    assert.equal((await comeBack(service, null, { ...mine, id: hers.id })).code, 'not-logged-in', columns);
  }
});

test('I give my own row, which I can open, her uid', async (t) => {
  const { service, hers, mine, bytes } = await device(t);
  for (const sql of [
    `DELETE FROM placecard_session WHERE uid = ${uidOf('Ada')};
     UPDATE placecard_session SET uid = ${uidOf('Ada')}`,
    `DELETE FROM placecard_session WHERE uid = ${uidOf('Ada')};
     UPDATE placecard_session SET uid = ${uidOf('Ada')}, session_id = ${blob(hers.id)}, remembered = 1`,
  ]) {
    const changed = edited(bytes, sql);
    for (const keys of [mine, hers, { ...mine, id: hers.id }, { ...hers, key: mine.key }]) {
      assert.equal((await comeBack(service, changed, keys)).code, 'not-logged-in');
    }
  }
});

test('I give my account her uid: my session does not become hers', async (t) => {
  const { service, hers, mine, bytes } = await device(t);
  const changed = edited(
    bytes,
    `CREATE TEMP TABLE old AS SELECT user_id, uid FROM placecard_account;
     UPDATE placecard_account SET uid = zeroblob(user_id);
     UPDATE placecard_account SET uid = (SELECT uid FROM old WHERE old.user_id = 3 - placecard_account.user_id);
     DROP TABLE temp.old`,
  );
  for (const keys of [mine, hers]) assert.equal((await comeBack(service, changed, keys)).code, 'tampered');
  // And with the user rows under them swapped too: her account, whose row is not as she left it.
  const names = edited(
    bytes,
    `UPDATE user SET username = 'x', email = 'x' WHERE id = 1;
     UPDATE user SET username = 'Eve', email = 'eve@example.com' WHERE id = 2;
     UPDATE user SET username = 'Ada', email = 'ada@example.com' WHERE id = 1`,
  );
  for (const keys of [mine, hers]) assert.equal((await comeBack(service, names, keys)).code, 'tampered');
});

test('I put an older row back: it ends no later, and is not fresh in a browser that was restarted', async (t) => {
  const { service, clock, hers, bytes } = await device(t);
  const older = rowsOf(bytes, `SELECT state FROM placecard_session WHERE uid = ${uidOf('Ada')}`)[0].state;
  const replay = (now) =>
    edited(now, `UPDATE placecard_session SET state = ${blob(older)} WHERE uid = ${uidOf('Ada')}`);
  clock.now = START + 10 * DAY;
  assert.equal((await comeBack(service, bytes, hers)).resumed?.seen, true);
  const seen = await service.exportDatabase({});
  assert.notDeepEqual(rowsOf(seen, `SELECT state FROM placecard_session WHERE uid = ${uidOf('Ada')}`)[0].state, older);

  // Since it was last seen: the older row makes it less.
  clock.now = START + 20 * DAY;
  assert.equal((await comeBack(service, seen, hers)).code, 'in as Ada');
  assert.equal((await comeBack(service, replay(seen), hers)).code, 'session-expired');
  // In all: the same.
  clock.now = START + 10 * DAY;
  const back = await comeBack(service, replay(seen), hers);
  assert.equal(back.resumed?.expiresAtMs, START + ABSOLUTE);
  clock.now = START + ABSOLUTE;
  assert.equal((await comeBack(service, replay(seen), hers)).code, 'session-expired');
  clock.now = START;
  // The row says it is fresh, for tabs that are gone.
  const restarted = { ...hers, tab: secretBytes(32) };
  assert.equal((await comeBack(service, bytes, restarted)).resumed?.fresh, false);
});

test('I set the clock back to stay longer', async (t) => {
  const { service, clock, hers, bytes } = await device(t);
  clock.now = START + 13 * DAY;
  assert.equal((await comeBack(service, bytes, hers)).resumed?.seen, true);
  for (const back of [START - DAY, START, START + 13 * DAY - 6 * 60 * 1000]) {
    clock.now = back;
    assert.equal((await comeBack(service, null, hers)).code, 'clock-set-back');
  }
  clock.now = START + 13 * DAY;
  assert.equal((await comeBack(service, null, hers)).code, 'in as Ada');
});

test('I put her row back after she has logged out, changed her password, was deactivated or deleted', async (t) => {
  const { service, hers, bytes, grant } = await device(t);
  const [row] = rowsOf(bytes, `SELECT * FROM placecard_session WHERE uid = ${uidOf('Ada')}`);
  const putBack = async () =>
    edited(
      await service.exportDatabase({}),
      `INSERT OR REPLACE INTO placecard_session (session_id, uid, remembered, state) VALUES
       (${blob(row.session_id)}, ${blob(row.uid)}, ${row.remembered}, ${blob(row.state)})`,
    );
  const begin = async (password = ada.password, force = false) =>
    (await service.logIn({ login: ada.username, password, force, grant: grant(true) })).session;
  // Logging out throws her key away; without it the row is nothing.
  await service.sessionEnd({ id: hers.id, how: 'log-out' });
  const keyless = { ...hers, key: secretBytes(32) };
  assert.equal((await comeBack(service, await putBack(), keyless)).code, 'not-logged-in');
  assert.equal((await comeBack(service, null, { ...hers, key: new Uint8Array(32) })).code, 'not-logged-in');

  // From here on I have her key as well.
  const next = 'supper at ten, table 9';
  const session = await begin();
  await service.changePassword({ session, current: ada.password, next });
  assert.equal((await comeBack(service, await putBack(), hers)).code, 'not-logged-in');

  await service.setActive({ session: await begin(next), active: false });
  assert.equal((await comeBack(service, await putBack(), hers)).code, 'not-logged-in', 'an older password');
  const inactive = await service.exportDatabase({});

  await service.importDatabase({ bytes });
  await service.setActive({ session: await begin(), active: false });
  assert.equal((await comeBack(service, await putBack(), hers)).code, 'account-inactive');

  await service.importDatabase({ bytes: inactive });
  await service.deleteAccount({ session: await begin(next, true), password: next });
  const grace = { username: 'Grace', email: 'grace@example.com', password: 'a compiler for lunch' };
  assert.equal((await service.signUp(grace)).user[0], 2, "she gets Ada's id");
  assert.equal((await comeBack(service, await putBack(), hers)).code, 'not-logged-in');
});

test('I copy the database to another install', async (t) => {
  const { service, hers, mine, bytes } = await device(t);
  for (const keys of [hers, mine]) {
    const elsewhere = { ...keys, install: secretBytes(32) };
    assert.equal((await comeBack(service, bytes, elsewhere, 2)).code, 'session-protected');
    const { resumed } = await comeBack(service, bytes, elsewhere, 1);
    assert.deepEqual([resumed?.fresh, resumed?.protected], [false, true]);
  }
});

test('I try every wrong key I can think of', async (t) => {
  const { service, hers, mine, bytes } = await device(t);
  const flipped = (bytesOf) => {
    const copy = bytesOf.slice();
    copy[random(copy.length)] ^= 1 << random(8);
    return copy;
  };
  for (const keys of [
    { ...hers, key: secretBytes(32) },
    { ...hers, key: flipped(hers.key) },
    { ...hers, key: hers.id.slice().fill(1, 0, 16) && new Uint8Array(32).fill(1) },
    { ...hers, key: new Uint8Array(32) },
    { ...hers, key: mine.tab },
    { ...hers, id: flipped(hers.id) },
    { ...hers, id: mine.id },
    { ...mine, tab: flipped(mine.tab) },
    { ...mine, key: mine.tab },
    { ...mine, key: hers.key },
    { ...mine, id: hers.id },
  ]) {
    assert.equal((await comeBack(service, bytes, keys)).code, 'not-logged-in', `seed ${seed}`);
  }
});

test('I lengthen what I can see: there is nothing of it to see', async (t) => {
  const { bytes, hers, mine, tab, install } = await device(t);
  const whole = Buffer.from(bytes);
  for (const each of [hers.key, tab, install]) assert.equal(whole.indexOf(Buffer.from(each)), -1);
  const columns = rowsOf(bytes, 'PRAGMA table_info(placecard_session)').map(({ name }) => name);
  assert.deepEqual(columns, ['session_id', 'uid', 'remembered', 'state']);
  // Both states have one size, whoever they are of.
  const sizes = new Set(rowsOf(bytes, 'SELECT length(state) AS size FROM placecard_session').map(({ size }) => size));
  assert.equal(sizes.size, 1);
  assert.equal(
    mine.key.every((byte) => byte === 0),
    true,
  );
});
