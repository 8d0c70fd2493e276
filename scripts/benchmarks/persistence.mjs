// Storing in the browser, side by side in one Chromium. Everybody stores with strict durability, nobody hashes a
// password, and each contender has an origin to themselves for each size, so that nobody waits for what another has
// left to IndexedDB or to the collector of garbage.

import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { withPages } from './chromium.mjs';
import { fromRoot } from './places.mjs';
import { milliseconds } from './report.mjs';
import { compete } from './rounds.mjs';

const SIZES = [100, 10_000, 50_000];
const [FEW, MANY, MOST] = SIZES;
const BULK = 10_000;
const LOOK_UPS = 1000;
const ROUND_TRIPS = 200;
const INSERTS_A_TURN = 5;
const COSTLY_ROUNDS = 9; // of what takes seconds
const LOOK_UP_WARM_UP = 12; // rounds until everybody's code is as fast as it gets

const OURS = 'placecard';
const IN_WORKER = 'placecard in its Worker';
const SQL_JS = 'sql.js + export';
const PLAIN = 'plain IndexedDB';
const everybody = [OURS, IN_WORKER, SQL_JS, 'wa-sqlite IDBMirror', 'wa-sqlite IDBBatchAtomic', PLAIN];
const SQL_JS_IN_WORKER = 'sql.js in a Worker';
// Who runs where, and as whom.
const starters = {
  ...Object.fromEntries(everybody.map((who) => [who, { who, inWorker: false }])),
  [SQL_JS_IN_WORKER]: { who: SQL_JS, inWorker: true },
};

const WHERE =
  `\`${OURS}\` runs in a Worker of the page's, as sql.js and the others do; \`${IN_WORKER}\` is called from the page and ` +
  'includes the messages to its Worker and back.';

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

/** @typedef {import('./chromium.mjs').OpenPage} OpenPage */
/** @typedef {import('./report.mjs').Section} Section */
/** @typedef {import('./rounds.mjs').Measured} Measured */

/** @returns {Promise<Section[]>} */
export async function measure({ rounds }) {
  return withPages(await assemble(), async (open) => {
    const stores = await fillStores(open);
    const inserted = await insertions(stores, rounds);
    const found = await lookUps(stores, rounds);
    for (const store of stores.values()) await store.close();
    return [...inserted, await bulkInsertion(open), ...found, ...(await coldStarts(open))];
  });
}

/** A contender's database, in a tab of its own. */
class Store {
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

/** @param {string} who @param {string} set */
const originOf = (who, set) => `${who.toLowerCase().replaceAll(/[^a-z]+/g, '-')}-${set}`;

/** @param {number} size */
const setOf = (size) => `of-${size}`;

/** @param {number} count */
const told = (count) => count.toLocaleString('en');

/** @param {OpenPage} open */
async function fillStores(open) {
  /** @type {Map<string, Store>} */
  const stores = new Map();
  for (const size of SIZES) {
    for (const who of everybody) {
      const store = await Store.open(open, who, setOf(size));
      await store.perform('fill', { count: size });
      stores.set(`${size} ${who}`, store);
    }
  }
  return stores;
}

/** @param {Map<string, Store>} stores @param {number} rounds @returns {Promise<Section[]>} */
async function insertions(stores, rounds) {
  const turns = [...stores].map(([key, store]) => [
    key,
    async () => ({ ownMs: await store.perform('insert', { count: INSERTS_A_TURN }) }),
  ]);
  const inserted = await compete(Object.fromEntries(turns), rounds);
  const note =
    'No password is hashed. A commit resolves when the disk has it (IndexedDB, `durability: "strict"`, for IDBMirror ' +
    `set from outside). Each turn is ${INSERTS_A_TURN}, one after the other; the mean has placecard's checkpoints in it, every ` +
    `64th commit at the latest. ${WHERE}`;
  return [
    ...SIZES.map((size) => ({
      title: `One durable insert among ${told(size)} accounts, in Chromium`,
      medians: ofSize(inserted, size).map(withMean),
      targets: inserts[size],
      note: size === MOST ? note : undefined,
    })),
    {
      title: 'The same by placecard alone: it does not grow with the accounts',
      medians: [MOST, MANY, FEW].map((size) => {
        const own = ofSize(inserted, size).find(({ name }) => name === OURS);
        return withMean({ ...own, name: `among ${told(size)}` });
      }),
      targets: [{ peer: `among ${told(FEW)}`, atMost: 1.3 }],
    },
  ];
}

/** @param {Measured} measured */
function withMean(measured) {
  return { ...measured, text: `${milliseconds(measured.ms)}, mean ${milliseconds(measured.mean)}` };
}

/** @param {Map<string, Store>} stores @param {number} rounds @returns {Promise<Section[]>} */
async function lookUps(stores, rounds) {
  const of = (who) => stores.get(`${MANY} ${who}`);
  const inside = (who) => async () => ({ ownMs: await of(who).perform('find', { count: LOOK_UPS, among: MANY }) });
  const outside = (who) => async () => ({ ownMs: await of(who).ask({ count: ROUND_TRIPS, among: MANY }) });
  const found = await compete(turnsOf([OURS, SQL_JS], inside), rounds, {}, LOOK_UP_WARM_UP);
  const asked = await compete(turnsOf([IN_WORKER, SQL_JS], outside), rounds, {}, LOOK_UP_WARM_UP);
  return [
    {
      title: `${told(LOOK_UPS)} look-ups by username among ${told(MANY)} accounts, in a Worker in Chromium`,
      medians: found,
      targets: [{ peer: SQL_JS, atMost: 1 }],
      note:
        `\`users.filterBy({ username }).first()\`, awaited each time, which also asks whether another tab has changed ` +
        'anything; sql.js has a prepared statement, without a promise.',
    },
    {
      title: 'One look-up asked from the page, to the Worker and back',
      medians: asked,
      note: `Mean of ${ROUND_TRIPS} one after the other; sql.js has a Worker around it that does nothing else.`,
    },
  ];
}

/** @param {string[]} names @param {(name: string) => import('./rounds.mjs').Turn} turn */
const turnsOf = (names, turn) => Object.fromEntries(names.map((name) => [name, turn(name)]));

/**
 * Into empty databases.
 * @param {OpenPage} open
 * @returns {Promise<Section>}
 */
async function bulkInsertion(open) {
  /** @type {Map<string, Store>} */
  const stores = new Map();
  let made = 0;
  const before = async (who) => {
    await stores.get(who)?.close();
    made += 1;
    stores.set(who, await Store.open(open, who, `bulk-${made}`));
  };
  const bulk = (who) => async () => ({ ownMs: await stores.get(who).perform('bulk', { count: BULK }) });
  const medians = await compete(
    turnsOf(everybody, bulk),
    COSTLY_ROUNDS,
    turnsOf(everybody, (who) => () => before(who)),
    1,
  );
  for (const store of stores.values()) await store.close();
  return {
    title: `${told(BULK)} durable rows in one transaction, in Chromium`,
    medians,
    targets: [{ peer: SQL_JS, atMost: 1 }],
    note:
      `${COSTLY_ROUNDS} rounds, each in a new tab with an empty database. placecard checks every row by its rules, and ` +
      'for names that are taken whatever their case; the others only have the unique indexes. The hashes are given.',
  };
}

/**
 * Each in a new tab, as a visitor's.
 * @param {OpenPage} open
 * @returns {Promise<Section[]>}
 */
async function coldStarts(open) {
  const turns = SIZES.flatMap((size) =>
    Object.entries(starters).map(([name, { who, inWorker }]) => [
      `${size} ${name}`,
      async () => ({ ownMs: await coldStart(open, who, setOf(size), inWorker) }),
    ]),
  );
  const started = await compete(Object.fromEntries(turns), COSTLY_ROUNDS, {}, 1);
  const note =
    `${COSTLY_ROUNDS} rounds, each a later visit in a new tab: from before the contender's code is loaded, out of the ` +
    `browser's cache, to the first account read. \`${IN_WORKER}\`, the default, and \`${SQL_JS_IN_WORKER}\` have to ` +
    'start a Worker as well; all others run in the page.';
  return SIZES.map((size) => ({
    title: `Cold start to the first account of ${told(size)}, in Chromium`,
    medians: ofSize(started, size),
    targets: [
      { peer: SQL_JS, atMost: 1 },
      { peer: SQL_JS_IN_WORKER, of: IN_WORKER, atMost: 1 },
    ],
    note: size === MOST ? note : undefined,
  }));
}

/** @param {OpenPage} open @param {string} who @param {string} set @param {boolean} inWorker */
async function coldStart(open, who, set, inWorker) {
  const page = await open('cold.html', originOf(who, set));
  await page.waitForFunction('window.start');
  const ms = await page.evaluate((of) => window.start(...of), /** @type {const} */ ([who, set, inWorker]));
  await page.close();
  return ms;
}

/** @param {Measured[]} medians @param {number} size */
function ofSize(medians, size) {
  const prefix = `${size} `;
  return medians
    .filter(({ name }) => name.startsWith(prefix))
    .map((measured) => ({ ...measured, name: measured.name.slice(prefix.length) }));
}

/** The folder that is served: our package as it is published, and the others' files. */
async function assemble() {
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
