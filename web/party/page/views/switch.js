// @ts-check
// A tablet that goes round the table: everybody takes their own card.

import { el, link } from '../dom.js';
import { showAccounts } from '../picker.js';
import { heading, lead, ways } from './view.js';

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./view.js').View}
 */
export function switchView(page) {
  const { messages } = page;
  const cards = el('ul', { class: 'cards' });
  return {
    node: el(
      'div',
      {},
      heading(messages.switch.title),
      lead(messages.switch.lead),
      cards,
      ways(link(messages.switch.somebodyNew, 'sign-up'), link(messages.logIn.title, 'log-in')),
    ),
    shown() {
      showAccounts(page, cards).catch((error) => page.fail(error));
    },
  };
}
