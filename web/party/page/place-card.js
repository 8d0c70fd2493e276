// @ts-check
// The folded card that stands at a seat, with a name on it.

import { el } from './dom.js';

const LONG = 28; // characters, from which a name is written smaller

/**
 * @param {string} name
 * @param {import('./dom.js').Child} [note]
 */
export function placeCard(name, note) {
  return el(
    'span',
    { class: 'place-card' },
    el('span', { class: name.length > LONG ? 'name is-long' : 'name', dir: 'auto' }, name),
    note && el('small', {}, note),
  );
}
