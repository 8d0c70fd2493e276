// What persistence.mjs runs in the page: rounds in which everybody takes turns, each doing the same with its own means.
import { perform } from './ring.js';
import { compete } from './rounds.mjs';

const OURS = 'placecard'; // within the ring, which is a Worker, as the core itself is by default
const FROM_PAGE = 'placecard in its Worker'; // called from the page, there and back
const PEERS = ['sql.js + export', 'wa-sqlite IDBMirror', 'wa-sqlite IDBBatchAtomic', 'plain IndexedDB'];
const INSERTS_A_TURN = 4;

const ring = new Worker('./ring.js', { type: 'module' });
const waiting = new Map();
ring.onmessage = ({ data: { id, value, error } }) => {
  const { resolve, reject } = waiting.get(id);
  waiting.delete(id);
  if (error === undefined) resolve(value);
  else reject(new Error(error));
};

/** @param {string} deed @param {object} request */
function inRing(deed, request) {
  const id = crypto.randomUUID();
  ring.postMessage({ id, deed, request });
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

const fromPage = (deed, request) => perform(deed, { ...request, who: FROM_PAGE });

const turn = (place, deed, request) => async () => ({ ownMs: await place(deed, request) });

window.bench = {
  /**
   * Databases with that many accounts each, to be opened again.
   * @param {number[]} sizes
   */
  async fill(sizes) {
    for (const size of sizes) {
      const set = `of-${size}`;
      for (const who of [OURS, ...PEERS]) {
        await inRing('open', { who, set });
        await inRing('fill', { who, set, count: size });
      }
      await fromPage('open', { set });
      await fromPage('fill', { set, count: size });
    }
  },

  /** One durable insert each, among so many. @param {number[]} sizes @param {number} rounds */
  insert: (sizes, rounds) =>
    compete(
      Object.fromEntries(
        sizes.flatMap((size) => {
          const set = `of-${size}`;
          const inserts = [OURS, ...PEERS].map((who) => [
            `${size} ${who}`,
            turn(inRing, 'insert', { who, set, count: INSERTS_A_TURN }),
          ]);
          return [...inserts, [`${size} ${FROM_PAGE}`, turn(fromPage, 'insert', { set, count: INSERTS_A_TURN })]];
        }),
      ),
      rounds,
    ),

  /** @param {number} size @param {number} rounds @param {number} count */
  find: (size, rounds, count) => {
    const set = `of-${size}`;
    return compete(
      {
        [OURS]: turn(inRing, 'find', { who: OURS, set, count }),
        'sql.js + export': turn(inRing, 'find', { who: 'sql.js + export', set, count }),
        [FROM_PAGE]: turn(fromPage, 'find', { set, count }),
      },
      rounds,
    );
  },

  /** Into empty databases, all in one transaction. @param {number} rounds @param {number} count */
  async bulk(rounds, count) {
    const sets = new Map();
    let made = 0;
    const place = (who) => (who === FROM_PAGE ? fromPage : inRing);
    const before = async (who) => {
      const last = sets.get(who);
      if (last !== undefined) await place(who)('close', { who, set: last });
      made += 1;
      const set = `bulk-${made}`;
      sets.set(who, set);
      await place(who)('open', { who, set });
    };
    const everybody = [OURS, FROM_PAGE, ...PEERS];
    const turns = everybody.map((who) => [
      who,
      async () => ({ ownMs: await place(who)('bulk', { who, set: sets.get(who), count }) }),
    ]);
    return compete(
      Object.fromEntries(turns),
      rounds,
      Object.fromEntries(everybody.map((who) => [who, () => before(who)])),
      1,
    );
  },

  /** The page's tasks of over 50 ms while people sign up, hashing and all. @param {number} count */
  async longTasks(count) {
    const { open } = await import('./placecard/index.js');
    const accounts = await open({ name: 'sign-ups' });
    const tasks = [];
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
    await new Promise((resolve) => setTimeout(resolve)); // a task of its own, not the one that began all this
    observer.observe({ type: 'longtask' });
    for (let index = 0; index < count; index += 1) {
      await accounts.signUp({ username: `p${index}`, email: `p${index}@example.com`, password: 'lace and engines' });
    }
    await new Promise((resolve) => setTimeout(resolve)); // it has ended, and been reported
    tasks.push(...observer.takeRecords());
    await accounts.close();
    return Math.max(0, ...tasks.map(({ duration }) => duration));
  },

  async close(sizes) {
    for (const size of sizes) {
      const set = `of-${size}`;
      for (const who of [OURS, ...PEERS]) await inRing('close', { who, set });
      await fromPage('close', { set });
    }
    ring.terminate();
  },
};
