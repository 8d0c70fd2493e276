// Any static host will do: a strict policy, a sub-path, a wrong MIME type; and what happens where none is.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { fill, openPage, setUp } from './site.js';

const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";
const wrongTypes = (file) => (file.endsWith('.wasm') ? 'text/plain' : undefined);
const rightTypes = { '.html': 'text/html', '.js': 'text/javascript' };
const typeOf = (file) => wrongTypes(file) ?? rightTypes[file.slice(file.lastIndexOf('.'))];

/** Opens, signs up, and says where it ran and how it is stored. */
const tryOut = (page, options = {}) =>
  page.evaluate(async (options) => {
    const accounts = await placecard.open(options);
    await accounts.signUp(form(`guest-${crypto.randomUUID().slice(0, 8)}`));
    const { storage } = accounts.getSnapshot();
    const count = await accounts.users.count();
    return { storage, count };
  }, options);

async function inWorld(options, run) {
  const world = await setUp(options);
  try {
    await run(world);
  } finally {
    await world.close();
  }
}

test('under a strict content security policy it runs, in a Worker', () =>
  inWorld({ serving: { headers: { 'content-security-policy': policy } } }, async (world) => {
    const page = await world.open();
    assert.equal((await tryOut(page)).count, 1);
    assert.equal(page.workers().length, 1);
    assert.equal((await tryOut(page, { worker: false })).count, 2);
  }));

test('where the policy forbids Workers it runs in the page, and says so when a Worker was asked for', () =>
  inWorld(
    { serving: { headers: { 'content-security-policy': policy.replace("worker-src 'self'", "worker-src 'none'") } } },
    async (world) => {
      const page = await world.open();
      assert.equal((await tryOut(page)).count, 1);
      assert.equal(page.workers().length, 0);
      assert.equal((await page.evaluate(() => attempt(placecard.open({ worker: true })))).code, 'core-unavailable');
    },
  ));

test('from a sub-path, and with the module served as text/plain', () =>
  inWorld({ serving: { typeOf } }, async (world) => {
    await fill(join(world.site.folder, 'some/where'));
    const page = await openPage(world.context, `${world.url}some/where/`);
    assert.equal((await tryOut(page)).count, 1);
    assert.equal((await tryOut(page, { worker: false })).count, 2);
  }));

test('opened as a file it says what to do', () =>
  inWorld({ flags: ['--allow-file-access-from-files'] }, async (world) => {
    const page = await openPage(world.context, pathToFileURL(join(world.site.folder, 'index.html')).href);
    const { code, message } = await page.evaluate(() => attempt(placecard.open()));
    assert.equal(code, 'core-unavailable');
    assert.match(message, /serve it over http/);
  }));

test('a module that is not there is a clear error, with and without a Worker', () =>
  inWorld({}, async (world) => {
    const page = await world.open();
    for (const worker of [undefined, false]) {
      const outcome = await page.evaluate(
        (worker) => attempt(placecard.open({ worker, wasm: new URL('nowhere.wasm', location.href) })),
        worker,
      );
      assert.equal(outcome.code, 'core-unavailable');
      assert.match(outcome.message, /404/);
    }
  }));

test('a tab in which nothing could be opened is not counted by the others', () =>
  inWorld({}, async (world) => {
    const page = await world.open();
    const outcome = await page.evaluate(async () => {
      // The browser lets it in among the tabs only when it has given up.
      const options = { name: 'late', worker: false, wasm: new Uint8Array(8) };
      return navigator.locks.request('placecard/late/session', () => attempt(placecard.open(options)));
    });
    assert.equal(outcome.code, 'core-unavailable');
    const alone = page.evaluate(() =>
      navigator.locks.request('placecard/late/session', { signal: AbortSignal.timeout(5000) }, () => 'alone'),
    );
    assert.equal(await alone, 'alone');
  }));

test('a Worker that dies gives core-stopped, to what is under way and to what comes', () =>
  inWorld({}, async (world) => {
    const page = await world.open();
    await page.evaluate(async () => {
      globalThis.accounts = await placecard.open();
      await accounts.signUp(form('ada'));
    });
    const [worker] = page.workers();
    await worker.evaluate(() => {
      // Nothing is answered any more, and then it breaks.
      globalThis.addEventListener('message', (event) => event.stopImmediatePropagation(), { capture: true });
      setTimeout(() => {
        throw new Error('broken');
      });
    });
    const outcomes = await page.evaluate(async () => {
      const outcomes = [];
      while (outcomes.at(-1)?.code === undefined) outcomes.push(await attempt(accounts.users.count()));
      outcomes.push(await attempt(accounts.signUp(form('grace'))));
      await accounts.close();
      return outcomes.map(({ code }) => code);
    });
    assert.deepEqual(outcomes.slice(-2), ['core-stopped', 'core-stopped']);
    assert.equal((await tryOut(page)).count, 2);
  }));

for (const [how, prepare] of [
  ['the browser tells', () => {}],
  ['a lock tells, where the browser does not', () => delete MessagePort.prototype.onclose],
]) {
  test(`a Worker that ends without a word gives core-stopped too: ${how}`, () =>
    inWorld({}, async (world) => {
      const page = await world.open();
      await page.evaluate(prepare);
      await page.evaluate(async () => {
        globalThis.accounts = await placecard.open();
        await accounts.signUp(form('ada'));
      });
      const [worker] = page.workers();
      // A call is under way, and is not answered.
      await worker.evaluate(() => {
        globalThis.postMessage = () => {};
      });
      await page.evaluate(() => {
        globalThis.pending = attempt(accounts.users.count());
      });
      await worker.evaluate(() => globalThis.close());
      assert.equal((await page.evaluate(() => pending)).code, 'core-stopped');
      assert.equal((await page.evaluate(() => attempt(accounts.users.count()))).code, 'core-stopped');
      assert.equal((await tryOut(page)).count, 2);
    }));
}

test('where the browser stores nothing, memory is used and the snapshot says so', () =>
  inWorld({}, async (world) => {
    for (const breaking of [
      () => Object.defineProperty(globalThis, 'indexedDB', { value: undefined }),
      () => {
        IDBFactory.prototype.open = () => {
          throw new DOMException('denied', 'SecurityError');
        };
      },
    ]) {
      const page = await world.open();
      await page.evaluate(breaking);
      assert.deepEqual(await tryOut(page, { worker: false }), { storage: 'memory', count: 1 });
      await page.close();
    }
  }));

test('the snapshot tells how things are stored, and stays the same object until that changes', () =>
  inWorld({}, async (world) => {
    const page = await world.open();
    const seen = await page.evaluate(async () => {
      let answer;
      navigator.storage.persist = () =>
        new Promise((resolve) => {
          answer = resolve;
        });
      const accounts = await placecard.open();
      const kept = ({ storage, persisted }) => ({ storage, persisted });
      const first = accounts.getSnapshot();
      const isSame = first === accounts.getSnapshot();
      const changed = new Promise((resolve) => {
        accounts.subscribe(() => accounts.getSnapshot().persisted !== null && resolve());
      });
      const before = answer !== undefined;
      await accounts.signUp(form('ada'));
      answer(true);
      await changed;
      const second = accounts.getSnapshot();
      answer = undefined;
      await accounts.signUp(form('grace'));
      const frozen = Object.isFrozen(second);
      return { first: kept(first), isSame, before, second: kept(second), again: answer !== undefined, frozen };
    });
    assert.deepEqual(seen, {
      first: { storage: 'best-effort', persisted: null },
      isSame: true,
      before: false,
      second: { storage: 'durable', persisted: true },
      again: false,
      frozen: true,
    });
  }));
