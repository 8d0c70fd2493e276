// @ts-check
// While the accounts are being opened: what index.html shows before any script, in the visitor's language.

import { el } from '../dom.js';

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./view.js').View}
 */
export function loadingView({ messages }) {
  return { node: el('p', { class: 'loading', role: 'status' }, messages.loading) };
}
