// All chance of a run comes from its seed: what the simulator decides, and what the code under test asks the platform
// for.

import { randomFrom } from '../../support/random.js';

export class Chance {
  #below;

  /** @param {number} seed */
  constructor(seed) {
    this.#below = randomFrom(seed);
  }

  /** @param {number} count @returns {number} a whole number from 0 */
  below(count) {
    return this.#below(count);
  }

  /** @param {number} percent */
  often(percent) {
    return this.#below(100) < percent;
  }

  /**
   * @template T
   * @param {T[]} choices
   */
  pick(choices) {
    return choices[this.#below(choices.length)];
  }

  /**
   * @template T
   * @param {[weight: number, choice: T][]} choices
   */
  weigh(choices) {
    let left = this.#below(choices.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, choice] of choices) {
      if (left < weight) return choice;
      left -= weight;
    }
    throw new Error('Nothing to choose from.');
  }
}

/**
 * Makes the platform's random bytes those of the seed, until what it returns is called.
 * @param {number} seed
 */
export function seedPlatform(seed) {
  const below = randomFrom(seed ^ 0x5eed);
  const getRandomValues = (/** @type {Uint8Array} */ view) => {
    for (let index = 0; index < view.length; index += 1) view[index] = below(256);
    return view;
  };
  Object.defineProperty(globalThis.crypto, 'getRandomValues', { value: getRandomValues, configurable: true });
  return () => {
    delete (/** @type {any} */ (globalThis.crypto).getRandomValues);
  };
}
