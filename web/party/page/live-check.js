// @ts-check
// Says while somebody types what the package would refuse. A field is left alone until it was left once, except that a
// taken name is told at once.

import { announce } from './announce.js';
import { released } from './pointer.js';
import { sentenceOf } from './sentence.js';

const PAUSE_MS = 250;

export class LiveCheck {
  #options;
  /** @type {Set<string>} */
  #left = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #round = 0;

  /**
   * @param {object} options
   * @param {import('./page.js').Page} options.page
   * @param {import('./field.js').Field[]} options.fields
   * @param {() => Record<string, string>} options.values
   * @param {(trouble: import('./sentence.js').Trouble) => Promise<Node[]>} options.helpFor
   */
  constructor(options) {
    this.#options = options;
    for (const { name, input } of options.fields) {
      input.addEventListener('input', () => this.#soon());
      input.addEventListener('change', () => {
        this.#left.add(name);
        this.#soon();
      });
    }
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look().catch(() => {}), PAUSE_MS); // sending the form says what is wrong
  }

  /** What is under way or planned is not shown any more. */
  stop() {
    clearTimeout(this.#timer);
    this.#round += 1;
  }

  async #look() {
    this.#round += 1;
    const round = this.#round;
    const { page, fields, values, helpFor } = this.#options;
    const troubles = await page.accounts.check(values());
    for (const field of fields) {
      const trouble = troubles.find((each) => each.field === field.name && this.#isDue(each));
      const help = trouble === undefined ? [] : await helpFor(trouble);
      await released();
      if (round !== this.#round) return;
      const text = trouble === undefined ? '' : sentenceOf(trouble, page.messages);
      if (text === field.error) continue;
      field.showError(text, ...help);
      if (text !== '') announce(text);
    }
  }

  /** @param {import('./sentence.js').Trouble} trouble */
  #isDue({ code, field = '' }) {
    if (code.endsWith('-taken')) return true;
    return this.#left.has(field) && !code.endsWith('-required');
  }
}
