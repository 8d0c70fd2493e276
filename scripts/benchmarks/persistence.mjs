// Storing in the browser, side by side in one Chromium. Everybody stores with strict durability, and nobody hashes a
// password except where the long tasks are counted.

import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { withPages } from './chromium.mjs';
import { fromRoot } from './places.mjs';
import { compete } from './rounds.mjs';

const SIZES = [100, 10_000, 50_000];
const [FEW, MANY, MOST] = SIZES;
const BULK = 10_000;
const LOOK_UPS = 1000;
const SIGN_UPS = 20;
const LONG_TASK_MS = 50;
const COSTLY_ROUNDS = 9; // of what takes seconds

const OURS = 'placecard';
const IN_WORKER = 'placecard in its Worker';
const SQL_JS = 'sql.js + export';
const PLAIN = 'plain IndexedDB';
const starters = [IN_WORKER, OURS, SQL_JS, 'wa-sqlite IDBMirror', 'wa-sqlite IDBBatchAtomic', PLAIN];

const inserts = {
  [FEW]: [{ peer: PLAIN, atMost: 1.6 }],
  [MANY]: [
    { peer: SQL_JS, atMost: 0.15 },
    { peer: PLAIN, atMost: 1.6 },
  ],
  [MOST]: [
    { peer: SQL_JS, atMost: 0.03 },
    { peer: PLAIN, atMost: 1.6 },
  ],
};

/** @param {number} count */
const told = (count) => count.toLocaleString('en');

export async function measure({ rounds }) {
  return withPages(await assemble(), async (open) => {
    const page = await open();
    await page.waitForFunction('window.bench');
    /** @param {string} name @param {...unknown} args */
    const inPage = (name, ...args) => page.evaluate(([name, args]) => window.bench[name](...args), [name, args]);
    await inPage('fill', SIZES);
    const inserted = await inPage('insert', SIZES, rounds);
    const found = await inPage('find', MANY, rounds, LOOK_UPS);
    const bulk = await inPage('bulk', COSTLY_ROUNDS, BULK);
    const longest = await inPage('longTasks', SIGN_UPS);
    await inPage('close', SIZES);
    await page.close();
    const started = await coldStarts(open);
    return [
      ...SIZES.map((size) => ({
        title: `One durable insert among ${told(size)} accounts, in Chromium`,
        medians: ofSize(inserted, size),
        targets: inserts[size],
      })),
      {
        title: 'The same by placecard alone: it does not grow with the accounts',
        medians: [MOST, MANY, FEW].map((size) => ({
          name: `among ${told(size)}`,
          ms: ofSize(inserted, size).find(({ name }) => name === OURS).ms,
        })),
        targets: [{ peer: `among ${told(FEW)}`, atMost: 1.3 }],
      },
      {
        title: `${told(BULK)} durable rows in one transaction, in Chromium`,
        medians: bulk,
        targets: [{ peer: SQL_JS, atMost: 1 }],
      },
      {
        title: `${LOOK_UPS} look-ups by username among ${told(MANY)} accounts, in Chromium`,
        medians: found,
        targets: [{ peer: SQL_JS, atMost: 1 }],
      },
      ...SIZES.map((size) => ({
        title: `Cold start to the first account of ${told(size)}, in Chromium`,
        medians: ofSize(started, size),
        targets: [{ peer: SQL_JS, atMost: 1 }],
      })),
      {
        title: `The page's longest task in ${SIGN_UPS} sign-ups, hashing and all`,
        medians: [{ name: IN_WORKER, ms: longest, text: longest === 0 ? `none over ${LONG_TASK_MS} ms` : undefined }],
        targets: [{ peer: IN_WORKER, atMostMs: LONG_TASK_MS }],
      },
    ];
  });
}

/**
 * Each in a new tab, as a visitor's.
 * @param {(path: string) => Promise<import('playwright-core').Page>} open
 */
async function coldStarts(open) {
  const turns = SIZES.flatMap((size) =>
    starters.map((who) => [
      `${size} ${who}`,
      async () => {
        const page = await open('cold.html');
        await page.waitForFunction('window.start');
        const ownMs = await page.evaluate(([who, set]) => window.start(who, set), [who, `of-${size}`]);
        await page.close();
        return { ownMs };
      },
    ]),
  );
  return compete(Object.fromEntries(turns), COSTLY_ROUNDS, {}, 1);
}

/** @param {import('./rounds.mjs').Measured[]} medians @param {number} size */
function ofSize(medians, size) {
  const prefix = `${size} `;
  return medians
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name, ms }) => ({ name: name.slice(prefix.length), ms }));
}

/** The folder that is served: our package as it is published, and the others' files. */
async function assemble() {
  const folder = fromRoot('build/bench/durable');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const copies = {
    'scripts/benchmarks/durable': '',
    'scripts/benchmarks/rounds.mjs': 'rounds.mjs',
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
