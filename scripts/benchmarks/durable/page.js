// One contender's page: whoever stores does so in a Worker, as a page that cares for its frames would have it. Only
// placecard has one of its own, which is asked from here.
import { names, perform } from './ring.js';

const FROM_PAGE = 'placecard in its Worker';

const ring = new Worker('./ring.js', { type: 'module' });
const waiting = new Map();
let asked = 0;
ring.onmessage = ({ data: { id, value, error } }) => {
  const { resolve, reject } = waiting.get(id);
  waiting.delete(id);
  if (error === undefined) resolve(value);
  else reject(new Error(error));
};

/** @param {string} deed @param {object} request */
function inRing(deed, request) {
  asked += 1;
  const id = asked;
  ring.postMessage({ id, deed, request });
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

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
