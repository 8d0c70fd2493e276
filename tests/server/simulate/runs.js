// Devices, a server and a bad network in one process, with all chance and all time from a seed. After each run, when the
// network has become good and everybody has synced, what must be true is true. The odd runs are one process and the even
// ones another, as Node's test runner gives each file its own.
//
//   SEEDS=10000 node --test tests/server/simulate/*.test.js      so many runs instead of 500
//   SEED=17 SEEDS=1 node --test tests/server/simulate/*.test.js  run 17 again, and its story

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newSetting } from './setting.js';
import { World } from './world.js';

const seeds = Number(process.env.SEEDS ?? 500);
const first = Number(process.env.SEED ?? 1);

/** @type {Awaited<ReturnType<typeof newSetting>>} */
let setting;
before(async () => {
  setting = await newSetting();
});
after(() => setting.close());

/** @param {0 | 1} parity of the runs that this process makes */
export function makeRuns(parity) {
  for (let seed = first; seed < first + seeds; seed += 1) {
    if (seed % 2 === parity) test(`run ${seed}`, () => runs(seed));
  }
}

/** @param {number} seed */
async function runs(seed) {
  const world = new World(setting, seed);
  /** @type {unknown[]} */
  let wrong;
  try {
    wrong = await world.run();
  } catch (error) {
    wrong = [error];
  }
  const again = `SEED=${seed} SEEDS=1 node --test tests/server/simulate/*.test.js`;
  assert.equal(wrong.length, 0, `${wrong.join('\n')}\n\nAgain: ${again}\n\n${world.story.join('\n')}`);
}
