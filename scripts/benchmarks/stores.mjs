// Contenders in Chromium, each with an origin to themselves for each set of accounts, so that nobody waits for what
// another has left to IndexedDB or to the collector of garbage.

import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { fromRoot } from './places.mjs';

/** @typedef {import('./chromium.mjs').OpenPage} OpenPage */

export const OURS = 'placecard';
export const IN_WORKER = 'placecard in its Worker';
export const SQL_JS = 'sql.js + export';
export const PLAIN = 'plain IndexedDB';
export const everybody = [OURS, IN_WORKER, SQL_JS, 'wa-sqlite IDBMirror', 'wa-sqlite IDBBatchAtomic', PLAIN];

/** A contender's database, in a tab of its own. */
export class Store {
  #page;
  #request;

  /** @param {import('playwright-core').Page} page @param {{ who: string, set: string }} request */
  constructor(page, request) {
    this.#page = page;
    this.#request = request;
  }

  /** @param {OpenPage} open @param {string} who @param {string} set */
  static async open(open, who, set) {
    const page = await open('', originOf(who, set));
    await page.waitForFunction('window.perform');
    const store = new Store(page, { who, set });
    await store.perform('open');
    return store;
  }

  /** @param {string} deed @param {object} [more] @returns {Promise<any>} */
  perform(deed, more = {}) {
    return this.#page.evaluate(
      ([deed, request]) => window.perform(deed, request),
      [deed, { ...this.#request, ...more }],
    );
  }

  /** @param {object} more @returns {Promise<number>} */
  ask(more) {
    return this.#page.evaluate((request) => window.ask(request), { ...this.#request, ...more });
  }

  async close() {
    await this.perform('close');
    await this.#page.close();
  }
}

/**
 * From before the contender's code is loaded to the first account read, in a new tab.
 * @param {OpenPage} open
 * @param {{ who: string, set: string, inWorker: boolean }} how
 * @returns {Promise<number>}
 */
export async function coldStart(open, { who, set, inWorker }) {
  const page = await open('cold.html', originOf(who, set));
  await page.waitForFunction('window.start');
  const ms = await page.evaluate((of) => window.start(...of), /** @type {const} */ ([who, set, inWorker]));
  await page.close();
  return ms;
}

/** @param {string} who @param {string} set */
const originOf = (who, set) => `${who.toLowerCase().replaceAll(/[^a-z]+/g, '-')}-${set}`;

/** The folder that is served: our package as it is published, and the others' files. */
export async function assemble() {
  const folder = fromRoot('build/bench/durable');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const copies = {
    'scripts/benchmarks/durable': '',
    'dist/placecard': 'placecard',
    'node_modules/sql.js/dist/sql-wasm-browser.wasm': 'sql-wasm-browser.wasm',
    'node_modules/@journeyapps/wa-sqlite/dist/wa-sqlite-async.mjs': 'wa-sqlite/dist/wa-sqlite-async.mjs',
    'node_modules/@journeyapps/wa-sqlite/dist/wa-sqlite-async.wasm': 'wa-sqlite/dist/wa-sqlite-async.wasm',
    'node_modules/@journeyapps/wa-sqlite/src': 'wa-sqlite/src',
  };
  for (const [from, to] of Object.entries(copies)) await cp(fromRoot(from), `${folder}/${to}`, { recursive: true });
  // sql.js comes as a script that is no module.
  await build({
    stdin: { contents: "export { default } from 'sql.js/dist/sql-wasm-browser.js'", resolveDir: fromRoot('.') },
    outfile: `${folder}/sql.js`,
    bundle: true,
    minify: true,
    format: 'esm',
    logLevel: 'error',
    external: ['node:*', 'fs', 'path', 'crypto'],
  });
  for (const [name, script] of [
    ['index', 'page'],
    ['cold', 'cold'],
  ]) {
    await writeFile(`${folder}/${name}.html`, `<!doctype html><script type="module" src="${script}.js"></script>`);
  }
  return folder;
}
