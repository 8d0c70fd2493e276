// A page comes and goes: reload, a closed tab, the back button, and two versions of it open at once.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import initSqlJs from 'sql.js';
import { fill, openPage, setUp } from './site.js';

let world;
before(async () => {
  world = await setUp();
});
after(() => world.close());

const start = (page, options) =>
  page.evaluate(async (options) => {
    globalThis.accounts = await placecard.open(options);
  }, options);
const signUp = (page, name) => page.evaluate((name) => attempt(accounts.signUp(form(name))), name);
const namesIn = (page) => page.evaluate(() => names(accounts));

test('a reload, and a tab that is closed without close(), keep everything that was acknowledged', async () => {
  const options = { name: 'reload' };
  const page = await world.open();
  await start(page, options);
  await signUp(page, 'ada');
  await page.evaluate(() => void accounts.signUp(form('on-the-way')));
  await page.reload();
  await page.waitForFunction('globalThis.ready');
  await start(page, options);
  assert.equal((await namesIn(page))[0], 'ada');
  await signUp(page, 'grace');
  await page.close();
  const next = await world.open();
  await start(next, options);
  const found = (await namesIn(next)).filter((name) => name !== 'on-the-way');
  assert.deepEqual(found, ['ada', 'grace']);
  assert.equal((await signUp(next, 'edsger')).code, undefined);
  await next.close();
});

for (const worker of [true, false]) {
  test(`the back button brings a page back that goes on, ${worker ? 'with its Worker' : 'without a Worker'}`, async () => {
    const options = { name: `back-${worker}`, worker };
    const page = await world.open();
    await start(page, options);
    await signUp(page, 'before');
    await page.evaluate(() => {
      globalThis.same = true;
      addEventListener('pageshow', ({ persisted }) => {
        globalThis.persisted = persisted;
      });
    });
    await page.goto(`${world.url}?elsewhere`);
    const other = await world.open();
    await start(other, options);
    assert.equal((await signUp(other, 'meanwhile')).code, undefined);
    await page.goBack({ waitUntil: 'commit' });
    await page.waitForFunction('globalThis.ready');
    if (await page.evaluate(() => globalThis.same !== true))
      await start(page, options); // not kept, which is allowed
    else assert.equal(await page.evaluate(() => persisted), true);
    assert.equal(await page.evaluate(() => accounts.users.count()), 2, 'it did not look again');
    assert.equal((await signUp(page, 'meanwhile')).code, 'username-taken');
    assert.equal((await signUp(page, 'after')).code, undefined);
    assert.deepEqual(await namesIn(page), ['before', 'meanwhile', 'after']);
    await Promise.all([page.close(), other.close()]);
  });
}

test('two versions of the page at once write the same accounts', async () => {
  await fill(join(world.site.folder, 'v2'));
  const [one, two] = [await world.open(), await openPage(world.context, `${world.url}v2/`)];
  for (const page of [one, two]) await start(page, { name: 'versions' });
  await Promise.all(
    [one, two].map((page, index) =>
      page.evaluate(async (index) => {
        for (let count = 0; count < 30; count += 1) await accounts.signUp(form(`version-${index}-${count}`));
      }, index),
    ),
  );
  for (const page of [one, two]) await page.evaluate(() => accounts.users.filterBy({ username: 'nobody' }).first());
  assert.equal((await namesIn(one)).length, 60);
  assert.deepEqual(await namesIn(one), await namesIn(two));
  await Promise.all([one.close(), two.close()]);
});

test('an older page refuses to touch what a newer version has written, and leaves it as it is', async () => {
  const options = { name: 'newer' };
  const old = await world.open();
  await start(old, options);
  await signUp(old, 'ada');
  const bytes = await newer(await old.evaluate(async () => Array.from(await accounts.exportDatabase())));
  // As the newer version's own code would store it.
  const store = await world.open();
  await store.evaluate(
    async ({ options, bytes }) => {
      const image = new Uint8Array(bytes);
      const connection = await placecard.indexedDbStorage(options.name).open();
      await connection.load(() => {});
      const read = (from = 0, to = image.length) => image.slice(from, to);
      await connection.commit({ size: image.length, changes: new Uint32Array(), everything: true, read });
      await connection.close();
    },
    { options, bytes },
  );
  assert.equal((await signUp(old, 'grace')).code, 'database-newer');
  assert.equal((await old.evaluate(() => attempt(accounts.users.count()))).code, 'database-newer');
  assert.equal((await store.evaluate((options) => attempt(placecard.open(options)), options)).code, 'database-newer');
  const stored = await store.evaluate(async (options) => {
    const connection = await placecard.indexedDbStorage(options.name).open();
    const all = [];
    await connection.load((offset, piece) => all.splice(offset, piece.length, ...piece));
    await connection.close();
    return all;
  }, options);
  assert.ok(Buffer.from(stored).equals(Buffer.from(bytes)));
  await Promise.all([old.close(), store.close()]);
});

/** The same database, as version 99 of placecard would leave it. */
async function newer(bytes) {
  const SQL = await initSqlJs();
  const database = new SQL.Database(Uint8Array.from(bytes));
  database.run("UPDATE placecard_meta SET value = 99 WHERE key = 'schema_version'");
  const changed = Array.from(database.export());
  database.close();
  return changed;
}
