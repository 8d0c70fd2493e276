// A visitor's first look: from before any code of the contender is loaded to the first account read.
import { openContender } from './contenders.js';

/** @param {string} who @param {string} set @param {boolean} inWorker in one that has to be started, too */
window.start = async (who, set, inWorker) => {
  const began = performance.now();
  const database = await (inWorker ? openInWorker : openContender)(who, set);
  if (!(await database.has('seed-7'))) throw new Error(`${who} has lost a row`);
  const took = performance.now() - began;
  await database.close();
  return took;
};

/** @param {string} who @param {string} set */
async function openInWorker(who, set) {
  const { askerOf } = await import('./asker.js');
  const ring = new Worker('./ring.js', { type: 'module' });
  const ask = askerOf(ring);
  await ask('open', { who, set });
  return {
    has: (name) => ask('has', { who, set, name }),
    async close() {
      await ask('close', { who, set });
      ring.terminate();
    },
  };
}
