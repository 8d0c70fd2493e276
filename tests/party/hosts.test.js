// Where the page may lie: on a host without a sync server, with none wanted, or below a path together with one.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { atHome, heard, look, send, setUp, signUp, stored } from './world.js';

const isOfSync = (address) => /\/(healthz|v1\/)/.test(address);

/** @param {Parameters<typeof setUp>[0]} options @param {(world: any) => Promise<void>} run */
async function withWorld(options, run) {
  const world = await setUp(options);
  try {
    await run(world);
  } finally {
    await world.close();
  }
}

/** Signs up, answers, and does what makes accounts sync. */
async function useIt(page) {
  await signUp(page, 'Grace');
  await page.check('[value="no"]');
  await send(page, 'answer');
  await heard(page, /Saved on this device/);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await stored(page);
}

test('a host without a sync server is asked once a visit, and nobody hears of it', () =>
  withWorld({}, async (world) => {
    const visitor = await world.visitor();
    const page = await visitor.open();
    for (const visit of [1, 2]) {
      if (visit === 1) await useIt(page);
      else await page.reload();
      await atHome(page, 'Grace');
      await page.waitForFunction(() =>
        performance.getEntriesByType('resource').some(({ name }) => /\/(healthz|v1\/)/.test(name)),
      );
      await page.waitForFunction(() => localStorage.getItem('placecard-party/server') === 'none');
      await page.evaluate(() => dispatchEvent(new Event('online')));
      assert.equal(await page.isVisible('#sync'), false);
      assert.equal(await page.locator('[data-notice]:not([data-notice="best-effort"])').count(), 0);
      assert.match(await page.textContent('footer'), /Accounts and answers stay on this device/);
      assert.equal(world.asked.filter(isOfSync).length, visit);
    }
    // Neither does anybody who is offline then.
    await visitor.context.setOffline(true);
    await page.reload();
    await page.waitForSelector('[data-notice="offline"] >> text=You are offline. Everything here works.');
    await atHome(page, 'Grace');
    assert.equal(await page.isVisible('#sync'), false);
    await visitor.close();
  }));

test('without the line in its head the page asks nobody', () =>
  withWorld({}, async (world) => {
    const file = join(world.folder, 'index.html');
    const html = await readFile(file, 'utf8');
    const without = html.replace(/^.*name="placecard-sync".*\n/m, '');
    assert.notEqual(without, html);
    await writeFile(file, without);
    const visitor = await world.visitor();
    const page = await visitor.open();
    await useIt(page);
    assert.equal(await page.isVisible('#sync'), false);
    assert.deepEqual(world.asked.filter(isOfSync), []);
    await visitor.close();
  }));

test('below a path, together with the server', () =>
  withWorld({ withSync: true, base: '/dinner/ada' }, async (world) => {
    const visitor = await world.visitor();
    const page = await visitor.open();
    await useIt(page);
    await page.waitForSelector('#sync >> text=Everything is on the server');
    assert.deepEqual(await world.sync.users(), ['Grace']);
    assert.ok(world.sync.asked.every((path) => path.startsWith('/dinner/ada/')));
    await look(page, 'sync-below-a-path');
    await visitor.close();
  }));
