// A visitor's first look: from before any code of the contender is loaded to the first account read.
import { openContender } from './contenders.js';

/** @param {string} who @param {string} set */
window.start = async (who, set) => {
  const began = performance.now();
  const database = await openContender(who, set);
  if (!(await database.has('seed-7'))) throw new Error(`${who} has lost a row`);
  const took = performance.now() - began;
  await database.close();
  return took;
};
