// @ts-check
// The accounts on this device as place cards: take yours.

import { announce } from './announce.js';
import { el } from './dom.js';
import { placeCard } from './place-card.js';
import { go } from './router.js';

/** @typedef {{ user: import('./placecard/user.js').User, state: 'current' | 'open' | 'locked' | 'closed' }} Listed */

/**
 * @param {import('./page.js').Page} page
 * @param {HTMLElement} list a ul
 * @param {number} [most] how many are shown
 * @returns {Promise<number>} how many there are
 */
export async function showAccounts(page, list, most = Number.POSITIVE_INFINITY) {
  /** @type {Listed[]} */
  const accounts = await page.accounts.list();
  list.replaceChildren(...accounts.slice(0, most).map((account) => el('li', {}, card(page, account))));
  return accounts.length;
}

/**
 * @param {import('./page.js').Page} page
 * @param {Listed} account
 */
function card(page, { user, state }) {
  const { messages } = page;
  const name = user.username ?? user.email ?? messages.guests.nameless;
  const node = el('button', { type: 'button', class: 'pick' }, placeCard(name, messages.switch.states[state]));
  node.addEventListener('click', () => pick(page, user, state));
  return node;
}

/**
 * @param {import('./page.js').Page} page
 * @param {import('./placecard/user.js').User} user
 * @param {Listed['state']} state
 */
async function pick(page, user, state) {
  const login = user.username ?? user.email ?? '';
  if (state === 'open' || state === 'current') {
    try {
      if (state === 'open') await page.accounts.switchTo(login);
      go('');
      announce(page.messages.switch.done(login));
      return;
    } catch {} // the session has ended meanwhile: with the password, then
  }
  page.store.set({ login });
  go('log-in');
}
