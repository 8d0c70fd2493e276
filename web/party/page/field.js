// @ts-check
// A labelled input with its hint and its error. Password managers go by name, type and autocomplete; nothing is cut off
// and pasting is allowed.

import { button, el, newId } from './dom.js';

/**
 * What a form needs of a field.
 * @typedef {object} FormField
 * @property {string} name
 * @property {string} value
 * @property {HTMLElement} node
 * @property {HTMLElement} input what gets the focus when something is wrong
 * @property {(text: string, ...help: import('./dom.js').Child[]) => void} showError
 */

/**
 * @typedef {object} FieldOptions
 * @property {string} name
 * @property {string} label
 * @property {'text' | 'email' | 'password' | 'number'} [type]
 * @property {string} [autocomplete]
 * @property {string} [hint]
 * @property {string} [value]
 * @property {import('./dom.js').Attributes} [attributes] of the input
 * @property {import('./page.js').Page} page
 */

export class Field {
  #hint;
  #error;
  #errorText = '';

  /** @param {FieldOptions} options */
  constructor({ name, label, type = 'text', autocomplete = 'off', hint = '', value = '', attributes = {}, page }) {
    const [id, hintId, errorId] = [newId(), newId(), newId()];
    this.name = name;
    /** @type {HTMLInputElement | HTMLTextAreaElement} */
    this.input = el('input', {
      id,
      name,
      type,
      autocomplete,
      'aria-describedby': `${hintId} ${errorId}`,
      ...(type === 'number' ? {} : { autocapitalize: 'none', spellcheck: 'false' }),
      ...attributes,
    });
    this.input.value = value;
    this.#hint = el('p', { class: 'hint', id: hintId }, hint);
    this.#error = el('div', { class: 'error', id: errorId });
    const control = el('div', { class: 'control' }, this.input);
    if (type === 'password') control.append(reveal(this.input, label, page.messages));
    this.node = el('div', { class: 'field' }, el('label', { for: id }, label), this.#hint, control, this.#error);
  }

  get value() {
    return this.input.value;
  }

  /** @param {string} value */
  set value(value) {
    this.input.value = value;
  }

  /** @param {string} text */
  set hint(text) {
    if (this.#hint.textContent !== text) this.#hint.textContent = text;
  }

  get error() {
    return this.#errorText;
  }

  /**
   * @param {string} text none when empty
   * @param {...import('./dom.js').Child} help what may be done about it
   */
  showError(text, ...help) {
    this.#errorText = text;
    this.#error.replaceChildren();
    if (text !== '') this.#error.append(el('p', {}, text), ...help.filter((child) => child instanceof Node));
    if (text === '') this.input.removeAttribute('aria-invalid');
    else this.input.setAttribute('aria-invalid', 'true');
  }
}

/**
 * For the password that somebody has, not one to be chosen (new-password.js).
 * @param {import('./page.js').Page} page
 * @param {string} label
 * @param {string} [name]
 */
export function passwordField(page, label, name = 'password') {
  return new Field({ page, name, label, type: 'password', autocomplete: 'current-password' });
}

/**
 * @param {HTMLInputElement} input
 * @param {string} label
 * @param {import('./messages/en.js').Messages} messages
 */
function reveal(input, label, { field }) {
  const node = button(
    field.show,
    () => {
      const isShown = input.type === 'password';
      input.type = isShown ? 'text' : 'password';
      node.textContent = isShown ? field.hide : field.show;
      node.setAttribute('aria-label', isShown ? field.hideLabel(label) : field.showLabel(label));
    },
    { class: 'reveal', 'aria-label': field.showLabel(label), 'aria-controls': input.id },
  );
  return node;
}

/**
 * @param {{ name: string, label: string, hint: string }} options
 */
export function checkbox({ name, label, hint }) {
  const hintId = newId();
  const input = el('input', { type: 'checkbox', name, 'aria-describedby': hintId });
  const node = el(
    'div',
    { class: 'check' },
    el('label', {}, input, el('span', {}, label)),
    el('p', { class: 'hint', id: hintId }, hint),
  );
  return { node, input };
}

/**
 * Tells password managers whose password is meant, where the page need not ask.
 * @param {string} username
 */
export function usernameForManagers(username) {
  return el('input', {
    type: 'text',
    name: 'username',
    autocomplete: 'username',
    value: username,
    hidden: true,
    readonly: true,
  });
}
