// What the browser tests serve: the package, and a page that has opened nothing yet.
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '../../scripts/serve.mjs';
import { launch, newProfile } from './chromium.js';

const dist = fileURLToPath(new URL('../../dist/placecard', import.meta.url));
const files = ['index.js', 'worker.js', 'service.js', 'placecard.wasm'];

const html = `<!doctype html><meta charset="utf-8"><title>placecard test</title><script type="module" src="page.js"></script>`;

// Tests call these names inside the page.
const script = `import * as placecard from './placecard/index.js';
// The cheapest Argon2id that is allowed: these tests are about what becomes of the rows.
globalThis.placecard = { ...placecard, open: (options) => placecard.open({ kdf: { memoryMiB: 19 }, ...options }) };
globalThis.form = (name) => ({ username: name, email: name + '@example.com', password: 'a long enough password' });
globalThis.attempt = (promise) => promise.then((value) => ({ value }), ({ code, name, message, fields }) =>
  ({ code, name, message, fields }));
globalThis.names = async (accounts) => (await accounts.users.orderBy('id').all()).map((user) => user.username);
globalThis.ready = true;
`;

/** A folder with the page and the package in it. */
export async function newSite() {
  const folder = await mkdtemp(join(tmpdir(), 'placecard-site-'));
  await fill(folder);
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** @param {string} folder */
export async function fill(folder) {
  for (const file of files) await cp(join(dist, file), join(folder, 'placecard', file));
  await writeFile(join(folder, 'index.html'), html);
  await writeFile(join(folder, 'page.js'), script);
}

/**
 * A served site, a fresh profile and a browser, all taken away by `close`.
 * @param {{ serving?: Parameters<typeof serve>[1], flags?: string[] }} [options]
 */
export async function setUp({ serving, flags } = {}) {
  const site = await newSite();
  const server = await serve(site.folder, serving);
  const profile = await newProfile();
  let browser = await launch(profile.folder, flags);
  return {
    site,
    url: server.url,
    profile,
    get context() {
      return browser.context;
    },
    /** A new tab with the page in it. */
    open: (url = server.url) => openPage(browser.context, url),
    kill: () => browser.kill(),
    async relaunch() {
      browser = await launch(profile.folder, flags);
    },
    async close() {
      await browser.close();
      await server.close();
      await profile.remove();
      await site.remove();
    },
  };
}

/**
 * @param {import('playwright-core').BrowserContext} context
 * @param {string} url
 */
export async function openPage(context, url) {
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error('in the page:', error));
  await page.goto(url);
  await page.waitForFunction('globalThis.ready');
  return page;
}

/**
 * Pretends that the disk has so many bytes for this origin, for as long as the session lasts; null takes that back.
 * @param {import('playwright-core').CDPSession} session
 * @param {string} url
 * @param {number | null} quotaSize
 */
export async function setQuota(session, url, quotaSize) {
  const { origin } = new URL(url);
  await session.send('Storage.overrideQuotaForOrigin', quotaSize === null ? { origin } : { origin, quotaSize });
}
