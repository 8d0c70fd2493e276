// One contender's page: whoever stores does so in a Worker, as a page that cares for its frames would have it. Only
// placecard has one of its own, which is asked from here.
import { askerOf } from './asker.js';
import { names, perform } from './ring.js';

const FROM_PAGE = 'placecard in its Worker';

const inRing = askerOf(new Worker('./ring.js', { type: 'module' }));

/** @param {string} deed @param {{ who: string, set: string }} request */
window.perform = (deed, request) => (request.who === FROM_PAGE ? perform : inRing)(deed, request);

/**
 * So many look-ups one after the other, there and back.
 * @param {{ who: string, set: string, among: number, count: number }} request
 */
window.ask = async ({ who, set, among, count }) => {
  const all = names(count, among);
  const began = performance.now();
  for (const name of all)
    if (!(await window.perform('has', { who, set, name }))) throw new Error(`${name} is not there`);
  return (performance.now() - began) / count;
};
