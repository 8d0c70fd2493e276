// The main job from end to end: one visit with a network, and from then on none.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assembleSite } from '../../scripts/site.mjs';
import { atHome, heard, logIn, logOut, look, send, setUp, signUp, stored } from './world.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

let world;
before(async () => {
  world = await setUp({ withSync: true });
});
after(() => world.close());

test('one visit online; then with the server gone: sign up, reload, log out, log in, answer, restart, still there; the server back: it has the account', async () => {
  const visitor = await world.resident();
  const page = await visitor.open();
  await stored(page);
  await world.stopServer();
  await page.reload();
  await page.waitForSelector('[data-notice="offline"]');
  await signUp(page, 'Grace', { remember: true });
  await page.waitForSelector('[data-notice="offline"] >> text=1 change waits to be sent.');
  await page.reload();
  await atHome(page, 'Grace');
  await logOut(page);
  await logIn(page, 'grace@example.com', { remember: true });
  await atHome(page, 'Grace');
  await page.check('[value="yes"]');
  await page.fill('[name="guests"]', '2');
  await page.fill('[name="diet"]', 'No olives.');
  await send(page, 'answer');
  await heard(page, /Saved on this device/);
  assert.deepEqual(visitor.troubles, []);

  await world.restartBrowser();
  const later = await world.resident();
  const started = Date.now();
  const first = await later.open();
  await atHome(first, 'Grace');
  console.log(`# repeat visit offline: usable after ${Date.now() - started} ms`);
  await first.waitForSelector('[value="yes"]:checked');
  assert.equal(await first.inputValue('[name="guests"]'), '2');
  assert.equal(await first.inputValue('[name="diet"]'), 'No olives.');
  assert.match(await first.textContent('h1'), /Ada Lovelace/);

  const second = await later.open('index.html?lang=de#/guests');
  await second.waitForSelector('.cards .name');
  await second.click('#nav-home');
  await atHome(second, 'Grace');
  await second.bringToFront();
  await second.click('.actions >> text=Abmelden');
  await first.waitForSelector('body[data-view="log-in"]');
  await second.close();

  await world.startServer();
  await first.bringToFront();
  await first.evaluate(() => dispatchEvent(new Event('online')));
  await first.waitForSelector('[data-notice="offline"]', { state: 'detached' });
  // Nobody is logged in, and what was made offline arrives all the same.
  await first.waitForFunction(() =>
    /^Everything is on the server/.test(document.querySelector('#sync p')?.textContent ?? ''),
  );
  assert.deepEqual(await world.sync.users(), ['Grace']);
  await first.close();
  await later.close();
});

test('a newer version waits until somebody says reload; no page gets a file of the other one', async () => {
  const visitor = await world.resident();
  const page = await visitor.open();
  await stored(page);
  const former = await filesOf(page);
  await page.click('text=I am new here');
  await page.fill('[name="email"]', 'half@typed');
  await publish('web/party, but for a word', (text) => text.replace('Take a seat', 'Sit down'));
  const other = await visitor.open('#/sign-up');
  await other.waitForSelector('text=Take a seat');
  for (const tab of [page, other]) {
    await tab.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
    await tab.waitForSelector('[data-notice="update"]');
  }
  await look(page, 'update-ready');
  await other.bringToFront();
  await other.click('text=Reload');
  await other.waitForSelector('text=Sit down');
  const newer = await filesOf(other);
  assert.notEqual(newer.folder, former.folder);
  assert.deepEqual(newer.folders, [newer.folder]);
  // The first tab is as it was, and is told.
  await page.waitForSelector('text=This page was updated in another tab.');
  await look(page, 'update-taken');
  assert.equal(await page.inputValue('[name="email"]'), 'half@typed');
  assert.deepEqual((await filesOf(page)).folders, [former.folder]);
  await signUp(page, 'Edsger');
  await page.bringToFront();
  await page.click('[data-notice="update"] button');
  await page.waitForFunction(
    (folder) => document.querySelector('link[rel="stylesheet"]')?.href.includes(folder),
    newer.folder,
  );
  await atHome(page, 'Edsger');
  // With one tab left, the former version's files go, and the newer one works without a server.
  await other.close();
  await page.reload();
  await page.waitForFunction(
    async (folder) => (await caches.keys()).every((name) => name.endsWith(folder)),
    newer.folder,
  );
  await world.stopServer();
  await page.reload();
  await atHome(page, 'Edsger');
  await world.startServer();
  await visitor.close();
});

test('a version that is only half there is not taken', async () => {
  const visitor = await world.resident();
  const page = await visitor.open();
  await atHome(page, 'Edsger');
  const { folder } = await filesOf(page);
  await publish('half an upload', (text) => text.replace('Take a seat', 'Have a chair'), ['sw.js']);
  const isRefused = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration.update().catch(() => {});
    const { installing } = registration;
    if (installing === null) return registration.waiting === null;
    return new Promise((resolve) => {
      installing.addEventListener('statechange', () => resolve(installing.state === 'redundant'));
    });
  });
  assert.equal(isRefused, true);
  await page.reload();
  await atHome(page, 'Edsger');
  assert.equal((await filesOf(page)).folder, folder);
  await page.close();
  visitor.troubles.length = 0; // the browser notes the worker that failed
});

/** The version's folder a page is of, and those its files came from. */
function filesOf(page) {
  return page.evaluate(() => {
    const folderOf = (url) => url.match(/page-\w+/)?.[0];
    const loaded = performance.getEntriesByType('resource').map(({ name }) => folderOf(name));
    return {
      folder: folderOf(document.querySelector('link[rel="stylesheet"]').href),
      folders: [...new Set(loaded.filter(Boolean))],
    };
  });
}

/**
 * Puts another version on the server.
 * @param {string} name
 * @param {(english: string) => string} change of the words
 * @param {string[]} [only] what gets there
 */
async function publish(name, change, only) {
  const work = await mkdtemp(join(tmpdir(), 'placecard-version-'));
  const [source, site] = [join(work, 'party'), join(work, 'site')];
  await cp(join(root, 'web/party'), source, { recursive: true });
  const words = join(source, 'page/messages/en.js');
  const text = await readFile(words, 'utf8');
  assert.notEqual(change(text), text, name);
  await writeFile(words, change(text));
  await assembleSite({ source, placecard: join(root, 'dist/placecard'), site });
  if (only === undefined) {
    await rm(world.folder, { recursive: true });
    await cp(site, world.folder, { recursive: true });
  } else {
    for (const file of only) await cp(join(site, file), join(world.folder, file));
  }
  await rm(work, { recursive: true });
}
