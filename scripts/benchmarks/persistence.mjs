// Storing in the browser, side by side in one Chromium. Everybody stores with strict durability, and nobody hashes a
// password.

import { withPages } from './chromium.mjs';
import { milliseconds } from './report.mjs';
import { compete } from './rounds.mjs';
import { assemble, coldStart, everybody, IN_WORKER, OURS, PLAIN, SQL_JS, Store } from './stores.mjs';

const SIZES = [100, 10_000, 50_000];
const [FEW, MANY, MOST] = SIZES;
const BULK = 10_000;
const LOOK_UPS = 1000;
const ROUND_TRIPS = 200;
const INSERTS_A_TURN = 5;
const COSTLY_ROUNDS = 9; // of what takes seconds
const LOOK_UP_WARM_UP = 12; // rounds until everybody's code is as fast as it gets

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
        '`users.filterBy({ username }).first()`, which gives a promise of the whole row once it has seen that no other tab ' +
        'has told of a change; sql.js has one prepared statement, which gives the row at once.',
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
      async () => ({ ownMs: await coldStart(open, { who, set: setOf(size), inWorker }) }),
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

/** @param {Measured[]} medians @param {number} size */
function ofSize(medians, size) {
  const prefix = `${size} `;
  return medians
    .filter(({ name }) => name.startsWith(prefix))
    .map((measured) => ({ ...measured, name: measured.name.slice(prefix.length) }));
}
