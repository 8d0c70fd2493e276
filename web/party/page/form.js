// @ts-check
// A form that is sent once at a time, shows what is wrong beside the field it is about, and keeps what was typed.

import { announce } from './announce.js';
import { Countdown } from './countdown.js';
import { el } from './dom.js';
import { sentenceOf, troublesOf } from './sentence.js';

/**
 * @typedef {object} FormOptions
 * @property {import('./page.js').Page} page
 * @property {string} name
 * @property {import('./field.js').FormField[]} fields
 * @property {(Node | string | false)[]} [content] what is shown, in order; the fields when absent
 * @property {string} submit
 * @property {string} busy
 * @property {string} [buttonClass]
 * @property {boolean} [asksServer] whether the server is asked about a password that this device does not know
 * @property {(values: Record<string, string>) => Promise<unknown>} onSubmit
 * @property {(error: unknown) => boolean} [onError] true when it has dealt with it
 * @property {(trouble: import('./sentence.js').Trouble) => string} [fieldFor] which field a problem is shown at, where
 *   that is not the one it names
 */

export class Form {
  #options;
  #button;
  #problem;
  #isBusy = false;
  /** @type {Countdown | null} */
  #countdown = null;

  /** @param {FormOptions} options */
  constructor(options) {
    this.#options = options;
    const { name, fields, content = fields.map(({ node }) => node), submit, buttonClass = 'primary' } = options;
    this.#button = el('button', { type: 'submit', class: buttonClass }, submit);
    this.#problem = el('div', { class: 'error form-error', tabindex: '-1' });
    const children = content.filter((child) => child !== false);
    // novalidate: the page says what is wrong, in its own words and language.
    this.node = el('form', { name, method: 'post', novalidate: true }, ...children, this.#problem, this.#button);
    this.node.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  values() {
    return Object.fromEntries(this.#options.fields.map(({ name, value }) => [name, value]));
  }

  clearErrors() {
    this.#countdown?.stop();
    this.#problem.replaceChildren();
    for (const field of this.#options.fields) field.showError('');
  }

  async #send() {
    if (this.#isBusy) return;
    this.clearErrors();
    this.#setBusy(true);
    try {
      await this.#options.onSubmit(this.values());
    } catch (error) {
      if (!this.#options.onError?.(error)) this.showError(error);
      // Then the page has not heard of it yet: the storage may have been cleared under it.
      const isStale = /** @type {{ code?: string }} */ (error)?.code === 'not-logged-in';
      if (isStale) this.#options.page.accounts.loadUser().catch(() => {});
    } finally {
      this.#setBusy(false);
    }
  }

  /** @param {boolean} isBusy */
  #setBusy(isBusy) {
    const { busy, submit } = this.#options;
    this.#isBusy = isBusy;
    this.#button.textContent = isBusy ? busy : submit;
    this.node.toggleAttribute('data-busy', isBusy);
    if (isBusy) announce(busy);
  }

  /** @param {unknown} error */
  showError(error) {
    this.showTroubles(troublesOf(error), /** @type {{ retryAfterMs?: number }} */ (error)?.retryAfterMs);
  }

  /**
   * @param {import('./sentence.js').Trouble[]} troubles
   * @param {number} [retryAfterMs]
   */
  showTroubles(troubles, retryAfterMs) {
    const shown = troubles.map((trouble) => this.showTrouble(trouble, retryAfterMs));
    announce(shown.map(({ text }) => text).join(' '), 'alert');
    shown[0]?.target.focus();
  }

  /**
   * @param {import('./sentence.js').Trouble} trouble
   * @param {number} [retryAfterMs]
   * @param {...Node} help what may be done about it
   */
  showTrouble(trouble, retryAfterMs, ...help) {
    const { page } = this.#options;
    const field = this.#fieldOf(trouble);
    const show = (/** @type {string} */ text) => {
      if (field !== undefined) field.showError(text, ...help);
      else this.#problem.replaceChildren(...(text === '' ? [] : [el('p', {}, text), ...help]));
    };
    const known = trouble.code === 'invalid-credentials' ? { code: this.#wrongPassword() } : trouble;
    const sentence = (/** @type {number} */ seconds) => sentenceOf(known, page.messages, { seconds });
    const text = sentence(Math.ceil((retryAfterMs ?? 0) / 1000));
    show(text);
    if (retryAfterMs !== undefined) {
      this.#countdown?.stop();
      this.#countdown = new Countdown(retryAfterMs, (seconds) => {
        show(seconds > 0 ? sentence(seconds) : '');
        if (seconds === 0) announce(page.messages.logIn.again);
      });
    }
    return { text, target: field?.input ?? this.#problem };
  }

  #wrongPassword() {
    const { page, fields, asksServer } = this.#options;
    if (asksServer && page.store.get().server === 'away') return 'credentials-unasked';
    // Where no name is asked for, only the password can be wrong.
    return fields.some(({ name }) => name === 'username') ? 'invalid-credentials' : 'password-wrong';
  }

  /** @param {import('./sentence.js').Trouble} trouble */
  #fieldOf(trouble) {
    const { fields, fieldFor } = this.#options;
    const name = fieldFor?.(trouble) ?? trouble.field;
    return fields.find((candidate) => candidate.name === name);
  }
}
