// @ts-check
// Who has an account on this device, a page at a time.

import { button, el } from '../dom.js';
import { placeCard } from '../place-card.js';
import { heading, lead } from './view.js';

const PER_PAGE = 24;

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./view.js').View}
 */
export function guestsView(page) {
  const { messages } = page;
  const count = lead('');
  const cards = el('ul', { class: 'cards' });
  const pager = el('nav', { class: 'pager', 'aria-label': messages.guests.pages });
  const title = heading(messages.guests.title);
  /** @param {number} number */
  const show = async (number) => {
    const options = { page: number, perPage: PER_PAGE, errorOut: false };
    const found = await page.accounts.users.orderBy('username').paginate(options);
    if (found.items.length === 0 && found.pages > 0) return show(found.pages);
    const me = page.store.get().user;
    count.textContent = messages.guests.count(found.total);
    cards.replaceChildren(
      ...found.items.map((user) =>
        el('li', {}, placeCard(user.username ?? messages.guests.nameless, user.equals(me) && messages.guests.you)),
      ),
    );
    pager.replaceChildren(...(found.pages > 1 ? turns(found, messages, turn) : []));
  };
  /** @param {number} number */
  const turn = async (number) => {
    await show(number).catch((error) => page.fail(error));
    title.focus();
  };
  const shownPage = 1;
  return {
    node: el('div', {}, title, count, cards, pager),
    shown() {
      show(shownPage).catch((error) => page.fail(error));
    },
  };
}

/**
 * @param {import('../placecard/users.js').Page} found
 * @param {import('../messages/en.js').Messages} messages
 * @param {(number: number) => void} turn
 */
function turns(found, { guests }, turn) {
  /** @param {string} label @param {number | null} to */
  const step = (label, to) => button(label, () => to !== null && turn(to), { class: 'chip', disabled: to === null });
  const numbers = found.iterPages.map((number) => {
    if (number === null) return el('span', { 'aria-hidden': 'true' }, '…');
    const current = number === found.page ? 'page' : undefined;
    return button(String(number), () => turn(number), {
      class: 'chip',
      'aria-label': guests.page(number),
      'aria-current': current,
    });
  });
  return [step(guests.previous, found.prevNum), ...numbers, step(guests.next, found.nextNum)];
}
