// Every contender has its turn in every round, so that whatever else the machine does hits all of them alike.

/** @typedef {{ name: string, ms: number, text?: string }} Measured */

/**
 * What a contender does in one turn. Whoever has a clock of their own gives `{ ownMs }`.
 * @typedef {() => any} Turn
 */

const WARM_UP_ROUNDS = 3;

/**
 * @param {Record<string, Turn>} contenders
 * @param {number} rounds
 * @param {Record<string, Turn>} [before] what has to be done before a contender's turn, outside of its time
 * @param {number} [warmUpRounds] that do not count
 * @returns {Promise<Measured[]>} the medians
 */
export async function compete(contenders, rounds, before = {}, warmUpRounds = WARM_UP_ROUNDS) {
  const names = Object.keys(contenders);
  /** @type {Record<string, number[]>} */
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -warmUpRounds; round < rounds; ++round) {
    for (let turn = 0; turn < names.length; ++turn) {
      // Nobody always comes first.
      const name = names[(turn + round + warmUpRounds) % names.length];
      await before[name]?.();
      const began = performance.now();
      const own = await contenders[name]();
      const took = own?.ownMs ?? performance.now() - began;
      if (round >= 0) times[name].push(took);
    }
  }
  return names.map((name) => ({ name, ms: median(times[name]) }));
}

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
