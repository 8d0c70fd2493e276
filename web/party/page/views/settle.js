// @ts-check
// What only its owner can decide about an account that cannot be on the server as it is.

import { conflictOf } from '../conflict.js';
import { el } from '../dom.js';
import { choosing } from '../settle/choose.js';
import { deleted } from '../settle/deleted.js';
import { renaming } from '../settle/rename.js';
import { stuck } from '../settle/stuck.js';
import { keepTyped } from '../typed.js';

/** @typedef {import('../conflict.js').Conflict} Conflict */
/** @typedef {(page: import('../page.js').Page, conflict: Conflict) => Node[]} Part */

/**
 * @param {Conflict} conflict
 * @returns {Part}
 */
function partFor({ state, code }) {
  if (state === 'needs-rename') return renaming;
  if (state === 'credential-conflict') return choosing;
  if (state === 'revoked') return code === 'account-deleted' ? deleted : stuck;
  return code.includes('changed-meanwhile') ? choosing : stuck;
}

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./view.js').View}
 */
export function settleView(page) {
  const node = el('div');
  let shown = '';
  /** @param {import('../store.js').State} state */
  const update = (state) => {
    const conflict = conflictOf(state);
    if (conflict === null) return;
    const key = [conflict.state, conflict.code, ...conflict.fields].join(' ');
    if (key === shown) return;
    shown = key;
    const made = el('div', {}, ...partFor(conflict)(page, conflict));
    keepTyped(node, made);
    node.replaceChildren(...made.childNodes);
  };
  update(page.store.get());
  return { node, update };
}
