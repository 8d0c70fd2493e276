// Chance that can be repeated: SEED=... in the environment; printed, so that a failure can be had again.
export const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 32));
console.log(`# SEED=${seed}`);

/**
 * Numbers from 0 to 1 (mulberry32).
 * @param {number} start
 */
export function randomFrom(start) {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
