// @ts-check
// One thing that can be done in the profile, folded away until it is wanted.

import { el } from '../dom.js';

/** @typedef {{ node: HTMLElement, shown?: () => void }} Section */

/**
 * @param {string} title
 * @param {...import('../dom.js').Child} content
 */
export function section(title, ...content) {
  return el('details', { class: 'section' }, el('summary', {}, title), el('div', { class: 'inside' }, ...content));
}

/** Where a section says that it is done. */
export function outcome() {
  return el('p', { class: 'saved', role: 'status' });
}
