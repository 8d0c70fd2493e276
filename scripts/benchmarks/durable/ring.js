// Opens databases and does what is asked, in a Worker or in the page. Times are taken here, so they are about storing
// and not about messages.
import { openContender } from './contenders.js';
import { rows } from './rows.js';

const databases = new Map();
let inserted = 0;

const deeds = {
  async open({ who, set }) {
    databases.set(`${set} ${who}`, await openContender(who, set));
  },
  async fill({ database, count }) {
    await database.insert(rows(count, 'seed'));
  },
  async insert({ database, count }) {
    inserted += 1;
    const times = [];
    for (const row of rows(count, `late-${inserted}`)) {
      const began = performance.now();
      await database.insert([row]);
      times.push(performance.now() - began);
    }
    return times;
  },
  async bulk({ database, count }) {
    const all = rows(count, 'bulk');
    const began = performance.now();
    await database.insert(all);
    return performance.now() - began;
  },
  async find({ database, among, count }) {
    const all = names(count, among);
    const began = performance.now();
    for (const name of all) if (!(await database.has(name))) throw new Error(`${name} is not there`);
    return performance.now() - began;
  },
  has: ({ database, name }) => database.has(name),
  async close({ database, who, set }) {
    databases.delete(`${set} ${who}`);
    await database.close();
  },
};

/**
 * Somebody of whom `fill` made `among`, in no order.
 * @param {number} count
 * @param {number} among
 */
export function names(count, among) {
  return Array.from({ length: count }, (_, index) => `seed-${(index * 7919) % among}`);
}

/**
 * @param {string} deed
 * @param {{ who: string, set: string, count?: number, among?: number, name?: string }} request
 */
export async function perform(deed, request) {
  return deeds[deed]({ ...request, database: databases.get(`${request.set} ${request.who}`) });
}

if (typeof document === 'undefined') {
  globalThis.onmessage = async ({ data: { id, deed, request } }) => {
    try {
      postMessage({ id, value: await perform(deed, request) });
    } catch (error) {
      postMessage({ id, error: `${request.who}: ${error?.stack ?? error}` });
    }
  };
}
