// Sessions where there are no tabs: what is refused, how long they live, what is told and in which order.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { memoryKeyStore } from '../support/key-store.js';
import { AnonymousUser, memoryStorage, open, opened, refused } from '../support/placecard.js';

const kdf = { memoryMiB: 19 };
const password = 'lace and engines';
const form = (name) => ({ username: name, email: `${name}@example.com`, password });
const DAY = 24 * 60 * 60 * 1000;

/** One device: what is stored outlives the Accounts that are opened on it, and its clock is set by hand. */
function newDevice(t) {
  const device = {
    storage: memoryStorage(),
    keyStore: memoryKeyStore(),
    clock: Date.UTC(2026, 10, 25),
    /** @type {Awaited<ReturnType<typeof open>> | undefined} */
    accounts: undefined,
    async open(options = {}) {
      await device.accounts?.close();
      const { storage, keyStore } = device;
      device.accounts = await open({ kdf, storage, keyStore, now: () => device.clock, ...options });
      return device.accounts;
    },
  };
  t.after(() => device.accounts?.close());
  return device;
}

/** What happens, in order. */
function listen(accounts) {
  const heard = [];
  for (const type of ['user-logged-in', 'user-logged-out', 'user-accessed', 'session-ended', 'session-protected']) {
    accounts.on(type, ({ user, reason }) =>
      heard.push([type, user.getId() ?? 'nobody', ...(reason ? [reason] : [])].join(' ')),
    );
  }
  return heard;
}

// --- remembered or not ----------------------------------------------------------------------------------------------

test('without a key store nobody is remembered in Node, and nothing is changed by trying', async (t) => {
  const accounts = await opened(t, { kdf });
  await refused('remember-unavailable', () => accounts.signUp({ ...form('ada'), remember: true }));
  assert.equal(await accounts.users.count(), 0);
  assert.equal(accounts.getSnapshot().session, 'none');
  await accounts.signUp(form('ada'));
  await refused('remember-unavailable', () => accounts.logIn({ login: 'ada', password, remember: true }));
  assert.equal(accounts.currentUser.username, 'ada', 'who is logged in stays so');
  assert.equal(accounts.isRemembered, false);
});

test('a key store that fails refuses to remember, and says why', async (t) => {
  const keyStore = {
    ...memoryKeyStore(),
    put: async () => {
      throw new Error('the vault is closed');
    },
  };
  const accounts = await opened(t, { kdf, keyStore });
  const error = await refused('remember-unavailable', () => accounts.signUp({ ...form('ada'), remember: true }));
  assert.match(String(error.cause), /the vault is closed/);
});

test('a key store that cannot be read is no log-out: the session is there when it can', async (t) => {
  const device = newDevice(t);
  await (await device.open()).signUp({ ...form('ada'), remember: true });
  const broken = async () => {
    throw new Error('not now');
  };
  await device.open({ keyStore: { ...device.keyStore, get: broken } });
  assert.equal(device.accounts.currentUser.isAnonymous, true);
  await device.open();
  assert.equal(device.accounts.currentUser.username, 'ada');
});

test('a remembered session is there again, not fresh, with its private data; any other is not', async (t) => {
  const device = newDevice(t);
  await device.open();
  await device.accounts.signUp({ ...form('ada'), remember: true });
  await device.accounts.session.data.set('dinner', 'soup');
  assert.deepEqual([device.accounts.isFresh, device.accounts.isRemembered], [true, true]);
  await device.open();
  assert.equal(device.accounts.currentUser.username, 'ada');
  assert.deepEqual([device.accounts.isFresh, device.accounts.isRemembered], [false, true]);
  assert.equal(await device.accounts.session.data.get('dinner'), 'soup');
  await device.accounts.logIn({ login: 'ada', password, remember: false });
  await device.open();
  assert.equal(device.accounts.currentUser.isAnonymous, true);
  assert.deepEqual([...device.keyStore.secrets.keys()], ['install'], 'no key is left behind');
});

test('a failed log-in leaves no key behind', async (t) => {
  const device = newDevice(t);
  await device.open();
  await device.accounts.signUp(form('ada'));
  await refused('invalid-credentials', () =>
    device.accounts.logIn({ login: 'ada', password: 'wrong', remember: true }),
  );
  assert.deepEqual([...device.keyStore.secrets.keys()], ['install']);
});

test('a log-out takes the key, so that no older copy of the database brings the session back', async (t) => {
  const device = newDevice(t);
  await device.open();
  await device.accounts.signUp({ ...form('ada'), remember: true });
  const older = await device.accounts.exportDatabase();
  await device.accounts.logOut();
  assert.deepEqual([...device.keyStore.secrets.keys()], ['install']);
  await device.accounts.importDatabase(older);
  assert.equal((await device.accounts.loadUser()).isAnonymous, true);
  await device.open();
  assert.equal(device.accounts.currentUser.isAnonymous, true);
});

test('a new password keeps the session that set it; the recovery code ends the one there was', async (t) => {
  const device = newDevice(t);
  await device.open();
  await device.accounts.signUp({ ...form('ada'), remember: true });
  const code = await device.accounts.createRecoveryCode();
  await device.accounts.changePassword({ current: password, next: 'another long one' });
  assert.equal((await device.accounts.loadUser()).username, 'ada');
  assert.equal(device.accounts.isFresh, true);
  await device.open();
  assert.equal(device.accounts.currentUser.username, 'ada');
  await device.accounts.recover({ login: 'ada', code, newPassword: 'yet another one' });
  assert.equal(device.accounts.isFresh, true);
  await device.open();
  assert.equal(device.accounts.currentUser.isAnonymous, true, 'it was not asked to be remembered');
});

for (const remember of [true, false]) {
  test(`a ${remember ? 'remembered ' : ''}session that was seen on another installation stays not fresh on the first`, async (t) => {
    const device = newDevice(t);
    let install = 'A';
    await device.open({ session: { installId: () => install } });
    const heard = listen(device.accounts);
    await device.accounts.signUp({ ...form('ada'), remember });
    install = 'B';
    await device.accounts.loadUser();
    assert.equal(device.accounts.isFresh, false);
    assert.equal(heard.at(-1), 'session-protected 1');
    install = 'A';
    await device.accounts.loadUser();
    assert.equal(device.accounts.isFresh, false);
    assert.equal(heard.at(-1), 'user-accessed 1', 'where it belongs it is not protected');
    install = 'B';
    await device.accounts.confirmLogin(password);
    await device.accounts.loadUser();
    assert.equal(device.accounts.isFresh, true);
    assert.equal(heard.at(-1), 'user-accessed 1', 'it belongs to B now');
  });
}

// --- how long -------------------------------------------------------------------------------------------------------

test('fourteen days without a visit lock a remembered session; visits in between keep it', async (t) => {
  const device = newDevice(t);
  await (await device.open()).signUp({ ...form('ada'), remember: true });
  for (let visit = 0; visit < 4; visit += 1) {
    device.clock += 13 * DAY;
    assert.equal((await device.open()).currentUser.username, 'ada', `visit ${visit}`);
  }
  device.clock += 14 * DAY;
  await device.open();
  const { session, lockedUser, ended } = device.accounts.getSnapshot();
  assert.deepEqual([session, lockedUser.username, ended.reason], ['locked', 'ada', 'expired']);
  assert.equal(device.accounts.currentUser.isAnonymous, true);
  await refused('not-logged-in', () => device.accounts.session);
  await refused('invalid-credentials', () => device.accounts.unlock('wrong'));
  await device.accounts.unlock(password);
  assert.equal(device.accounts.getSnapshot().session, 'open');
  assert.deepEqual([device.accounts.isFresh, device.accounts.isRemembered], [true, true], 'as it was kept before');
});

test('no visit prolongs a session beyond its absolute limit', async (t) => {
  const device = newDevice(t);
  await (await device.open()).signUp({ ...form('ada'), remember: true, duration: 20 * DAY });
  device.clock += 10 * DAY;
  assert.equal((await device.open()).currentUser.username, 'ada');
  await device.accounts.confirmLogin(password);
  await device.accounts.changePassword({ current: password, next: 'another long one' });
  device.clock += 10 * DAY;
  await device.open();
  assert.equal(device.accounts.getSnapshot().ended.reason, 'expired');
});

test('limits of one’s own are kept, while the page stays open too', async (t) => {
  const device = newDevice(t);
  await device.open({ session: { idle: 2000, absolute: 5000 } });
  const heard = listen(device.accounts);
  await device.accounts.signUp({ ...form('ada'), remember: true });
  device.clock += 1999;
  assert.equal((await device.accounts.loadUser()).username, 'ada');
  device.clock += 1999;
  assert.equal((await device.accounts.loadUser()).username, 'ada');
  device.clock += 1999;
  assert.equal((await device.accounts.loadUser()).isAnonymous, true);
  assert.equal(device.accounts.getSnapshot().ended.reason, 'expired');
  assert.deepEqual(heard.slice(-2), ['session-ended 1 expired', 'user-accessed nobody']);
});

test('a session that is not remembered has a limit when it is given one', async (t) => {
  const device = newDevice(t);
  await (await device.open()).signUp({ ...form('ada'), duration: 1000 });
  device.clock += 999;
  assert.equal((await device.accounts.loadUser()).username, 'ada');
  device.clock += 1;
  assert.equal((await device.accounts.loadUser()).isAnonymous, true);
  assert.equal(device.accounts.getSnapshot().lockedUser.username, 'ada');
});

test('time that is up shows without anybody asking', async (t) => {
  const accounts = await opened(t, { kdf });
  await accounts.signUp({ ...form('ada'), duration: 1 });
  // Node ends when nothing but the session's own clock is left.
  const alive = setInterval(() => {}, 1000);
  t.after(() => clearInterval(alive));
  if (accounts.getSnapshot().session === 'open') await new Promise((resolve) => accounts.subscribe(resolve));
  assert.equal(accounts.getSnapshot().session, 'locked');
});

test('a clock set back by more than five minutes locks', async (t) => {
  const device = newDevice(t);
  await (await device.open()).signUp({ ...form('ada'), remember: true });
  device.clock -= 4 * 60 * 1000;
  assert.equal((await device.open()).currentUser.username, 'ada');
  device.clock -= 2 * 60 * 1000;
  await device.open();
  assert.equal(device.accounts.getSnapshot().ended.reason, 'clock-set-back');
  assert.equal(device.accounts.getSnapshot().session, 'locked');
});

test('limits that are none are refused', async (t) => {
  for (const session of [{ idle: 0 }, { absolute: -1 }, { idle: Number.NaN }, { protection: 'medium' }, 'short']) {
    await refused('argument-invalid', () => open({ session }), JSON.stringify(session));
  }
  const accounts = await opened(t, { kdf });
  for (const duration of [0, -1, Number.POSITIVE_INFINITY, '1']) {
    await refused('argument-invalid', () => accounts.signUp({ ...form('ada'), duration }), String(duration));
  }
  await refused('argument-invalid', () => open({ keyStore: { get() {} } }));
});

// --- locking, switching ---------------------------------------------------------------------------------------------

for (const remember of [true, false]) {
  test(`a locked ${remember ? 'remembered ' : ''}session goes on with the password alone`, async (t) => {
    const device = newDevice(t);
    await device.open();
    const heard = listen(device.accounts);
    const session = await device.accounts.signUp({ ...form('ada'), remember });
    await device.accounts.lock();
    assert.equal(device.accounts.getSnapshot().session, 'locked');
    assert.equal(device.accounts.getSnapshot().lockedUser.username, 'ada');
    await refused('not-logged-in', () => session.data.list());
    assert.equal((await device.accounts.loadUser()).isAnonymous, true);
    assert.equal(device.accounts.getSnapshot().lockedUser.username, 'ada', 'still');
    await device.accounts.unlock(password);
    assert.equal(device.accounts.currentUser.username, 'ada');
    assert.equal(device.accounts.isRemembered, remember);
    const ended = ['session-ended 1 locked', 'user-accessed nobody', 'user-logged-in 1'];
    assert.deepEqual(heard, ['user-logged-in 1', ...ended]);
    await device.accounts.lock();
    await device.accounts.logOut();
    assert.equal(device.accounts.getSnapshot().session, 'none');
    await refused('not-logged-in', () => device.accounts.unlock(password));
    await device.open();
    assert.equal(device.accounts.getSnapshot().session, 'none');
  });
}

test('a lock survives a restart', async (t) => {
  const device = newDevice(t);
  await (await device.open()).signUp({ ...form('ada'), remember: true });
  await device.accounts.lock();
  await device.open();
  assert.equal(device.accounts.getSnapshot().lockedUser.username, 'ada');
  assert.deepEqual(
    (await device.accounts.list()).map(({ state }) => state),
    ['locked'],
  );
});

test('a device that is passed round: who has a session, and whose turn it is', async (t) => {
  const device = newDevice(t);
  await device.open();
  const states = async () =>
    Object.fromEntries((await device.accounts.list()).map(({ user, state }) => [user.username, state]));
  await device.accounts.importUsers([{ username: 'edsger' }]);
  await device.accounts.signUp({ ...form('ada'), remember: true });
  await device.accounts.signUp({ ...form('grace'), remember: true });
  await device.accounts.signUp(form('alan'));
  const before = { ada: 'open', alan: 'current', edsger: 'closed', grace: 'open' };
  assert.deepEqual(await states(), before);

  await device.accounts.switchTo('ada@example.com');
  assert.equal(device.accounts.currentUser.username, 'ada');
  assert.equal(device.accounts.isFresh, false, 'however fresh it was left');
  assert.deepEqual(await states(), { ada: 'current', alan: 'closed', edsger: 'closed', grace: 'open' });
  await refused('not-logged-in', () => device.accounts.switchTo('alan'));
  await refused('not-logged-in', () => device.accounts.switchTo('nobody'));
  await device.accounts.switchTo('grace');
  await device.accounts.logOut();
  assert.deepEqual(await states(), { ada: 'open', alan: 'closed', edsger: 'closed', grace: 'closed' });
  assert.equal(device.accounts.getSnapshot().session, 'none', 'a log-out is no switch');
  await device.open();
  assert.equal(device.accounts.getSnapshot().session, 'none');
  await device.accounts.switchTo('ada');
  await device.accounts.switchTo('alan', { password });
  assert.equal(device.accounts.isFresh, true);
  await device.open();
  assert.equal(device.accounts.getSnapshot().session, 'none', 'nobody goes on as somebody else');
});

// --- fresh, active --------------------------------------------------------------------------------------------------

test('what cannot be taken back needs a fresh session', async (t) => {
  const accounts = await opened(t, { kdf });
  await accounts.signUp({ ...form('ada'), fresh: false });
  await accounts.session.data.set('dinner', { coming: true });
  for (const work of [
    () => accounts.update({ email: 'a@example.com' }),
    () => accounts.createRecoveryCode(),
    () => accounts.exportAccount(),
    () => accounts.deactivate(),
  ]) {
    await refused('fresh-login-required', work, String(work));
  }
  await accounts.update({ username: 'ada l' });
  await refused('invalid-credentials', () => accounts.confirmLogin('wrong'));
  assert.equal(accounts.isFresh, false);
  await accounts.confirmLogin(password);
  await accounts.update({ email: 'a@example.com' });
  const { user, data } = await accounts.exportAccount();
  assert.deepEqual([user.username, user.email, data], ['ada l', 'a@example.com', { dinner: { coming: true } }]);
  await accounts.createRecoveryCode();
});

test('a deactivated account is logged out, refused, let in by force, and made active again', async (t) => {
  const device = newDevice(t);
  await device.open();
  await device.accounts.signUp({ ...form('ada'), remember: true });
  await device.accounts.deactivate();
  assert.equal(device.accounts.getSnapshot().ended.reason, 'deactivated');
  await refused('account-inactive', () => device.accounts.logIn({ login: 'ada', password }));
  await device.open();
  assert.equal(device.accounts.currentUser.isAnonymous, true);
  await device.accounts.logIn({ login: 'ada', password, force: true, remember: true });
  assert.equal(device.accounts.currentUser.isActive, false);
  await device.open();
  assert.equal(device.accounts.currentUser.username, 'ada', 'by force it stays');
  await device.accounts.confirmLogin(password);
  await device.accounts.reactivate();
  assert.equal(device.accounts.currentUser.isActive, true);
  await device.open();
  assert.equal(device.accounts.currentUser.isAuthenticated, true);
});

test('somebody who was deleted leaves no session to whoever gets the id next', async (t) => {
  const device = newDevice(t);
  await device.open();
  await device.accounts.signUp({ ...form('ada'), remember: true });
  const { id } = device.accounts.currentUser;
  await device.accounts.deleteAccount({ password });
  assert.equal(device.accounts.getSnapshot().ended.reason, 'deleted');
  await device.accounts.signUp(form('grace'));
  assert.equal(device.accounts.currentUser.id, id);
  await device.open();
  assert.equal(device.accounts.currentUser.isAnonymous, true);
});

// --- snapshot, events -----------------------------------------------------------------------------------------------

test('the snapshot is the same object until something in it changes', async (t) => {
  const accounts = await opened(t, { kdf });
  let calls = 0;
  const stop = accounts.subscribe(() => {
    calls += 1;
  });
  const first = accounts.getSnapshot();
  await accounts.loadUser();
  await accounts.users.count();
  assert.equal(accounts.getSnapshot(), first);
  assert.equal(calls, 0);
  await accounts.signUp(form('ada'));
  const second = accounts.getSnapshot();
  assert.notEqual(second, first);
  assert.equal(calls, 1);
  assert.equal(second.user, accounts.currentUser);
  await accounts.loadUser();
  await accounts.confirmLogin(password);
  assert.equal(accounts.getSnapshot(), second, 'what it says is still so');
  await accounts.update({ username: 'ada l' });
  assert.equal(accounts.getSnapshot().user.username, 'ada l');
  await accounts.logOut();
  assert.equal(accounts.getSnapshot().user, first.user, 'the one anonymous user');
  assert.equal(calls, 3);
  stop();
  await accounts.logIn({ login: 'ada l', password });
  assert.equal(calls, 3);
});

test('events tell of what is already so, and handlers may call anything', async (t) => {
  const accounts = await opened(t, { kdf });
  const order = [];
  const finished = new Promise((resolve, reject) => {
    accounts.subscribe(() => order.push(`snapshot ${accounts.getSnapshot().session}`));
    accounts.on('user-logged-in', async ({ user }) => {
      try {
        order.push(`in ${user.username} ${accounts.currentUser.username}`);
        await accounts.session.data.set('seen', true);
        assert.equal((await accounts.loadUser()).username, 'ada');
        await accounts.logOut();
      } catch (error) {
        reject(error);
      }
    });
    accounts.on('user-logged-out', ({ user }) =>
      resolve(order.push(`out ${user.username} ${accounts.currentUser.getId()}`)),
    );
    accounts.on('session-ended', ({ reason }) => order.push(`ended ${reason}`));
  });
  await accounts.signUp(form('ada'));
  await finished;
  const expected = ['snapshot open', 'in ada ada', 'snapshot none', 'ended logged-out', 'out ada null'];
  assert.deepEqual(order, expected);
});

test('a handler that throws disturbs neither the others nor the call', async (t) => {
  const accounts = await opened(t, { kdf });
  // Where it is thrown again, which would end this process.
  const { mock } = t.mock.method(globalThis, 'queueMicrotask', () => {});
  let heard = 0;
  accounts.on('user-logged-in', () => {
    throw new Error('in a handler');
  });
  const stop = accounts.on('user-logged-in', () => {
    heard += 1;
  });
  await accounts.signUp(form('ada'));
  assert.equal(heard, 1);
  const [rethrown] = mock.calls.map((call) => call.arguments[0]).filter((task) => String(task).includes('throw'));
  assert.throws(rethrown, /in a handler/);
  mock.restore();
  stop();
  await refused('argument-invalid', () => accounts.on('user-vanished', () => {}));
  await refused('argument-invalid', () => accounts.on('user-accessed'));
});

test('guards pass arguments, results and errors through, and call the page’s own handlers', async (t) => {
  const accounts = await opened(t, { kdf, needsRefresh: (error) => `please: ${error.code}` });
  const add = accounts.loginRequired((left, right) => left + right);
  const fresh = accounts.freshLoginRequired(async () => 'secret');
  await refused('not-logged-in', () => add(1, 2));
  await refused('not-logged-in', () => fresh());
  await accounts.signUp({ ...form('ada'), fresh: false });
  assert.equal(await add(1, 2), 3);
  assert.equal(await fresh(), 'please: fresh-login-required');
  await accounts.confirmLogin(password);
  assert.equal(await fresh(), 'secret');
  const fails = accounts.loginRequired(() => Promise.reject(new Error('its own')));
  await assert.rejects(fails(), /its own/);
});

test('nobody may be of a class of the caller’s', async (t) => {
  class Guest extends AnonymousUser {
    name = 'a guest';
  }
  const accounts = await opened(t, { kdf, anonymousUser: Guest });
  assert.ok(accounts.currentUser instanceof Guest);
  assert.equal(accounts.getSnapshot().user.name, 'a guest');
  await accounts.signUp(form('ada'));
  await accounts.logOut();
  assert.ok(accounts.currentUser instanceof Guest);
});

test('a log-out wins over a log-in that was begun before it, and over no other', async (t) => {
  const device = newDevice(t);
  await device.open();
  await device.accounts.signUp(form('ada'));
  const overtaken = device.accounts.logIn({ login: 'ada', password, remember: true });
  const out = device.accounts.logOut();
  const next = device.accounts.logIn({ login: 'ada', password, remember: true });
  await refused('log-in-overtaken', () => overtaken);
  await out;
  await next;
  assert.equal(device.accounts.currentUser.username, 'ada');
  await refused('log-in-overtaken', async () => {
    const late = device.accounts.signUp({ ...form('grace'), remember: true });
    await device.accounts.lock();
    await late;
  });
  assert.equal(device.accounts.getSnapshot().lockedUser.username, 'ada');
  assert.deepEqual([...device.keyStore.secrets.keys()], ['install']);
  await device.open();
  assert.equal(device.accounts.getSnapshot().session, 'locked');
});

test('while a log-in is under way, a look does not take its session for somebody else’s', async (t) => {
  const device = newDevice(t);
  await device.open();
  await device.accounts.signUp(form('ada'));
  await device.accounts.logOut();
  const heard = listen(device.accounts);
  let isDone = false;
  const entering = device.accounts.logIn({ login: 'ada', password, remember: true }).finally(() => {
    isDone = true;
  });
  while (!isDone) await device.accounts.loadUser();
  await entering;
  assert.deepEqual(
    heard.filter((event) => !event.startsWith('user-accessed')),
    ['user-logged-in 1'],
  );
  await device.open();
  assert.equal(device.accounts.currentUser.username, 'ada');
});
