// The built page on a server that can be stopped, visitors in a real Chromium, and what is looked at in every state:
// axe, a strict policy nobody broke, requests that stay here, no sideways scrolling, and a picture.
import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import { createHandler, nodeListener, pgliteDatabase, setActive } from '../../dist/placecard/server/node.js';
import { filesOf } from '../../scripts/serve.mjs';
import { launch, newProfile } from '../browser/chromium.js';
import { wasmModule } from '../support/core.js';

export const site = fileURLToPath(new URL('../../dist/site', import.meta.url));
const pictures = fileURLToPath(new URL('../../build/screenshots', import.meta.url));
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const WIDTHS = [320, 768, 1280];
export const PASSWORD = 'paper tigers eat lace';

/**
 * The real sync server over PGlite, beside the page's files on one origin.
 * @typedef {(send: () => Promise<Response>, request: Request) => Promise<Response>} Weather what becomes of a request
 */
export class SyncServer {
  #handler;
  #database;
  /** @type {Weather | null} */
  weather = null;
  /** Paths of what was asked. @type {string[]} */
  asked = [];

  /** @param {string} base path it is mounted at */
  static async start(base) {
    return new SyncServer(base, pgliteDatabase(await PGlite.create()), await wasmModule());
  }

  constructor(base, database, wasm) {
    this.#database = database;
    this.handlerWith = (options) => createHandler({ database, wasm, base, ...options });
    this.listener = (fallback) => this.#listener({ base, fallback });
    this.#handler = this.handlerWith({});
  }

  #listener(options) {
    const handler = (request, connection) => {
      const send = () => this.#handler(request, connection);
      this.asked.push(new URL(request.url).pathname);
      return this.weather === null ? send() : this.weather(send, request);
    };
    return nodeListener(handler, options);
  }

  query(sql, parameters) {
    return this.#database.query(sql, parameters);
  }

  /** Who the server knows, by name. */
  async users() {
    const rows = await this.query('SELECT username FROM "user" ORDER BY username');
    return rows.map(({ username }) => username);
  }

  setActive(login, active) {
    return setActive(this.#database, login, active);
  }

  close() {
    return this.#database.close();
  }
}

/** What a proxy says while the server behind it is down. @type {Weather} */
export const down = async () => new Response('<h1>502 Bad Gateway</h1>', { status: 502 });

/**
 * @param {{ folder: string, base: string, sync: SyncServer | null, asked: string[] }} host
 * @param {number} [port]
 */
async function serve({ folder, base, sync, asked }, port = 0) {
  const files = filesOf(folder);
  const page = (request, response) => {
    asked.push(request.url);
    // Outside of the base there is nothing.
    request.url = request.url.startsWith(`${base}/`) ? request.url.slice(base.length) : '/nothing';
    return files(request, response);
  };
  const server = createServer(sync === null ? page : sync.listener(page));
  await new Promise((done, failed) => server.on('error', failed).listen(port, '127.0.0.1', done));
  return {
    url: `http://localhost:${server.address().port}${base}/`,
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

/**
 * A copy of the built site, served, with a sync server or as a static host does; and a browser.
 * @param {{ withSync?: boolean, base?: string }} [options] `base` is the path of both
 */
export async function setUp({ withSync = false, base = '' } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'placecard-party-'));
  await cp(site, folder, { recursive: true });
  await mkdir(pictures, { recursive: true });
  const profile = await newProfile();
  const sync = withSync ? await SyncServer.start(base) : null;
  /** Addresses of files that were asked for. @type {string[]} */
  const asked = [];
  const host = { folder, base, sync, asked };
  let server = await serve(host);
  const { url } = server;
  let browser = await start();
  function start() {
    return launch(profile.folder, ['--hide-scrollbars']);
  }
  return {
    folder,
    url,
    sync,
    asked,
    /** The browser's own tabs, kept in its profile. */
    get context() {
      return browser.context;
    },
    async stopServer() {
      await server.close();
    },
    async startServer() {
      server = await serve(host, Number(new URL(url).port));
    },
    async restartBrowser() {
      await browser.close();
      browser = await start();
    },
    /** Somebody with a browser of their own, in which nothing was stored yet. */
    async visitor(options = {}) {
      const context = await browser.context.browser().newContext({ locale: 'en-GB', ...options });
      return newVisitor(context, url, () => context.close());
    },
    /** Tabs of the browser that can be restarted. */
    resident: () => newVisitor(browser.context, url, async () => {}),
    async close() {
      await browser.close();
      await server.close();
      await sync?.close();
      await profile.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * @param {import('playwright-core').BrowserContext} context
 * @param {string} url
 * @param {() => Promise<void>} close
 */
async function newVisitor(context, url, close) {
  context.setDefaultTimeout(120_000); // a busy machine is no failure
  const troubles = [];
  context.on('request', (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith('blob:')) troubles.push(`asked ${request.url()}`);
  });
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
      console.error(`CSP: ${violatedDirective} ${blockedURI} ${sample}`);
    });
  });
  const watch = (page) => {
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('console', (message) => {
      if (message.type() !== 'error' || isLostConnection(message) || isOfSync(message)) return;
      troubles.push(message.text());
    });
  };
  return {
    context,
    troubles,
    /** A new tab. */
    async open(address = '') {
      const page = await context.newPage();
      watch(page);
      await page.goto(url + address);
      await page.waitForSelector('body:not([data-view="loading"])');
      return page;
    },
    /** A new tab that has not gone there yet. */
    async blank() {
      const page = await context.newPage();
      watch(page);
      return { page, go: (address = '') => page.goto(url + address) };
    },
    async close() {
      await close();
      assert.deepEqual(troubles, [], 'nothing was refused by the policy, thrown, or asked of anybody else');
    },
  };
}

/** A server that was stopped is part of the test. */
function isLostConnection(message) {
  return /net::ERR_(CONNECTION_REFUSED|INTERNET_DISCONNECTED|FAILED)/.test(message.text());
}

/** The browser notes every answer that is not 200: that there is no sync server, and what one refuses. */
function isOfSync(message) {
  return /^Failed to load resource/.test(message.text()) && /\/(healthz|v1\/\w+)$/.test(message.location().url);
}

/**
 * Looks at a state as it is: in both themes and at each width it does not scroll sideways, axe finds nothing, and a
 * picture is kept in build/screenshots.
 * @param {import('playwright-core').Page} page
 * @param {string} name
 */
export async function look(page, name) {
  const before = page.viewportSize();
  await page.bringToFront(); // a tab behind another one is not painted
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate(() => scrollTo(0, 0));
      const scrolls = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(scrolls <= width, `${name} scrolls sideways at ${width}: ${scrolls}`);
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}-${width}.png`), fullPage: true });
    }
    await passesAxe(page, `${name}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before !== null) await page.setViewportSize(before);
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} name of what is looked at
 * @param {string} [part] selector, when it is not the whole page
 */
export async function passesAxe(page, name, part) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(`${axe}; void 0`);
  const found = await page.evaluate(async (part) => {
    const { violations } = await axe.run(part ?? document, { rules: { 'target-size': { enabled: true } } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} ${any[0]?.message}`)}`);
  }, part);
  assert.deepEqual(found, [], `axe on ${name}`);
}

/** @param {import('playwright-core').Page} page @param {Record<string, string>} values by name */
export async function fill(page, form, values) {
  for (const [name, value] of Object.entries(values)) await page.fill(`form[name="${form}"] [name="${name}"]`, value);
}

/** @param {import('playwright-core').Page} page */
export async function send(page, form) {
  await page.click(`form[name="${form}"] button[type="submit"]`);
}

/** @param {string} name */
export function guest(name) {
  return { username: name, email: `${name.toLowerCase()}@example.com`, password: PASSWORD, repeat: PASSWORD };
}

/** @param {import('playwright-core').Page} page @param {string} name */
export async function signUp(page, name, { remember = false } = {}) {
  await go(page, 'sign-up');
  await fill(page, 'sign-up', guest(name));
  if (remember) await page.check('form[name="sign-up"] [name="remember"]');
  await send(page, 'sign-up');
  await atHome(page, name);
}

/** @param {import('playwright-core').Page} page @param {string} login */
export async function logIn(page, login, { password = PASSWORD, remember = false } = {}) {
  await go(page, 'log-in');
  await fill(page, 'log-in', { username: login, password });
  if (remember) await page.check('form[name="log-in"] [name="remember"]');
  await send(page, 'log-in');
}

/** @param {import('playwright-core').Page} page */
export async function logOut(page) {
  await page.click('.actions >> text=Log out');
  await heard(page, /You are logged out/);
}

/** @param {import('playwright-core').Page} page @param {string} name */
export async function atHome(page, name) {
  await page.waitForFunction(
    (name) => document.body.dataset.view === 'home' && document.querySelector('#panel .name')?.textContent === name,
    name,
  );
}

/** @param {import('playwright-core').Page} page @param {string} route */
export async function go(page, route) {
  await page.evaluate((route) => {
    location.hash = `#/${route}`;
  }, route);
  await page.waitForSelector(`body[data-view="${route}"]`);
}

/** The sentence beside a field. */
export async function errorOf(page, form, name) {
  const field = page.locator(`form[name="${form}"] :is(.field, fieldset):has([name="${name}"]) .error p`).first();
  await field.waitFor();
  return field.textContent();
}

/**
 * Accounts opened once more in the page, as another program on this device would: a handle for page.evaluate.
 * @param {import('playwright-core').Page} page
 */
export function accountsIn(page) {
  return page.evaluateHandle(async () => {
    const [, folder] = document.querySelector('link[rel="stylesheet"]').href.match(/(page-\w+)\//);
    const { open } = await import(`./${folder}/placecard/index.js`);
    return open();
  });
}

/** What the live regions say. */
export async function heard(page, pattern) {
  await page.waitForFunction(
    (source) =>
      ['polite', 'alert', 'notices'].some((id) => new RegExp(source).test(document.getElementById(id).textContent)),
    pattern.source,
  );
}

/** Until the service worker has everything. */
export async function stored(page) {
  await page.waitForSelector('#stored');
}
