// A disk that is full, at many points of a run.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setQuota, setUp } from './site.js';
import { inspect } from './sqlite.js';

const START = 300_000;
const STEP = 130_000;
const ROUNDS = 15;

let world;
let session;
let quota = START;
before(async () => {
  world = await setUp();
  session = await world.context.newCDPSession(await world.context.newPage());
  // From the start, because the browser asks only now and then while there is plenty.
  await setQuota(session, world.url, quota);
});
after(() => world.close());

async function tab(options = {}) {
  const page = await world.open();
  await page.evaluate(async (options) => {
    globalThis.accounts = await placecard.open(options);
  }, options);
  return page;
}

/** Bytes of the tab's memory, and of what a new tab reads. */
async function exported(page) {
  const base64 = await page.evaluate(async () => {
    const bytes = await accounts.exportDatabase();
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  });
  return Buffer.from(base64, 'base64');
}

test('after a commit that failed, another commit of the same version is seen as it is', async () => {
  const failing = await tab({ worker: false });
  const refused = await failing.evaluate(async () => {
    for (let index = 0; ; index += 1) {
      const { code } = await attempt(accounts.signUp(form(`more-${index}`)));
      if (code === 'storage-full') return `more-${index}`;
      if (code !== undefined) throw new Error(code);
    }
  });
  quota += STEP;
  await setQuota(session, world.url, quota);
  const other = await tab();
  const signUp = (page, name) => page.evaluate((name) => attempt(accounts.signUp(form(name))), name);
  assert.equal((await signUp(other, 'instead')).code, undefined);
  assert.equal((await signUp(failing, 'instead')).code, 'username-taken');
  assert.equal((await signUp(failing, 'afterwards')).code, undefined);
  const all = await failing.evaluate(() => names(accounts));
  assert.ok(!all.includes(refused));
  assert.deepEqual(all.slice(-2), ['instead', 'afterwards']);
  const fresh = await tab();
  assert.deepEqual(await fresh.evaluate(() => names(accounts)), all);
});

test('a full disk at many points: a typed error each time, memory equals disk, and it goes on once there is room', async () => {
  const page = await tab();
  const kept = await page.evaluate(() => names(accounts));
  for (let round = 0; round < ROUNDS; round += 1) {
    const outcome = await page.evaluate(async (round) => {
      const kept = [];
      for (let index = 0; index < 1000; index += 1) {
        const username = `guest-${round}-${index}`;
        // Now and then many at once: a commit without a log record.
        const bulk = round % 5 === 4 && index === 2;
        const people = bulk ? Array.from({ length: 3000 }, (_, each) => `${username}-${each}`) : [username];
        const change = bulk
          ? accounts.importUsers(people.map((username) => ({ username, passwordHash: '-'.repeat(128) })))
          : accounts.signUp(form(username));
        const { code, name } = await attempt(change);
        if (name !== undefined) return { kept, code, refused: people };
        kept.push(...people);
      }
      return { kept };
    }, round);
    assert.equal(outcome.code, 'storage-full', `round ${round}`);
    kept.push(...outcome.kept);
    const fresh = await tab();
    const [memory, disk] = [await exported(page), await exported(fresh)];
    assert.ok(memory.equals(disk), 'memory and disk differ');
    assert.deepEqual(await fresh.evaluate(() => names(accounts)), kept);
    assert.deepEqual(await inspect(disk), { integrity: 'ok', users: kept.length });
    await fresh.close();
    quota += round % 5 === 3 ? 4 * STEP : STEP;
    await setQuota(session, world.url, quota);
  }
  assert.ok(kept.length > ROUNDS);
  await setQuota(session, world.url, null);
  assert.equal((await page.evaluate(() => attempt(accounts.signUp(form('at-last'))))).code, undefined);
  await page.close();
});
