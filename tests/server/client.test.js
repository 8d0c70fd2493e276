// The client as a page uses it, against the real server.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { Backend, offline, portal, url } from '../support/backend.js';
import { memoryStorage, opened, refused } from '../support/placecard.js';

const password = 'lace and engines';
const kdf = { memoryMiB: 19 };

/** @type {Backend} */
let backend;
before(async () => {
  backend = await Backend.start();
});
after(() => backend.close());
beforeEach(() => {
  backend.weather = null;
  backend.requests = [];
});

let people = 0;
/** Somebody whom no other test knows. */
function somebody(more = {}) {
  people += 1;
  return { username: `guest ${people}`, email: `guest.${people}@example.com`, password, ...more };
}

/**
 * A device that syncs when it is told to.
 * @param {import('node:test').TestContext} t
 * @param {Parameters<typeof opened>[1]} [options]
 */
function device(t, options) {
  return opened(t, { kdf, sync: { url, auto: false, fetch: backend.fetch }, ...options });
}

/** @param {import('../../dist/placecard/accounts.js').Accounts} accounts */
const stateOf = (accounts) => accounts.getSnapshot().sync?.state;
const pathsOf = () => backend.requests.map(({ path }) => path.replace(/\?.*/, ''));
/** @param {string} username */
const known = async (username) =>
  (await backend.query('SELECT email FROM "user" WHERE username = $1', [username])).map(({ email }) => email);

/**
 * Somebody on a second device, which does not know them yet.
 * @param {import('node:test').TestContext} t
 * @param {{ username: string, password: string }} form
 */
async function secondDevice(t, { username, password }) {
  const accounts = await device(t);
  await accounts.logIn({ login: username, password });
  return accounts;
}

/** Ada on a device, and on the server. @param {import('node:test').TestContext} t */
async function onServer(t) {
  const ada = somebody();
  const accounts = await device(t);
  await accounts.signUp(ada);
  await accounts.sync();
  return { ada, accounts };
}

/** Ada on the device she signed up on, and on another. @param {import('node:test').TestContext} t */
async function twoDevices(t) {
  const { ada, accounts: first } = await onServer(t);
  return { ada, first, second: await secondDevice(t, ada) };
}

test('accounts made offline reach the server, in the order they were made, and say so', async (t) => {
  const accounts = await device(t);
  const [ada, ben] = [somebody(), somebody()];
  backend.weather = offline;
  await accounts.signUp(ada);
  await accounts.signUp(ben);
  assert.equal(stateOf(accounts), 'local-only');
  await refused('sync-unreachable', () => accounts.sync());
  assert.equal(stateOf(accounts), 'offline');
  assert.equal(accounts.getSnapshot().sync?.waiting, 2);
  assert.equal(accounts.getSnapshot().sync?.error, 'sync-unreachable');
  assert.equal(accounts.currentUser.username, ben.username, 'a network error changes no session');

  backend.weather = null;
  assert.deepEqual(await accounts.sync(), { pushed: 2, pulled: 0, waiting: 0 });
  assert.equal(stateOf(accounts), 'synced');
  assert.deepEqual(await known(ada.username), [ada.email]);
  assert.deepEqual(await known(ben.username), [ben.email]);
  const { lastSyncedAt, error, syncing } = accounts.getSnapshot().sync ?? {};
  assert.ok(Number(lastSyncedAt) > 0);
  assert.deepEqual([error, syncing], [null, false]);
});

test('without a server there is no sync, and nothing about it', async (t) => {
  const accounts = await opened(t, { kdf });
  assert.equal(accounts.getSnapshot().sync, null);
  await refused('argument-invalid', () => accounts.sync());
  for (const sync of [{}, { url: 'nowhere' }, { url: 'ftp://x.example/' }, { url, auto: 'no' }, { url, fetch: 1 }, 7]) {
    await refused('argument-invalid', () => opened(t, { kdf, sync: /** @type {any} */ (sync) }));
  }
});

test('a lost answer and a repeated push change nothing: each op is applied once', async (t) => {
  const accounts = await device(t);
  const ada = somebody();
  await accounts.signUp(ada);
  backend.weather = async (send, path) => {
    await send();
    return offline(send, path);
  };
  await refused('sync-unreachable', () => accounts.sync());
  assert.deepEqual(await known(ada.username), [ada.email], 'it came through, and the device does not know');
  backend.weather = null;
  const [{ change }] = await backend.query('SELECT max(change) AS change FROM placecard_account');
  assert.deepEqual(await accounts.sync(), { pushed: 1, pulled: 0, waiting: 0 });
  assert.equal(stateOf(accounts), 'synced');
  const [again] = await backend.query('SELECT max(change) AS change FROM placecard_account');
  assert.equal(again.change, change);
});

test('a server that goes down in mid-push has what it has said it has, and gets the rest later', async (t) => {
  const accounts = await device(t);
  await accounts.signUp(somebody());
  for (let index = 0; index < 300; index += 1) await accounts.session.data.set(`key ${index}`, index);
  const progress = [];
  accounts.on('sync-progress', ({ done, total }) => progress.push([done, total]));
  let pushes = 0;
  backend.weather = async (send, path) => {
    if (path === 'v1/push') pushes += 1;
    return pushes > 1 ? offline(send, path) : send();
  };
  await refused('sync-unreachable', () => accounts.sync());
  assert.deepEqual(progress, [[256, 301]]);
  assert.equal(accounts.getSnapshot().sync?.waiting, 45);
  backend.weather = null;
  const { pushed, waiting } = await accounts.sync();
  assert.deepEqual([pushed, waiting], [45, 0]);
  assert.deepEqual(progress.at(-1), [45, 45]);
});

const weathers = {
  'a captive portal': portal,
  'a server that fails': async () => Response.json({ epoch: 'e', error: { code: 'server-failed' } }, { status: 500 }),
  'an aborted fetch': async () => {
    throw new DOMException('The user aborted a request.', 'AbortError');
  },
};
for (const [name, weather] of Object.entries(weathers)) {
  test(`${name} loses nothing and logs nobody out`, async (t) => {
    const accounts = await device(t);
    const ada = somebody();
    await accounts.signUp(ada);
    const failures = [];
    accounts.on('sync-failed', ({ error }) => failures.push(error.code));
    backend.weather = weather;
    await refused('sync-unreachable', () => accounts.sync());
    assert.deepEqual(failures, ['sync-unreachable']);
    assert.equal(stateOf(accounts), 'offline');
    assert.equal(accounts.currentUser.username, ada.username);
    await accounts.session.data.set('dinner', 'soup');
    backend.weather = null;
    assert.equal((await accounts.sync()).waiting, 0);
    assert.deepEqual(await known(ada.username), [ada.email]);
  });
}

test('a server that is asked too often says until when, and nothing is lost', async (t) => {
  const accounts = await device(t);
  await accounts.signUp(somebody());
  // The limiter's answer comes before the server has looked what it is called.
  backend.weather = async () =>
    Response.json({ error: { code: 'too-many-requests', retryAfterMs: 1500 } }, { status: 429 });
  const error = await refused('too-many-requests', () => accounts.sync());
  assert.equal(error.retryAfterMs, 1500);
  assert.deepEqual([stateOf(accounts), accounts.getSnapshot().sync?.error], ['local-only', 'too-many-requests']);
  backend.weather = null;
  await accounts.sync();
  assert.equal(stateOf(accounts), 'synced');
});

test('a device whose storage was wiped, or a new one, gets everything back, and no secret was ever sent', async (t) => {
  const first = await device(t);
  const secret = 'horseradish, but do not tell Ben';
  const ada = somebody({ password: 'nobody guesses this samovar' });
  await first.signUp(ada);
  await first.session.data.set('sauce', secret);
  const code = await first.createRecoveryCode();
  await first.sync();
  const { passwordHash } = /** @type {any} */ (first.currentUser);

  const second = await device(t);
  backend.weather = offline;
  await refused('invalid-credentials', () => second.logIn({ login: ada.username, password: ada.password }));
  backend.weather = null;
  await refused('invalid-credentials', () => second.logIn({ login: ada.username, password: 'not that samovar' }));
  await refused('invalid-credentials', () => second.logIn({ login: 'who is this', password: ada.password }));
  const session = await second.logIn({ login: ada.email, password: ada.password });
  assert.equal(session.user.username, ada.username);
  assert.equal(await session.data.get('sauce'), secret);
  assert.equal(stateOf(second), 'synced');

  // Offline from then on.
  backend.weather = offline;
  await second.logOut();
  await second.logIn({ login: ada.username, password: ada.password });
  await second.logOut();
  await second.recover({ login: ada.username, code, newPassword: 'another samovar entirely' });
  backend.weather = null;
  await second.sync();

  // The hash is sent: that is what a Flask app checks.
  assert.ok(backend.hasSeen(passwordHash));
  // In pairs: four characters alone turn up by chance somewhere in so many bytes.
  const groups = code.split('-').map((group, index, all) => `${group}-${all[index + 1] ?? all[0]}`);
  for (const word of [
    ada.password,
    'another samovar entirely',
    'horseradish',
    code,
    code.replaceAll('-', ''),
    ...groups,
  ]) {
    assert.ok(!backend.hasSeen(word), `"${word}" was sent`);
    assert.ok(!(await backend.hasStored(word)), `"${word}" is stored`);
  }
  assert.ok(await backend.hasStored(ada.username), 'what is stored is looked through');
});

test('what one device changes comes to the other, both ways', async (t) => {
  const { ada, first, second } = await twoDevices(t);
  await second.session.data.set('dinner', { coming: true });
  await second.update({ username: `${ada.username} the second` });
  await second.sync();
  const { pulled } = await first.sync();
  assert.equal(pulled, 2);
  assert.equal(first.currentUser.username, `${ada.username} the second`);
  assert.deepEqual(await first.session.data.get('dinner'), { coming: true });
  await first.session.data.delete('dinner');
  await first.sync();
  await second.sync();
  assert.equal(await second.session.data.get('dinner'), undefined);
});

test('a name that somebody else took meanwhile: the account works on, and gets another name', async (t) => {
  const [first, second] = [await device(t), await device(t)];
  const ada = somebody();
  await first.signUp(ada);
  await second.signUp({ ...ada, email: `other.${ada.email}` });
  await second.session.data.set('dinner', 'soup');
  await first.sync();
  await second.sync();
  const { sync } = second.getSnapshot();
  assert.equal(sync?.state, 'needs-rename');
  assert.equal(sync?.error, null);
  const [conflict] = sync?.conflicts ?? [];
  assert.deepEqual(
    [conflict.code, conflict.fields, conflict.user.username],
    ['username-taken', ['username'], ada.username],
  );

  await second.logOut();
  await second.logIn({ login: ada.username, password });
  assert.equal(await second.session.data.get('dinner'), 'soup');
  await second.resolve(conflict, { rename: { username: `${ada.username} too` } });
  assert.deepEqual(await second.sync(), { pushed: 2, pulled: 0, waiting: 0 });
  assert.equal(stateOf(second), 'synced');
  assert.deepEqual(second.getSnapshot().sync?.conflicts, []);
  assert.deepEqual(await known(`${ada.username} too`), [`other.${ada.email}`]);
});

test('an e-mail address that another account took while both were offline', async (t) => {
  const [first, second] = [await device(t), await device(t)];
  const [ada, ben] = [somebody(), somebody()];
  await first.signUp(ada);
  await second.signUp(ben);
  await first.sync();
  await second.sync();
  const email = `shared.${ada.email}`;
  await first.update({ email });
  await second.update({ email });
  await first.sync();
  await second.sync();
  const { state, conflicts } = second.getSnapshot().sync ?? {};
  assert.equal(state, 'needs-rename');
  assert.deepEqual(conflicts?.[0].fields, ['email']);
  await second.resolve(second.currentUser, { rename: { email: ben.email } });
  await second.sync();
  assert.equal(stateOf(second), 'synced');
});

test('"it is me": what the account here holds goes into the one that has the name', async (t) => {
  const [first, second] = [await device(t), await device(t)];
  const ada = somebody();
  await first.signUp(ada);
  await first.session.data.set('dinner', 'soup');
  await first.session.data.set('seat', 1);
  await first.sync();
  await second.signUp({ ...ada, password: 'forgot that I had one' });
  await second.session.data.set('dinner', 'goulash');
  await second.session.data.set('diet', 'no fish');
  await second.sync();
  const [conflict] = second.getSnapshot().sync?.conflicts ?? [];
  assert.deepEqual(conflict.fields, ['username', 'email']);
  await refused('invalid-credentials', () =>
    second.resolve(conflict, { mergeWith: ada.username, password: 'wrong one' }),
  );
  assert.equal(await second.session.data.get('diet'), 'no fish');

  await second.resolve(conflict, { mergeWith: ada.username, password });
  assert.equal(await second.users.count(), 1);
  assert.equal(second.currentUser.username, ada.username);
  await second.sync();
  await first.sync();
  for (const accounts of [first, second]) {
    assert.equal(stateOf(accounts), 'synced');
    assert.equal(await accounts.session.data.get('dinner'), 'soup', 'what it had stays');
    assert.equal(await accounts.session.data.get('diet'), 'no fish');
  }
  assert.equal((await known(ada.username)).length, 1);
});

test('a password that was changed elsewhere: the new one logs in here, the old one no more', async (t) => {
  const ada = somebody();
  const first = await device(t);
  await first.signUp(ada);
  await first.session.data.set('dinner', 'soup');
  await first.sync();
  const second = await secondDevice(t, ada);
  await second.changePassword({ current: password, next: 'engines and lace' });
  await second.sync();
  await first.logOut();
  // Before this device has heard of it, and with it.
  const session = await first.logIn({ login: ada.username, password: 'engines and lace' });
  assert.equal(await session.data.get('dinner'), 'soup');
  await first.logOut();
  await refused('invalid-credentials', () => first.logIn({ login: ada.username, password }));
});

for (const choice of /** @type {const} */ (['keep-mine', 'take-theirs'])) {
  test(`a password changed on two devices: ${choice}`, async (t) => {
    const { ada, first, second } = await twoDevices(t);
    await first.changePassword({ current: password, next: 'the first new password' });
    await second.changePassword({ current: password, next: 'the second new password' });
    await first.sync();
    await second.sync();
    assert.equal(stateOf(second), 'credential-conflict');
    await second.resolve(second.currentUser, choice);
    await second.sync();
    await first.sync();
    const [right, wrong] =
      choice === 'keep-mine'
        ? ['the second new password', 'the first new password']
        : ['the first new password', 'the second new password'];
    for (const accounts of [first, second]) {
      await accounts.logOut();
      await refused('invalid-credentials', () => accounts.logIn({ login: ada.username, password: wrong }));
      await accounts.logIn({ login: ada.username, password: right });
      await accounts.sync();
      assert.equal(stateOf(accounts), 'synced');
    }
  });
}

test('changes of different fields on two devices are put together', async (t) => {
  const { ada, first, second } = await twoDevices(t);
  await first.update({ username: `${ada.username} renamed` });
  await second.update({ email: `new.${ada.email}` });
  await first.sync();
  await second.sync();
  await first.sync();
  for (const accounts of [first, second]) {
    assert.equal(accounts.currentUser.username, `${ada.username} renamed`);
    assert.equal(accounts.currentUser.email, `new.${ada.email}`);
    assert.equal(stateOf(accounts), 'synced');
  }
  assert.deepEqual(await known(`${ada.username} renamed`), [`new.${ada.email}`]);
});

test('changes on two devices wait for their owner where somebody else is logged in', async (t) => {
  const { ada, first, second } = await twoDevices(t);
  await first.update({ username: `${ada.username} renamed` });
  await first.sync();
  await second.changePassword({ current: password, next: 'engines and lace' });
  const ben = somebody();
  await second.signUp(ben);
  await second.sync();
  const { waiting, conflicts, logInNeeded } = second.getSnapshot().sync ?? {};
  assert.deepEqual([waiting, conflicts, logInNeeded?.map(({ username }) => username)], [1, [], [ada.username]]);
  await second.logIn({ login: ada.username, password: 'engines and lace' });
  await second.sync();
  assert.deepEqual([stateOf(second), second.getSnapshot().sync?.waiting], ['synced', 0]);
  assert.deepEqual(second.getSnapshot().sync?.logInNeeded, []);
  assert.equal(second.currentUser.username, `${ada.username} renamed`);
});

test('the same field on two devices: a person decides', async (t) => {
  const { ada, first, second } = await twoDevices(t);
  await first.update({ username: `${ada.username} A` });
  await second.update({ username: `${ada.username} B` });
  await first.sync();
  await second.sync();
  const { state, conflicts } = second.getSnapshot().sync ?? {};
  assert.equal(state, 'conflict');
  assert.deepEqual([conflicts?.[0].code, conflicts?.[0].fields], ['changed-meanwhile', ['username']]);
  assert.deepEqual(conflicts?.[0].theirs, { username: `${ada.username} A`, email: ada.email });
  assert.equal(second.currentUser.username, `${ada.username} B`);
  await second.resolve(second.currentUser, 'take-theirs');
  assert.equal(second.currentUser.username, `${ada.username} A`);
  await second.sync();
  assert.equal(stateOf(second), 'synced');
});

for (const choice of /** @type {const} */ (['keep-mine', 'take-theirs'])) {
  test(`changed here, deleted elsewhere: ${choice}`, async (t) => {
    const ada = somebody();
    const first = await device(t);
    await first.signUp(ada);
    await first.session.data.set('dinner', 'soup');
    await first.sync();
    const second = await secondDevice(t, ada);
    await second.session.data.set('diet', 'no fish');
    await first.deleteAccount({ password });
    await first.sync();
    assert.deepEqual(await known(ada.username), []);
    await second.sync();
    assert.equal(stateOf(second), 'revoked');
    assert.equal(second.getSnapshot().sync?.conflicts[0].code, 'account-deleted');
    assert.equal(await second.session.data.get('diet'), 'no fish');
    await second.resolve(second.currentUser, choice === 'keep-mine' ? { renewWith: password } : choice);
    await second.sync();
    if (choice === 'keep-mine') {
      assert.equal(stateOf(second), 'synced');
      assert.deepEqual(await known(ada.username), [ada.email]);
      assert.equal(await second.session.data.get('dinner'), 'soup');
      assert.equal(await second.session.data.get('diet'), 'no fish');
    } else {
      assert.equal(second.currentUser.isAnonymous, true);
      assert.equal(await second.users.count(), 0);
      assert.deepEqual(await known(ada.username), []);
    }
  });
}

test('deleted elsewhere, nothing changed here: it is deleted here too', async (t) => {
  const { ada, first, second } = await twoDevices(t);
  await first.deleteAccount({ password });
  await first.sync();
  const ends = [];
  second.on('session-ended', ({ reason }) => ends.push(reason));
  await second.sync();
  assert.equal(second.currentUser.isAnonymous, true);
  assert.equal(await second.users.count(), 0);
  assert.deepEqual(ends, ['deleted']);

  // The name is free again, for a new account.
  await second.signUp(ada);
  await second.sync();
  assert.equal(stateOf(second), 'synced');
  assert.deepEqual(await known(ada.username), [ada.email]);
});

test('deactivated on the server: logged out here, and in again when it is active again', async (t) => {
  const { ada, accounts } = await onServer(t);
  await backend.setActive(ada.username, false);
  await accounts.sync();
  assert.equal(accounts.currentUser.isAnonymous, true);
  assert.equal(accounts.getSnapshot().ended?.reason, 'deactivated');
  assert.equal(accounts.getSnapshot().sync?.conflicts[0].code, 'account-inactive');
  await refused('account-inactive', () => accounts.logIn({ login: ada.username, password }));
  await refused('account-inactive', () => device(t).then((other) => other.logIn({ login: ada.username, password })));
  await backend.setActive(ada.username, true);
  await accounts.sync();
  await accounts.logIn({ login: ada.username, password });
  await accounts.sync();
  assert.equal(stateOf(accounts), 'synced');
});

test('a revoked token: whoever is logged in gets another, without a password', async (t) => {
  const { ada, accounts } = await onServer(t);
  const second = await secondDevice(t, ada);
  await second.session.data.set('dinner', 'soup');
  await second.sync();
  await backend.revokeSessions(ada.username);
  await accounts.sync();
  assert.equal(accounts.currentUser.username, ada.username);
  assert.equal(await accounts.session.data.get('dinner'), 'soup');
  await backend.revokeSessions(ada.username);
  await accounts.logOut();
  await accounts.sync();
  assert.ok(!pathsOf().slice(-1)[0].includes('sessions'), 'nobody is logged in who could get one');
});

test('a server restored from a backup gets again what it has lost', async (t) => {
  const [ada, ben] = [somebody(), somebody()];
  const accounts = await device(t);
  await accounts.signUp(ben);
  await accounts.signUp(ada);
  await accounts.session.data.set('dinner', 'soup');
  await accounts.sync();
  const lose = async () => {
    for (const table of ['value', 'account', 'op', 'name', 'token', 'tombstone']) {
      await backend.query(`DELETE FROM placecard_${table}`);
    }
    await backend.query('DELETE FROM "user"');
  };
  await lose();
  await backend.rotateEpoch();
  await accounts.session.data.set('diet', 'no fish');
  await accounts.sync();
  assert.equal(stateOf(accounts), 'synced');
  assert.deepEqual(await known(ada.username), [ada.email]);
  assert.deepEqual(await known(ben.username), [ben.email]);
  const second = await secondDevice(t, ada);
  assert.deepEqual(await second.session.data.list(), ['diet', 'dinner']);

  // And when whoever restored it told nobody.
  await lose();
  await accounts.sync();
  assert.equal(stateOf(accounts), 'synced');
  assert.deepEqual(await known(ada.username), [ada.email]);
  assert.deepEqual(await known(ben.username), [ben.email]);
});

test('the log of ops is pruned: nothing is applied twice, and nothing is lost', async (t) => {
  const { ada, accounts } = await onServer(t);
  const second = await secondDevice(t, ada);
  backend.weather = async (send, path) => {
    await send();
    return offline(send, path);
  };
  await accounts.update({ username: `${ada.username} II` });
  await refused('sync-unreachable', () => accounts.sync());
  await backend.query('DELETE FROM placecard_op');
  backend.weather = null;
  await accounts.sync();
  await second.sync();
  assert.equal(stateOf(accounts), 'synced');
  assert.equal(second.currentUser.username, `${ada.username} II`);
});

for (const years of [-1, 1]) {
  test(`a clock that is ${years < 0 ? 'behind' : 'ahead'} by a year decides nothing`, async (t) => {
    const ada = somebody();
    const first = await device(t);
    const now = () => Date.now() + years * 366 * 24 * 3600 * 1000;
    const second = await device(t, { now });
    await second.signUp(ada);
    await second.session.data.set('dinner', 'soup');
    await second.sync();
    await first.logIn({ login: ada.username, password });
    await first.session.data.set('dinner', 'goulash');
    await first.sync();
    await second.sync();
    assert.equal(await second.session.data.get('dinner'), 'goulash');
    await second.session.data.set('dinner', 'pancakes');
    await second.sync();
    await first.sync();
    assert.equal(await first.session.data.get('dinner'), 'pancakes');
  });
}

test('what was to be sent is still there after the program ends', async (t) => {
  const storage = memoryStorage();
  const ada = somebody();
  backend.weather = offline;
  const before = await device(t, { storage });
  await before.signUp(ada);
  await before.close();
  backend.weather = null;
  const accounts = await device(t, { storage });
  assert.equal(accounts.getSnapshot().sync?.waiting, 1);
  // Nobody is logged in, and it goes up all the same.
  assert.deepEqual(await accounts.sync(), { pushed: 1, pulled: 0, waiting: 0 });
  assert.deepEqual(await known(ada.username), [ada.email]);
});

test('only when told to: what failed is not tried again by itself', async (t) => {
  const accounts = await device(t);
  backend.weather = offline;
  await accounts.signUp(somebody());
  t.mock.timers.enable({ apis: ['setTimeout'] });
  await refused('sync-unreachable', () => accounts.sync());
  const count = backend.requests.length;
  t.mock.timers.tick(24 * 3600 * 1000);
  await new Promise(setImmediate);
  assert.equal(backend.requests.length, count);
  assert.equal(accounts.getSnapshot().sync?.syncing, false);
});

test('by itself: soon after a change', async (t) => {
  const accounts = await device(t, { sync: { url, fetch: backend.fetch } });
  const finished = new Promise((resolve) => {
    accounts.on('sync-finished', ({ pushed }) => pushed > 0 && resolve(undefined));
  });
  const alive = setInterval(() => {}, 1000); // the client itself keeps no program running
  t.after(() => clearInterval(alive));
  const ada = somebody();
  await accounts.signUp(ada);
  await finished;
  assert.equal(stateOf(accounts), 'synced');
  assert.deepEqual(await known(ada.username), [ada.email]);
});
