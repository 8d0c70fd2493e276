// @ts-check
// The folded card that stands at a seat, with a name on it.

import { el } from './dom.js';

/**
 * @param {string} name
 * @param {import('./dom.js').Child} [note]
 */
export function placeCard(name, note) {
  return el(
    'span',
    { class: 'place-card' },
    el('span', { class: 'name', dir: 'auto' }, name),
    note && el('small', {}, note),
  );
}
