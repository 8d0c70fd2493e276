// Sessions as the service keeps them: rows, keys and limits, below the face that pages see. One storage is what a device
// keeps; each service opened on it is a start of the browser.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { openService } from '../../web/placecard/service.js';
import { memoryStorage } from '../../web/placecard/storage/memory.js';
import { wasmFile } from '../support/core.js';

const DAY = 24 * 60 * 60 * 1000;
const START = Date.UTC(2026, 10, 25, 12);
const module = await WebAssembly.compile(await readFile(wasmFile));
const random = (size) => crypto.getRandomValues(new Uint8Array(size));
const refused = (code, work, message) => assert.rejects(async () => work(), { name: 'AccountError', code }, message);
const ada = { username: 'ada', email: 'ada@example.com', password: 'lace and engines' };
const eve = { username: 'eve', email: 'eve@example.com', password: 'breakfast at nine' };

/** A device with a clock, and services on it. */
function device(t) {
  const storage = memoryStorage();
  const clock = { now: START };
  const tab = random(32);
  const install = random(32);
  return {
    clock,
    tab,
    start: async () => {
      const service = await openService({
        wasm: module,
        storage,
        minPasswordChars: 8,
        kdf: { passes: 2, memory: 19 * 1024 * 1024 },
        now: () => clock.now,
      });
      t.after(() => service.close());
      return service;
    },
    /** How a session is to be kept: remembered for 14 days of absence, fresh. */
    grant: (changes = {}) => ({
      id: random(16),
      key: random(32),
      tab,
      install,
      remembered: true,
      fresh: true,
      idleMs: 14 * DAY,
      absoluteMs: 365 * DAY,
      ...changes,
    }),
  };
}

/** @param {{ id: Uint8Array, key: Uint8Array, tab: Uint8Array, install: Uint8Array }} grant */
const keysOf = ({ id, key, tab, install }) => ({ id, key, tab, install });
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const log = { login: ada.username, password: ada.password };

test('a sign-up that is kept goes on after a restart, with its data', async (t) => {
  const { grant, start } = device(t);
  const first = await start();
  const kept = grant();
  const { session } = await first.signUp({ ...ada, grant: kept });
  await first.dataSet({ session, key: 'dinner', json: '{"guests":2}' });
  await first.close();

  const second = await start();
  const resumed = await second.sessionResume({ keys: keysOf(kept), protection: 1 });
  assert.deepEqual(
    { ...resumed, user: resumed.user[1], session: resumed.session > 0 },
    {
      session: true,
      user: 'ada',
      fresh: true,
      remembered: true,
      protected: false,
      expiresAtMs: START + 365 * DAY,
      seen: false,
    },
  );
  assert.deepEqual(await second.dataGet({ session: resumed.session, key: 'dinner' }), { guests: 2 });
  // Without a row there is nothing to resume.
  await second.logIn(log);
  await refused('not-logged-in', () => second.sessionResume({ keys: keysOf(grant()), protection: 1 }));
});

test('a browser that was restarted has another tab secret: not fresh until the password is confirmed', async (t) => {
  const { grant, start } = device(t);
  const service = await start();
  const kept = grant();
  await service.signUp({ ...ada, grant: kept });
  const keys = { ...keysOf(kept), tab: random(32) };
  const { session, fresh } = await service.sessionResume({ keys, protection: 1 });
  assert.equal(fresh, false);
  await refused('invalid-credentials', () => service.confirm({ session, password: 'wrong', keys }));
  assert.equal((await service.sessionResume({ keys, protection: 1 })).fresh, false);
  const confirmed = await service.confirm({ session, password: ada.password, keys });
  assert.equal(confirmed.session, session, 'the same session goes on');
  assert.equal(confirmed.user[1], 'ada');
  assert.equal((await service.sessionResume({ keys, protection: 1 })).fresh, true);
  assert.equal((await service.sessionResume({ keys: keysOf(kept), protection: 1 })).fresh, false);
  await service.sessionRenew({ session, keys, fresh: false });
  assert.equal((await service.sessionResume({ keys, protection: 1 })).fresh, false);
});

test('a session that is not remembered opens with the tab secret alone', async (t) => {
  const { grant, start } = device(t);
  const service = await start();
  const kept = grant({ key: new Uint8Array(32), remembered: false });
  await service.signUp({ ...ada, grant: kept });
  const resumed = await service.sessionResume({ keys: keysOf(kept), protection: 1 });
  assert.equal(resumed.remembered, false);
  assert.equal(resumed.fresh, true);
  await refused('not-logged-in', () =>
    service.sessionResume({ keys: { ...keysOf(kept), tab: random(32) }, protection: 1 }),
  );
});

test('without tabs no kept session is fresh', async (t) => {
  const { grant, start } = device(t);
  const service = await start();
  const kept = grant({ tab: new Uint8Array(32) });
  await service.signUp({ ...ada, grant: kept });
  assert.equal((await service.sessionResume({ keys: keysOf(kept), protection: 1 })).fresh, false);
});

test('the same row has the same number until that is logged out', async (t) => {
  const { grant, start } = device(t);
  const service = await start();
  const kept = grant();
  const { session } = await service.signUp({ ...ada, grant: kept });
  const again = () => service.sessionResume({ keys: keysOf(kept), protection: 1 });
  assert.equal((await again()).session, session);
  await service.logOut({ session });
  const other = (await again()).session;
  assert.notEqual(other, session);
  assert.equal((await again()).session, other);
});

test('idle and absolute limits, and that it was seen is written now and then', async (t) => {
  const { clock, grant, start } = device(t);
  const service = await start();
  const kept = grant({ absoluteMs: 30 * DAY });
  await service.signUp({ ...ada, grant: kept });
  const resume = () => service.sessionResume({ keys: keysOf(kept), protection: 1 });
  clock.now += 10 * 60 * 1000;
  assert.equal((await resume()).seen, false, 'ten minutes later nothing is written');
  clock.now = START + 13 * DAY;
  assert.equal((await resume()).seen, true);
  assert.equal((await resume()).seen, false);
  clock.now += 14 * DAY - 1;
  assert.equal((await resume()).seen, true);
  // However often it is seen.
  clock.now = START + 30 * DAY - 1;
  await resume();
  clock.now += 1;
  await refused('session-expired', resume);
  clock.now = START - 6 * 60 * 1000;
  await refused('clock-set-back', resume);

  const idle = grant();
  await service.logIn({ ...log, grant: idle });
  clock.now += 14 * DAY;
  await refused('session-expired', () => service.sessionResume({ keys: keysOf(idle), protection: 1 }));
});

test('on another install it is not fresh, or refused, or nobody looks', async (t) => {
  const { grant, start } = device(t);
  const service = await start();
  const kept = grant();
  await service.signUp({ ...ada, grant: kept });
  const elsewhere = { ...keysOf(kept), install: random(32) };
  const looked = async (protection) => {
    const { fresh, protected: seen } = await service.sessionResume({ keys: elsewhere, protection });
    return { fresh, protected: seen };
  };
  assert.deepEqual(await looked(0), { fresh: true, protected: false });
  await refused('session-protected', () => looked(2));
  assert.deepEqual(await looked(1), { fresh: false, protected: true });
  // Its freshness is lost for good.
  assert.equal((await service.sessionResume({ keys: keysOf(kept), protection: 1 })).fresh, false);
});

test('log-out, lock and discard', async (t) => {
  const { grant, start } = device(t);
  const service = await start();
  const kept = grant();
  const { session } = await service.signUp({ ...ada, grant: kept });
  await service.signUp({ ...eve });
  const id = hex(kept.id);
  const listed = async () =>
    (await service.sessionList()).map(([each, , ...rest]) => [each, ...rest.slice(0, 3), rest[3][1]]);
  assert.deepEqual(await listed(), [[id, true, false, true, 'ada']]);

  await service.sessionEnd({ id: kept.id, how: 'lock' });
  assert.deepEqual(await listed(), [[id, true, true, true, 'ada']]);
  await refused('not-logged-in', () => service.sessionResume({ keys: keysOf(kept), protection: 1 }));
  await refused('not-logged-in', () => service.dataList({ session }), 'the number is worth nothing any more');

  const next = grant();
  await service.logIn({ ...log, grant: next });
  assert.deepEqual(await listed(), [[hex(next.id), true, false, true, 'ada']], 'one row an account');
  await service.sessionEnd({ id: next.id, how: 'log-out' });
  assert.deepEqual(await listed(), []);
  await service.sessionEnd({ id: next.id, how: 'discard' });
});

test('another account can be made current, or none', async (t) => {
  const { grant, start } = device(t);
  const service = await start();
  const hers = grant();
  const mine = grant({ remembered: false });
  await service.signUp({ ...ada, grant: hers });
  await service.signUp({ ...eve, grant: mine });
  const current = async () => (await service.sessionList()).filter((row) => row[4]).map((row) => row[5][1]);
  assert.deepEqual(await current(), ['eve']);
  await service.sessionSwitch({ id: hers.id });
  assert.deepEqual(await current(), ['ada']);
  await refused('not-logged-in', () => service.sessionSwitch({ id: random(16) }));
  await service.sessionSwitch({ id: null });
  assert.deepEqual(await current(), []);
  assert.equal((await service.sessionResume({ keys: keysOf(hers), protection: 1 })).user[1], 'ada');
});

test('a log-out wins over a log-in, a sign-up or a change of password that began before it', async (t) => {
  const { grant, start } = device(t);
  const service = await start();
  const kept = grant();
  const { session } = await service.signUp({ ...ada, grant: kept });
  for (const begun of [
    () => service.logIn({ ...log, grant: grant() }),
    () => service.signUp({ ...eve, grant: grant() }),
    () => service.changePassword({ session, current: ada.password, next: 'another password', grant: kept }),
    () => service.confirm({ session, password: ada.password, keys: keysOf(kept) }),
  ]) {
    // The slow part is over when the log-out gets its turn.
    const entering = refused('log-in-overtaken', begun);
    await service.countLogOut();
    await entering;
  }
  assert.equal(await service.query({ filters: [], orders: [], verb: 'count' }), 1);
  assert.equal((await service.sessionResume({ keys: keysOf(kept), protection: 1 })).session, session);
  await service.logIn(log);
});

test('a wrong password is counted even when a log-out came first', async (t) => {
  const { start } = device(t);
  const service = await start();
  await service.signUp(ada);
  for (let count = 0; count < 3; count += 1) {
    const entering = refused('invalid-credentials', () => service.logIn({ ...log, password: 'wrong' }));
    await service.countLogOut();
    await entering;
  }
  await refused('too-many-attempts', () => service.logIn(log));
});

test('a change of password ends every session but the one it was made in', async (t) => {
  const { grant, start } = device(t);
  const service = await start();
  const kept = grant();
  const { session } = await service.signUp({ ...ada, grant: kept });
  const { session: other } = await service.logIn(log);
  const change = { session, current: ada.password, next: 'a new password' };
  assert.equal((await service.changePassword({ ...change, grant: kept })).session, session);
  await refused('not-logged-in', () => service.currentUser({ session: other }));
  assert.equal((await service.sessionResume({ keys: keysOf(kept), protection: 1 })).session, session);
  // Not kept again: the row is of the old password.
  await service.changePassword({ session, current: change.next, next: ada.password });
  await service.currentUser({ session });
  await refused('not-logged-in', () => service.sessionResume({ keys: keysOf(kept), protection: 1 }));
});

test('a deactivated account is logged out everywhere and refused, unless forced', async (t) => {
  const { grant, start } = device(t);
  const service = await start();
  const kept = grant();
  const { session } = await service.signUp({ ...ada, grant: kept });
  const { session: other } = await service.logIn(log);
  const user = await service.setActive({ session, active: false });
  assert.equal(user[5], false);
  assert.deepEqual(await service.sessionList(), []);
  for (const each of [session, other]) await refused('not-logged-in', () => service.currentUser({ session: each }));
  await refused('not-logged-in', () => service.sessionResume({ keys: keysOf(kept), protection: 1 }));
  await refused('account-inactive', () => service.logIn(log));

  const forced = grant();
  const entry = await service.logIn({ ...log, force: true, grant: forced });
  assert.equal(entry.user[5], false);
  const resumed = await service.sessionResume({ keys: keysOf(forced), protection: 1 });
  assert.equal(resumed.user[5], false, 'a forced session goes on like any other');
  assert.equal((await service.setActive({ session: entry.session, active: true }))[5], true);
  await service.logIn(log);
  const [found] = await service.query({ filters: [], orders: [], verb: 'all' });
  assert.equal(found[5], true);
});

test('a deleted account takes its session along, and its id gives the next user nothing', async (t) => {
  const { grant, start } = device(t);
  const service = await start();
  const kept = grant();
  const { session, user } = await service.signUp({ ...ada, grant: kept });
  await service.deleteAccount({ session, password: ada.password });
  assert.deepEqual(await service.sessionList(), []);
  const next = await service.signUp(eve);
  assert.equal(next.user[0], user[0], 'SQLite uses the id again');
  await refused('not-logged-in', () => service.sessionResume({ keys: keysOf(kept), protection: 1 }));
  await refused('not-logged-in', () => service.currentUser({ session }));
});

test('a grant that is none is refused before anything happens', async (t) => {
  const { grant, start } = device(t);
  const service = await start();
  for (const wrong of [
    { id: random(15) },
    { key: random(31) },
    { tab: 'secret' },
    { install: undefined },
    { idleMs: Number.NaN },
    { idleMs: -1 },
    { absoluteMs: Number.POSITIVE_INFINITY },
    { absoluteMs: 1.5 },
  ]) {
    await refused('argument-invalid', () => service.signUp({ ...ada, grant: grant(wrong) }), JSON.stringify(wrong));
  }
  assert.equal(await service.query({ filters: [], orders: [], verb: 'count' }), 0);
});

test('a clock that gives no time is not believed', async (t) => {
  const { clock, grant, start } = device(t);
  const service = await start();
  const { session } = await service.signUp({ ...ada, grant: grant() });
  const clocks = [Number.NaN, Number.POSITIVE_INFINITY, -1e300, 1e300, undefined, 'now', 5n];
  for (const [number, nonsense] of clocks.entries()) {
    clock.now = /** @type {any} */ (nonsense);
    const { user } = await service.signUp({ ...eve, username: `u${number}`, email: `u${number}@example.com` });
    assert(Math.abs(Date.parse(`${user[4].replace(' ', 'T')}Z`) - Date.now()) < 600_000, `${nonsense}: ${user[4]}`);
  }
  await service.currentUser({ session });
});

test('an id that is none is refused', async (t) => {
  const service = await device(t).start();
  for (const id of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1.5, 2 ** 53 + 2, 1e300]) {
    await refused('id-taken', () => service.importUsers({ batch: 1, rows: [[id, 'bob', null, null, null]] }), `${id}`);
  }
});
