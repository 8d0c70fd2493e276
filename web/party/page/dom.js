// @ts-check
// Elements from data. Text becomes text nodes and nothing is ever parsed as HTML, so what a guest types stays inert.

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined>} Attributes */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes] true is an empty attribute; false, null and undefined are none
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/**
 * @param {string} label
 * @param {(event: MouseEvent) => unknown} onClick
 * @param {Attributes} [attributes]
 */
export function button(label, onClick, attributes = {}) {
  const node = el('button', { type: 'button', ...attributes }, label);
  node.addEventListener('click', onClick);
  return node;
}

/**
 * A link to another view of the page.
 * @param {string} label
 * @param {import('./router.js').Route} route
 * @param {Attributes} [attributes]
 */
export function link(label, route, attributes = {}) {
  return el('a', { href: `#/${route}`, ...attributes }, label);
}

let last = 0;

/** An id no other element has. */
export function newId() {
  last += 1;
  return `e${last}`;
}
