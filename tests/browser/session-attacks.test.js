// An adversary at the browser's storage: what editing the wrapped keys or a tab's ticket yields. Nobody else's session,
// and no longer one. (What editing the rows yields is in tests/cpp and tests/attacks.)
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setUp } from './site.js';

let world;
before(async () => {
  world = await setUp();
  await world.context.addInitScript(() => {
    /** Everything in the key database, or what `edit` makes of it. */
    globalThis.keys = async (name, edit) => {
      const open = indexedDB.open(`placecard-keys/${name}`, 1);
      const done = (request) =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const database = await done(open);
      const store = database.transaction('keys', 'readwrite').objectStore('keys');
      const [ids, records] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
      const all = Object.fromEntries(ids.map((id, index) => [id, records[index]]));
      if (edit) {
        const edited = edit(all);
        store.clear();
        for (const [id, record] of Object.entries(edited)) store.put(record, id);
      }
      await done(store.count());
      database.close();
      return all;
    };
  });
});
after(() => world.close());

/** Ada and Grace, both remembered; Grace was last. */
async function victims(name, options = {}) {
  const page = await world.open();
  const open = async () => {
    await page.waitForFunction('globalThis.ready');
    return page.evaluate(
      async ([options, clock]) => {
        const now = clock === null ? undefined : () => Date.now() + clock;
        globalThis.accounts = await placecard.open({ ...options, now, worker: false });
        const { user, session } = accounts.getSnapshot();
        return [user.username ?? null, session];
      },
      [{ name, ...options }, clock],
    );
  };
  let clock = null;
  await open();
  await page.evaluate(async () => {
    for (const who of ['ada', 'grace']) await accounts.signUp({ ...form(who), remember: true });
  });
  return {
    page,
    /** What is there after the adversary's work, when the page is opened again. */
    async reopened(later = null) {
      clock = later;
      await page.evaluate(() => accounts.close());
      await page.reload();
      return open();
    },
    close: () => page.close(),
  };
}

const ids = (page, name) => page.evaluate((name) => keys(name).then(Object.keys), name);

test('swapping two wrapped keys opens neither session', async () => {
  const name = 'swapped';
  const { page, reopened, close } = await victims(name);
  assert.deepEqual(await reopened(), ['grace', 'open'], 'without an attack it is there');
  await page.evaluate(
    (name) =>
      keys(name, (all) => {
        const [one, other] = Object.keys(all).filter((id) => id !== 'install');
        return { ...all, [one]: all[other], [other]: all[one] };
      }),
    name,
  );
  assert.deepEqual(await reopened(), [null, 'none']);
  const { code } = await page.evaluate(() => attempt(accounts.switchTo('ada')));
  assert.equal(code, 'not-logged-in');
  await close();
});

for (const [what, edit] of Object.entries({
  'a flipped bit in a wrapped key': (record) => {
    const wrapped = new Uint8Array(record.wrapped.slice(0));
    wrapped[0] ^= 1;
    return { ...record, wrapped: wrapped.buffer };
  },
  'another nonce': (record) => ({ ...record, iv: record.iv.map((byte) => byte ^ 1) }),
  'a record that is none': () => ({ wrapped: 'no' }),
})) {
  test(`${what} opens nothing, and the page still opens`, async () => {
    const name = `edited ${what}`;
    const { page, reopened, close } = await victims(name);
    await page.evaluate(
      ([name, edit]) =>
        keys(name, (all) =>
          Object.fromEntries(
            Object.entries(all).map(([id, record]) => [
              id,
              id === 'install' ? record : new Function(`return ${edit}`)()(record),
            ]),
          ),
        ),
      [name, String(edit)],
    );
    assert.deepEqual(await reopened(), [null, 'none']);
    assert.equal(
      (
        await page.evaluate(() =>
          attempt(accounts.logIn({ login: 'ada', password: 'a long enough password' }).then(() => 1)),
        )
      ).value,
      1,
    );
    await close();
  });
}

test('a wrapped key of the adversary’s own opens nothing', async () => {
  const name = 'own';
  const { page, reopened, close } = await victims(name);
  await page.evaluate(async (name) => {
    for (const id of Object.keys(await keys(name))) {
      if (id !== 'install') await placecard.webCryptoKeyStore(name).put(id, new Uint8Array(32).fill(7));
    }
  }, name);
  assert.deepEqual(await reopened(), [null, 'none']);
  await close();
});

test('a key that is put back after the log-out, or after the time was up, opens nothing', async () => {
  const name = 'back';
  const { page, reopened, close } = await victims(name, { session: { idle: 1000 * 60 * 60 } });
  const putBack = async () => {
    await page.evaluate((name) => keys(name, () => kept), name);
  };
  await page.evaluate(async (name) => {
    globalThis.kept = await keys(name);
  }, name);
  await page.evaluate(() => accounts.logOut());
  assert.equal((await ids(page, name)).length, 2, 'Ada’s and the installation’s');
  await putBack();
  assert.deepEqual(await reopened(), [null, 'none']);

  await page.evaluate(() => accounts.switchTo('ada'));
  const [before] = (await ids(page, name)).filter((id) => id !== 'install');
  assert.ok(before);
  assert.deepEqual(await reopened(1000 * 60 * 61), [null, 'locked'], 'an hour later');
  assert.deepEqual(await reopened(0), [null, 'locked'], 'and with the clock as it was');
  await close();
});

test('another installation’s secret leaves a session not fresh', async () => {
  const name = 'install';
  const { page, reopened, close } = await victims(name);
  assert.deepEqual(await reopened(), ['grace', 'open']);
  assert.equal(await page.evaluate(() => accounts.isFresh), true, 'a reload');
  await page.evaluate((name) => keys(name, ({ install, ...all }) => all), name);
  assert.deepEqual(await reopened(), ['grace', 'open']);
  assert.equal(await page.evaluate(() => accounts.isFresh), false);
  await page.evaluate(() => accounts.confirmLogin('a long enough password'));
  await reopened();
  assert.equal(await page.evaluate(() => accounts.isFresh), true, 'bound to this one now');
  await close();
});

test('a ticket that was edited opens nothing, whatever is in it', async () => {
  const name = 'ticket';
  const { page, reopened, close } = await victims(name);
  await page.evaluate(() => accounts.signUp(form('edsger')));
  assert.deepEqual(await reopened(), ['edsger', 'open']);
  const ticket = await page.evaluate((name) => sessionStorage.getItem(`placecard/${name}/session`), name);
  const [others] = (await ids(page, name)).filter((id) => id !== 'install');
  for (const edited of [
    others + ticket.slice(32),
    ticket.slice(0, 95) + (ticket.endsWith('0') ? '1' : '0'),
    ticket.slice(0, 32) + '0'.repeat(64),
    ticket.slice(0, 32),
    `${ticket}${ticket}`,
    '{"user":"ada"}',
    '',
  ]) {
    const [user, session] = await (async () => {
      await page.evaluate(([name, text]) => sessionStorage.setItem(`placecard/${name}/session`, text), [name, edited]);
      return reopened();
    })();
    assert.deepEqual([user, session], [null, 'none'], edited);
  }
  await close();
});
