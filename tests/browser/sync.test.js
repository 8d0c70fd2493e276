// Sync as visitors have it: a page that was offline, several tabs, a long queue; against the real server on another origin.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { createHandler, nodeListener, pgliteDatabase } from '../../dist/placecard/server/node.js';
import { wasmModule } from '../support/core.js';
import { setUp } from './site.js';

let world;
let database;
let server;
/** Requests that arrived: [path, ops in it]. @type {[string, number][]} */
let seen = [];

before(async () => {
  world = await setUp();
  database = pgliteDatabase(await PGlite.create());
  const wasm = await wasmModule();
  const origins = [new URL(world.url).origin];
  const handler = createHandler({ database, wasm, origins });
  server = createServer(nodeListener(watched(handler)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // It makes its tables when it is first asked, and here a page begins without a network.
  await handler(new Request('http://localhost/healthz'));
});
after(async () => {
  await world.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  await database.close();
});

/** @param {import('../../web/server/handler.js').Handler} handler */
function watched(handler) {
  return async (request, connection) => {
    const { pathname } = new URL(request.url);
    if (request.method !== 'OPTIONS') {
      const body = request.method === 'POST' ? await request.clone().json() : {};
      seen.push([pathname, body.ops?.length ?? 0]);
    }
    return handler(request, connection);
  };
}

/** @param {string} name */
async function tab(name, more = {}) {
  const page = await world.open();
  await page.evaluate(
    async ([name, url, more]) => {
      globalThis.accounts = await placecard.open({ name, sync: { url, ...more } });
    },
    [name, `http://localhost:${server.address().port}/`, more],
  );
  return page;
}

const inState = (page, state) =>
  page.waitForFunction((state) => accounts.getSnapshot().sync.state === state, state, { timeout: 60_000 });
const usernames = async (like) =>
  (await database.query('SELECT username FROM "user" WHERE username LIKE $1 ORDER BY username', [like])).map(
    ({ username }) => username,
  );

test('a page signs up offline, the network comes back, and it syncs by itself', async () => {
  const page = await tab('offline');
  await world.context.setOffline(true);
  await page.evaluate(async () => {
    await accounts.signUp(form('offline-ada'));
    await accounts.signUp(form('offline-ben'));
  });
  await inState(page, 'offline');
  assert.equal(await page.evaluate(() => accounts.getSnapshot().sync.waiting), 2);
  assert.equal(await page.evaluate(() => accounts.currentUser.username), 'offline-ben');
  assert.deepEqual(await usernames('offline-%'), []);
  await world.context.setOffline(false);
  await inState(page, 'synced');
  assert.deepEqual(await usernames('offline-%'), ['offline-ada', 'offline-ben']);
  await page.close();
});

test('what was not sent before the tab was closed is sent when the page is opened again', async () => {
  const page = await tab('reopened', { auto: false });
  await page.evaluate(() => accounts.signUp(form('reopened-ada')));
  await page.close();
  const next = await tab('reopened');
  await inState(next, 'synced');
  assert.deepEqual(await usernames('reopened-%'), ['reopened-ada']);
  await next.close();
});

test('of two tabs one syncs, and the other knows', async () => {
  const [first, second] = [await tab('tabs'), await tab('tabs')];
  await first.evaluate(() => accounts.signUp(form('tabs-ada')));
  await inState(first, 'synced');
  await inState(second, 'synced');
  seen = [];
  // Both wake up with something to send, in the same moment.
  await first.evaluate(() => accounts.session.data.set('dinner', 'soup'));
  await Promise.all([first, second].map((page) => page.evaluate(() => dispatchEvent(new Event('online')))));
  for (const page of [first, second]) {
    await page.waitForFunction(() => {
      const { waiting, syncing } = accounts.getSnapshot().sync;
      return waiting === 0 && !syncing;
    });
  }
  const pushes = seen.filter(([path]) => path === '/v1/push');
  assert.deepEqual(pushes, [['/v1/push', 1]]);
  await Promise.all([first.close(), second.close()]);
});

test('a tab does not take the failed sync of another for one that was well', async () => {
  const one = await tab('failing', { auto: false });
  const other = await tab('failing', { auto: false });
  await other.evaluate(() => {
    globalThis.told = [];
    accounts.subscribe(() => told.push(accounts.getSnapshot().sync.lastSyncedAt));
  });
  await world.context.setOffline(true);
  assert.equal((await one.evaluate(() => attempt(accounts.sync()))).code, 'sync-unreachable');
  await world.context.setOffline(false);
  const since = await one.evaluate(() => Date.now());
  await one.evaluate(() => accounts.sync());
  await other.waitForFunction(() => accounts.getSnapshot().sync.lastSyncedAt !== null);
  const first = (await other.evaluate(() => told)).find((at) => at !== null);
  assert.ok(first >= since, 'of the one that was');
  await one.close();
  await other.close();
});

test('progress is told while a long queue goes up', async () => {
  const page = await tab('queue', { auto: false });
  const told = await page.evaluate(async () => {
    await accounts.signUp(form('queue-ada'));
    for (let index = 0; index < 299; index += 1) await accounts.session.data.set(`key ${index}`, index);
    const told = [];
    accounts.on('sync-progress', ({ done, total }) => told.push([done, total]));
    const { pushed, waiting } = await accounts.sync();
    return [...told, [pushed, waiting]];
  });
  assert.deepEqual(told, [
    [256, 300],
    [300, 300],
    [300, 0],
  ]);
  await page.close();
});

test('what another device changed shows here, in the page and in its other tabs', async () => {
  const page = await tab('devices');
  const other = await tab('devices');
  await page.evaluate(() => accounts.signUp(form('devices-ada')));
  await inState(page, 'synced');
  const device = await tab('device-2');
  await device.evaluate(async () => {
    const { username: login, password } = form('devices-ada');
    await accounts.logIn({ login, password });
    await accounts.update({ username: 'devices-renamed' });
    await accounts.sync();
  });
  await page.evaluate(() => accounts.sync());
  for (const each of [page, other]) {
    await each.waitForFunction(() => accounts.currentUser.username === 'devices-renamed');
  }
  await Promise.all([page.close(), other.close(), device.close()]);
});
