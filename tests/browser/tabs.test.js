// What goes wrong between tabs: one that is far behind, one that failed before, one that is frozen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setUp } from './site.js';

let world;
before(async () => {
  world = await setUp();
});
after(() => world.close());

/** A tab that runs in the page and hears nothing of other tabs. */
async function deafTab(name) {
  const page = await world.open();
  await page.evaluate(async (name) => {
    globalThis.BroadcastChannel = class {
      postMessage() {}
      close() {}
    };
    globalThis.accounts = await placecard.open({ name, worker: false });
  }, name);
  return page;
}

async function tab(name) {
  const page = await world.open();
  await page.evaluate(async (name) => {
    globalThis.accounts = await placecard.open({ name });
  }, name);
  return page;
}

const signUp = (page, name) => page.evaluate((name) => attempt(accounts.signUp(form(name))), name);
/** All names, once a miss has made the tab look at what is stored. */
const namesIn = (page) =>
  page.evaluate(async () => {
    await accounts.users.filterBy({ username: 'nobody' }).first();
    return names(accounts);
  });

test('a tab that missed a bulk import and a pruned log loses nothing and overwrites nothing', async () => {
  const name = 'stale';
  const stale = await deafTab(name);
  assert.equal((await signUp(stale, 'before')).code, undefined);
  const busy = await tab(name);
  const bulk = 20_000;
  await busy.evaluate(async (bulk) => {
    await accounts.importUsers(Array.from({ length: bulk }, (_, index) => ({ username: `guest-${index}` })));
    for (let index = 0; index < 150; index += 1) await accounts.signUp(form(`after-${index}`));
  }, bulk);

  assert.equal((await signUp(stale, 'after-149')).code, 'username-taken');
  assert.equal((await signUp(stale, 'late')).code, undefined);
  assert.equal(await stale.evaluate(() => accounts.users.count()), 1 + bulk + 150 + 1);
  assert.deepEqual(await namesIn(await tab(name)), await namesIn(stale));
  assert.deepEqual(await namesIn(busy), await namesIn(stale));
});

test('a tab that is behind by more than the log keeps, and commits first, loses nothing', async () => {
  const name = 'pruned';
  const stale = await deafTab(name);
  const busy = await tab(name);
  await busy.evaluate(async () => {
    for (let index = 0; index < 200; index += 1) await accounts.signUp(form(`guest-${index}`));
  });
  assert.equal((await signUp(stale, 'late')).code, undefined);
  assert.equal((await namesIn(stale)).length, 201);
  assert.deepEqual(await namesIn(await tab(name)), await namesIn(stale));
});

test('a miss looks once more: what another tab has stored is found at once', async () => {
  const name = 'miss';
  const deaf = await deafTab(name);
  const other = await tab(name);
  await signUp(other, 'ada');
  const found = await deaf.evaluate(async () => (await accounts.users.filterBy({ username: 'ada' }).first())?.username);
  assert.equal(found, 'ada');
});

test('a tab takes turns, which cost time, only once it has heard of another one', async () => {
  const name = 'turns';
  const page = await world.open();
  await page.evaluate(async (name) => {
    globalThis.turns = 0;
    const { request } = LockManager.prototype;
    LockManager.prototype.request = function (lock, ...rest) {
      if (lock === `placecard/${name}`) globalThis.turns += 1;
      return request.call(this, lock, ...rest);
    };
    globalThis.accounts = await placecard.open({ name, worker: false });
  }, name);
  const turns = async (guest) => {
    assert.equal((await signUp(page, guest)).code, undefined);
    return page.evaluate(() => globalThis.turns);
  };
  for (const guest of ['one', 'two', 'three']) assert.equal(await turns(guest), 0);
  const other = await tab(name);
  await signUp(other, 'meanwhile');
  // Not before it has heard of that. waitForFunction() would take the promise for true.
  await page.evaluate(async () => {
    while ((await accounts.users.count()) !== 4) await new Promise((again) => setTimeout(again, 10));
  });
  assert.equal(await turns('four'), 1);
});

test('a tab that hears nothing takes turns from its first conflict on', async () => {
  const name = 'conflict';
  const deaf = await deafTab(name);
  const other = await tab(name);
  // Rows, because a session is told of on a channel of its own, which the deaf tab hears.
  await other.evaluate(() => accounts.importUsers([{ username: 'first' }]));
  const turns = await deaf.evaluate(async () => {
    let turns = 0;
    const { request } = LockManager.prototype;
    LockManager.prototype.request = function (...args) {
      if (args[0] === 'placecard/conflict') turns += 1;
      return request.apply(this, args);
    };
    const outcome = await attempt(accounts.importUsers([{ username: 'second' }]));
    LockManager.prototype.request = request;
    return { turns, code: outcome.code, names: await names(accounts) };
  });
  assert.deepEqual(turns, { turns: 1, code: undefined, names: ['first', 'second'] });
});

test('a tab that writes without a pause leaves others their turn', async () => {
  const name = 'pushing';
  const pages = [await tab(name), await tab(name), await tab(name)];
  for (const [index, page] of pages.slice(1).entries()) {
    await page.evaluate((index) => {
      globalThis.stop = false;
      globalThis.pushing = (async () => {
        let count = 0;
        for (; !stop; count += 1) await accounts.importUsers([{ username: `push-${index}-${count}` }]);
        return count;
      })();
    }, index);
  }
  const codes = await pages[0].evaluate(async () => {
    const codes = [];
    for (let index = 0; index < 50; index += 1)
      codes.push((await attempt(accounts.importUsers([{ username: `guest-${index}` }]))).code);
    return codes;
  });
  assert.deepEqual(codes, Array(50).fill(undefined));
  let count = 50;
  for (const page of pages.slice(1)) {
    count += await page.evaluate(() => {
      globalThis.stop = true;
      return pushing;
    });
  }
  assert.equal((await namesIn(await tab(name))).length, count);
});

test('a frozen tab that holds the lock holds nobody up for long, and catches up when it wakes', async () => {
  const name = 'frozen';
  const frozen = await tab(name);
  const other = await tab(name);
  await signUp(frozen, 'before');
  await frozen.evaluate(
    (name) =>
      new Promise((held) => {
        navigator.locks.request(`placecard/${name}`, () => {
          held();
          return new Promise((release) => {
            globalThis.release = release;
          });
        });
      }),
    name,
  );
  const session = await world.context.newCDPSession(frozen);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  const times = await other.evaluate(async () => {
    const times = [];
    for (let index = 0; index < 5; index += 1) {
      const start = performance.now();
      await accounts.signUp(form(`guest-${index}`));
      times.push(performance.now() - start);
    }
    return times;
  });
  assert.ok(times[0] < 10_000, `waited ${times[0]} ms`);
  for (const time of times.slice(1)) assert.ok(time < 2000, `waited ${time} ms again`);
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await frozen.evaluate(() => release());
  assert.equal((await signUp(frozen, 'guest-4')).code, 'username-taken');
  assert.equal((await signUp(frozen, 'after')).code, undefined);
  assert.deepEqual(await namesIn(frozen), ['before', ...[0, 1, 2, 3, 4].map((index) => `guest-${index}`), 'after']);
});

test('tabs frozen in the middle of a stream of sign-ups hold nobody up', async () => {
  const name = 'freezing';
  const frozen = await Promise.all([tab(name), deafTab(name)]);
  const other = await tab(name);
  const sessions = await Promise.all(frozen.map((page) => world.context.newCDPSession(page)));
  for (const [index, page] of frozen.entries()) {
    await page.evaluate((index) => {
      globalThis.kept = [];
      globalThis.stop = false;
      globalThis.stream = (async () => {
        for (let count = 0; !stop; count += 1) {
          const username = `stream-${index}-${count}`;
          if ((await attempt(accounts.signUp(form(username)))).code === undefined) kept.push(username);
        }
      })();
    }, index);
    await page.waitForFunction('kept.length > 5');
  }
  for (const session of sessions) await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  for (let index = 0; index < 10; index += 1) assert.equal((await signUp(other, `other-${index}`)).code, undefined);
  for (const session of sessions) await session.send('Page.setWebLifecycleState', { state: 'active' });
  const expected = Array.from({ length: 10 }, (_, index) => `other-${index}`);
  for (const page of frozen) {
    expected.push(
      ...(await page.evaluate(async () => {
        globalThis.stop = true;
        await stream;
        return kept;
      })),
    );
  }
  assert.deepEqual((await namesIn(await tab(name))).sort(), expected.sort());
});

test('a connection closed under a commit is opened again, and no acknowledged row is lost', async () => {
  const name = 'closed';
  const page = await deafTab(name);
  const kept = await page.evaluate(async () => {
    const original = IDBDatabase.prototype.transaction;
    let writes = 0;
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      if (mode === 'readwrite') writes += 1;
      if (mode === 'readwrite' && writes % 7 === 0) this.close(); // before it: it is refused
      const transaction = original.call(this, stores, mode, options);
      if (mode === 'readwrite' && writes % 5 === 0) this.close(); // under it: it comes through
      if (mode === 'readwrite' && writes % 11 === 0) queueMicrotask(() => transaction.abort());
      return transaction;
    };
    const kept = [];
    for (let index = 0; index < 100; index += 1) {
      if ((await attempt(accounts.signUp(form(`guest-${index}`)))).code === undefined) kept.push(`guest-${index}`);
    }
    IDBDatabase.prototype.transaction = original;
    return kept;
  });
  assert.equal(kept.length, 100);
  assert.deepEqual(await namesIn(page), kept);
  assert.deepEqual(await namesIn(await tab(name)), kept);
});

test('somebody deletes what is stored while tabs are open: they begin anew and agree', async () => {
  const name = 'deleted';
  const pages = [await tab(name), await deafTab(name)];
  for (const [index, page] of pages.entries()) await signUp(page, `before-${index}`);
  await pages[0].evaluate(
    (name) =>
      new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(`placecard/${name}`);
        request.onsuccess = resolve;
        request.onerror = () => reject(request.error);
      }),
    name,
  );
  for (const [index, page] of pages.entries()) {
    assert.equal((await signUp(page, `after-${index}`)).code, undefined);
  }
  for (const page of [...pages, await tab(name)]) {
    assert.deepEqual(await namesIn(page), ['after-0', 'after-1']);
  }
});
