// @ts-check
// Where a password is chosen: the password with a hint that explains, and once more.

import { el } from './dom.js';
import { Field } from './field.js';
import { released } from './pointer.js';
import { strengthOf } from './strength.js';

export class NewPassword {
  #page;
  #personal;
  #bars = el('span', { class: 'bars', 'aria-hidden': 'true' }, el('i'), el('i'), el('i'), el('i'));

  /**
   * @param {import('./page.js').Page} page
   * @param {{ name?: string, label: string, personal: () => string[] }} options
   */
  constructor(page, { name = 'password', label, personal }) {
    this.#page = page;
    this.#personal = personal;
    const shared = { type: /** @type {const} */ ('password'), autocomplete: 'new-password', page };
    this.password = new Field({ name, label, hint: page.messages.strength.empty, ...shared });
    this.repeat = new Field({ name: 'repeat', label: page.messages.field.repeat, ...shared });
    this.password.node.querySelector('.hint')?.before(this.#bars);
    this.password.input.addEventListener('input', () => this.judge());
    this.repeat.input.addEventListener('change', () => this.#compare());
  }

  get fields() {
    return [this.password, this.repeat];
  }

  get #sentence() {
    return this.#page.messages.errors['passwords-differ'];
  }

  differs() {
    return this.password.value !== this.repeat.value;
  }

  async #compare() {
    await released();
    this.repeat.showError(this.differs() ? this.#sentence : '');
  }

  /** Throws what a form shows when the second is not the first. */
  check() {
    if (this.differs()) throw { problems: [{ code: 'passwords-differ', field: 'repeat' }] };
  }

  /** Says how hard the password is to guess, and why. */
  judge() {
    const { verdict, bars, missing } = strengthOf(this.password.value, this.#personal());
    const text = this.#page.messages.strength[verdict];
    this.password.hint = typeof text === 'function' ? text(missing) : text;
    this.#bars.dataset.bars = String(bars);
  }
}
