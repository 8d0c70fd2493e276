// @ts-check
// What the views have in common.

import { el } from '../dom.js';

/**
 * @typedef {object} View
 * @property {HTMLElement} node
 * @property {(state: import('../store.js').State) => void} [update] called when shown and after each change
 * @property {() => void} [shown] called each time it comes into view
 */

/**
 * A view's heading gets the focus when the view changes.
 * @param {string} text
 */
export function heading(text) {
  return el('h2', { tabindex: '-1' }, text);
}

/**
 * @param {string} text
 */
export function lead(text) {
  return el('p', { class: 'lead' }, text);
}

/**
 * A link or button among the smaller ones below a form.
 * @param {...Node} children
 */
export function ways(...children) {
  return el('p', { class: 'ways' }, ...children);
}
