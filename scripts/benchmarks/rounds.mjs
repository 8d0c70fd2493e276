// Every contender has its turn in every round, so that whatever else the machine does hits all of them alike.

/** @typedef {{ name: string, ms: number, mean?: number, text?: string }} Measured */

/**
 * What a contender does in one turn. Whoever has a clock of their own gives `{ ownMs }`, of one time or several.
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
  const random = lehmer();
  for (let round = -warmUpRounds; round < rounds; ++round) {
    for (const name of shuffled(names, random)) {
      await before[name]?.();
      const began = performance.now();
      const own = await contenders[name]();
      const took = own?.ownMs ?? performance.now() - began;
      if (round >= 0) times[name].push(...[took].flat());
    }
  }
  return names.map((name) => ({ name, ms: median(times[name]), mean: mean(times[name]) }));
}

/** @param {number[]} numbers */
export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {number[]} numbers */
function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/**
 * Nobody always comes first, nor after the same one, who may have left the disk or the caches in some state.
 * @param {string[]} names
 * @param {() => number} random
 */
function shuffled(names, random) {
  return names
    .map((name) => /** @type {const} */ ([random(), name]))
    .sort(([one], [other]) => one - other)
    .map(([, name]) => name);
}

/** The generator of Park and Miller: every run has the same order. */
function lehmer() {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
}
