// One session for all tabs of an origin: opened, reloaded, duplicated, closed, frozen, and the browser ended.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomFrom, seed } from '../seed.js';
import { openPage, setUp } from './site.js';

const password = 'a long enough password'; // of form() in the page
const STEPS = Number(process.env.STEPS ?? 40);

async function inWorld(run, options) {
  const world = await setUp(options);
  try {
    await run(world);
  } finally {
    await world.close();
  }
}

/** Opens the accounts of a page, again after a reload. */
async function start(page, options = {}) {
  await page.waitForFunction('globalThis.ready');
  await page.evaluate(async (options) => {
    globalThis.accounts = await placecard.open(options);
  }, options);
  return page;
}
const tab = async (world, options) => start(await world.open(), options);
const reload = async (page, options) => {
  await page.reload();
  return start(page, options);
};
const signUp = (page, name, wish) =>
  page.evaluate(([name, wish]) => attempt(accounts.signUp({ ...form(name), ...wish }).then(() => name)), [name, wish]);
const logIn = (page, login, wish) =>
  page.evaluate((form) => attempt(accounts.logIn(form).then(() => true)), { login, password, ...wish });
const call = (page, name, ...args) =>
  page.evaluate(([name, args]) => attempt(accounts[name](...args).then(() => true)), [name, args]);

const standing = (page) =>
  page.evaluate(() => {
    const { user, session, isFresh, isRemembered, lockedUser, ended } = accounts.getSnapshot();
    const { reason = null, elsewhere = null } = ended ?? {};
    return {
      user: user.username ?? null,
      session,
      isFresh,
      isRemembered,
      locked: lockedUser?.username ?? null,
      reason,
      elsewhere,
    };
  });

/** Waits until a tab shows this much. */
async function shows(page, wanted, message = '') {
  const isSo = (wanted) => {
    const { user, session, isFresh, isRemembered, lockedUser } = accounts.getSnapshot();
    const now = { user: user.username ?? null, session, isFresh, isRemembered, locked: lockedUser?.username ?? null };
    return Object.entries(wanted).every(([key, value]) => now[key] === value);
  };
  try {
    await page.waitForFunction(isSo, wanted);
  } catch (error) {
    assert.deepEqual(await standing(page), wanted, `${message} ${error.message}`);
    throw error;
  }
}

const nobody = { user: null, session: 'none', isFresh: false, isRemembered: false, locked: null };
const open = (user, more) => ({ user, session: 'open', isFresh: true, isRemembered: false, locked: null, ...more });

test('tabs that open, reload, are duplicated and close in any order agree with a model', () =>
  inWorld(async (world) => {
    const random = randomFrom(seed);
    const pick = (list) => list[Math.floor(random() * list.length)];
    const people = ['ada', 'grace'];
    const options = { name: 'model' };
    let pages = [await tab(world, options)];
    for (const name of people) await signUp(pages[0], name);
    let model = open('grace');
    const log = [];

    const lastTabIsGone = () => {
      if (model.session === 'open') model = model.isRemembered ? { ...model, isFresh: false } : nobody;
    };
    const deeds = {
      async open() {
        if (pages.length < 4) pages.push(await tab(world, options));
      },
      async duplicate() {
        if (pages.length >= 4) return;
        const [page] = await Promise.all([
          world.context.waitForEvent('page'),
          pick(pages).evaluate(() => void window.open(location.href)),
        ]);
        pages.push(await start(page, options));
      },
      async reload() {
        await reload(pick(pages), { ...options, worker: random() < 0.5 });
      },
      async close() {
        const page = pick(pages);
        pages = pages.filter((other) => other !== page);
        await page.close();
        if (pages.length > 0) return;
        lastTabIsGone();
        pages.push(await tab(world, options));
      },
      async restart() {
        await world.kill();
        await world.relaunch();
        lastTabIsGone();
        pages = [await tab(world, options)];
      },
      async logIn() {
        const [name, remember] = [pick(people), random() < 0.5];
        assert.equal((await logIn(pick(pages), name, { remember })).value, true);
        model = open(name, { isRemembered: remember });
      },
      async logOut() {
        await call(pick(pages), 'logOut');
        model = nobody;
      },
      async lock() {
        await call(pick(pages), 'lock');
        if (model.session === 'open')
          model = { ...nobody, session: 'locked', locked: model.user, was: model.isRemembered };
      },
      async unlock() {
        if (model.session !== 'locked') return;
        assert.equal((await call(pick(pages), 'unlock', password)).value, true);
        model = open(model.locked, { isRemembered: model.was });
      },
      async confirm() {
        if (model.session !== 'open') return;
        assert.equal((await call(pick(pages), 'confirmLogin', password)).value, true);
        model = { ...model, isFresh: true };
      },
    };
    const weights =
      'open open duplicate reload reload close close close restart logIn logIn logOut lock unlock confirm';
    for (let step = 0; step < STEPS; step += 1) {
      const deed = pick(weights.split(' '));
      log.push(deed);
      await deeds[deed]();
      const { was, ...wanted } = model;
      for (const page of pages) await shows(page, wanted, `seed ${seed}, ${log.join(' ')}`);
    }
  }));

test('what one tab does, the others show: who it is, and why it ended', (t) =>
  inWorld(async (world) => {
    const options = { name: 'told' };
    const one = await tab(world, options);
    const other = await tab(world, options);
    await other.evaluate(() => {
      accounts.subscribe(() => {
        globalThis.changedAt = performance.timeOrigin + performance.now();
      });
    });
    /** From the moment it is asked for, or stored, to the other tab's next snapshot. */
    const measured = async (what, work, wanted, from) => {
      await other.evaluate(() => {
        globalThis.changedAt = undefined;
      });
      const times = await one.evaluate(
        async ([work, password]) => {
          const asked = performance.timeOrigin + performance.now();
          await new Function('password', `return ${work}`)(password);
          return { asked, done: performance.timeOrigin + performance.now() };
        },
        [work, password],
      );
      await shows(other, wanted, what);
      const changedAt = await other.evaluate(() => changedAt);
      t.diagnostic(`${what}: shown ${(changedAt - times[from]).toFixed(1)} ms after it was ${from}`);
    };
    await measured('sign-up', "accounts.signUp(form('ada'))", open('ada'), 'done');
    await measured('new name', "accounts.update({ username: 'ada l' })", open('ada l'), 'done');
    await measured('log-out', 'accounts.logOut()', nobody, 'asked');
    assert.deepEqual(await standing(other), { ...nobody, reason: 'logged-out', elsewhere: true });
    await measured(
      'log-in',
      "accounts.logIn({ login: 'ada l', password, remember: true })",
      open('ada l', { isRemembered: true }),
      'done',
    );
    await measured('lock', 'accounts.lock()', { ...nobody, session: 'locked', locked: 'ada l' }, 'asked');
    await measured('unlock', 'accounts.unlock(password)', open('ada l', { isRemembered: true }), 'done');
    await measured('another', "accounts.signUp(form('grace'))", open('grace'), 'done');
    assert.deepEqual(await standing(other), { ...open('grace'), reason: 'switched', elsewhere: true });
    await measured(
      'switch',
      "accounts.switchTo('ada l')",
      open('ada l', { isRemembered: true, isFresh: false }),
      'done',
    );
    await measured('confirmation', 'accounts.confirmLogin(password)', open('ada l', { isRemembered: true }), 'done');
    await measured('deletion', 'accounts.deleteAccount({ password })', nobody, 'done');
    assert.equal((await standing(other)).reason, 'deleted');
    await measured('log-in again', "accounts.logIn({ login: 'grace', password })", open('grace'), 'done');
    await measured('deactivation', 'accounts.deactivate()', nobody, 'done');
    assert.equal((await standing(other)).reason, 'deactivated');
  }));

test('while the only tab that knows a session cannot answer, a new one waits for nobody and takes nothing away', () =>
  inWorld(async (world) => {
    const options = { name: 'busy' };
    const busy = await tab(world, options);
    await signUp(busy, 'ada');
    const session = await world.context.newCDPSession(busy);
    await session.send('Debugger.enable');
    const paused = new Promise((resolve) => session.once('Debugger.paused', resolve));
    await session.send('Debugger.pause');
    const asked = busy.evaluate(() => accounts.users.count());
    await paused;
    const late = await tab(world, options);
    await shows(late, nobody);
    await session.send('Debugger.resume');
    await asked;
    await call(late, 'loadUser');
    await shows(late, open('ada'));
    await shows(busy, open('ada'));
  }));

test('a frozen tab catches up when it wakes', () =>
  inWorld(async (world) => {
    const options = { name: 'frozen' };
    const frozen = await tab(world, options);
    await signUp(frozen, 'ada');
    const other = await tab(world, options);
    await shows(other, open('ada'));
    const session = await world.context.newCDPSession(frozen);
    const freeze = (state) => session.send('Page.setWebLifecycleState', { state });
    await freeze('frozen');
    await call(other, 'logOut');
    await signUp(other, 'grace');
    await freeze('active');
    await shows(frozen, open('grace'));
    await freeze('frozen');
    await call(other, 'lock');
    await freeze('active');
    await shows(frozen, { ...nobody, session: 'locked', locked: 'grace' });
    assert.equal((await call(frozen, 'unlock', password)).value, true);
    await shows(other, open('grace'));
  }));

test('a log-out wins over a sign-up begun before it in another tab', () =>
  inWorld(async (world) => {
    const options = { name: 'overtaken' };
    const slow = await tab(world, { ...options, kdf: { memoryMiB: 256, passes: 8 } });
    const quick = await tab(world, options);
    await signUp(quick, 'ada');
    await shows(slow, open('ada'));
    for (const how of ['logOut', 'lock']) {
      await slow.evaluate(() => {
        globalThis.entering = attempt(accounts.signUp({ ...form('grace'), remember: true }));
      });
      await call(quick, how);
      assert.equal((await slow.evaluate(() => entering)).code, 'log-in-overtaken', how);
      for (const page of [slow, quick]) await shows(page, { user: null });
      assert.equal(await quick.evaluate(() => accounts.users.count()), 1);
      await logIn(quick, 'ada');
    }
  }));

test('a tab that heard nothing logs out whoever is logged in', () =>
  inWorld(async (world) => {
    const options = { name: 'deaf' };
    const deaf = await world.open();
    await deaf.evaluate(() => {
      Object.defineProperty(BroadcastChannel.prototype, 'onmessage', { set() {} });
      // Nor does anything wake it, which would make it look.
      for (const waking of ['pageshow', 'resume', 'visibilitychange']) {
        addEventListener(waking, (event) => event.stopImmediatePropagation(), true);
      }
    });
    await start(deaf, { ...options, worker: false });
    const other = await tab(world, options);
    await signUp(other, 'ada', { remember: true });
    assert.equal((await standing(deaf)).session, 'none');
    await call(deaf, 'logOut');
    await shows(other, nobody);
    assert.equal((await standing(await reload(other, options))).session, 'none');
  }));

test('whoever hears that an account is gone, and looks, does not find it', () =>
  inWorld(async (world) => {
    const options = { name: 'looking' };
    const page = await world.open();
    // Its storage hears of nothing: what it is told through has no order with what sessions are.
    await page.evaluate(() => {
      Object.defineProperty(BroadcastChannel.prototype, 'onmessage', {
        set(hear) {
          if (this.name.endsWith('/session')) this.addEventListener('message', hear);
        },
      });
    });
    await start(page, { ...options, worker: false });
    const other = await tab(world, options);
    await page.evaluate(() => {
      globalThis.counts = [];
      accounts.on('session-ended', async () => counts.push(await accounts.users.count()));
    });
    for (let round = 1; round <= 5; round += 1) {
      await signUp(other, `guest${round}`);
      await shows(page, open(`guest${round}`));
      await call(other, 'deleteAccount', { password });
      await page.waitForFunction((round) => counts.length === round, round);
    }
    assert.deepEqual(await page.evaluate(() => counts), [0, 0, 0, 0, 0]);
  }));

test('without WebCrypto and locks, over plain http, nobody is remembered and the rest works', () =>
  inWorld(
    async (world) => {
      const url = world.url.replace(/\/\/[^:/]+/, '//insecure.test');
      const options = { name: 'insecure' };
      const page = await start(await openPage(world.context, url), options);
      const missing = await page.evaluate(() => [isSecureContext, crypto.subtle, navigator.locks]);
      assert.deepEqual(missing, [false, undefined, undefined]);
      assert.equal((await signUp(page, 'ada', { remember: true })).code, 'remember-unavailable');
      assert.equal(await page.evaluate(() => accounts.users.count()), 0);
      await signUp(page, 'ada');
      await shows(await reload(page, options), open('ada'));
      const other = await start(await openPage(world.context, url), options);
      await shows(other, open('ada'));
      await call(other, 'logOut');
      await shows(page, nobody);
      await logIn(page, 'ada');
      await page.close();
      await other.close();
      await shows(await start(await openPage(world.context, url), options), nobody);
    },
    { flags: ['--host-resolver-rules=MAP insecure.test 127.0.0.1'] },
  ));

test('where sessionStorage is blocked a session lives as long as a tab stays, and no longer', () =>
  inWorld(async (world) => {
    await world.context.addInitScript(() => {
      Object.defineProperty(globalThis, 'sessionStorage', {
        get() {
          throw new DOMException('blocked', 'SecurityError');
        },
      });
    });
    const options = { name: 'blocked' };
    const page = await tab(world, options);
    await signUp(page, 'ada');
    const other = await tab(world, options);
    await shows(other, open('ada'));
    await shows(await reload(page, options), open('ada'), 'from the other');
    await other.close();
    await shows(await reload(page, options), nobody);
  }));

test('without BroadcastChannel a session survives a reload', () =>
  inWorld(async (world) => {
    await world.context.addInitScript(() => {
      delete globalThis.BroadcastChannel;
    });
    const options = { name: 'no-channel', worker: false };
    const page = await tab(world, options);
    await signUp(page, 'ada');
    await shows(await reload(page, options), open('ada'));
    await call(page, 'logOut');
    await shows(await reload(page, options), nobody);
  }));

test('a log-out on a full disk is one: its key is gone, and the row is cleared away later', () =>
  inWorld(async (world) => {
    const options = { name: 'full', worker: false };
    const page = await tab(world, options);
    await signUp(page, 'ada', { remember: true });
    await page.evaluate(() => {
      const { add, put } = IDBObjectStore.prototype;
      const full = () => {
        throw new DOMException('The disk is full.', 'QuotaExceededError');
      };
      Object.assign(IDBObjectStore.prototype, { add: full, put: full });
      globalThis.makeRoom = () => Object.assign(IDBObjectStore.prototype, { add, put });
    });
    assert.equal((await call(page, 'logOut')).value, true);
    await shows(page, nobody);
    await shows(await reload(page, options), nobody);
    assert.deepEqual(await page.evaluate(() => accounts.list().then((list) => list.map(({ state }) => state))), [
      'closed',
    ]);
  }));
