// @ts-check
// Somebody who is logged in: their card, and their answer to the invitation.

import { announce } from '../announce.js';
import { button, el, link } from '../dom.js';
import { placeCard } from '../place-card.js';
import { go } from '../router.js';
import { answerForm } from './answer.js';
import { heading } from './view.js';

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./view.js').View}
 */
export function homeView(page) {
  const { messages } = page;
  const { home } = messages;
  const title = heading('');
  const seat = el('div', { class: 'seat' });
  const nudge = el(
    'aside',
    { class: 'nudge', hidden: true },
    el('p', {}, home.nudge),
    link(home.nudgeAction, 'profile'),
  );
  const answer = answerForm(page);
  const act = (/** @type {() => Promise<void>} */ work) => () => work().catch((error) => page.fail(error));
  const actions = el(
    'div',
    { class: 'actions' },
    button(home.print, () => print(), { class: 'quiet' }),
    link(home.switch, 'switch', { class: 'button quiet' }),
    button(
      home.lock,
      act(() => page.accounts.lock()),
      { class: 'quiet', 'data-act': 'lock' },
    ),
    button(
      home.logOut,
      act(async () => {
        await page.accounts.logOut();
        go('');
        announce(home.loggedOut);
      }),
      { class: 'secondary', 'data-act': 'log-out' },
    ),
  );
  return {
    node: el('div', {}, seat, title, answer.node, nudge, actions),
    update({ user }) {
      if (user === null) return;
      const name = user.username ?? '';
      title.textContent = home.title(name);
      seat.replaceChildren(placeCard(name));
      answer.update();
    },
    async shown() {
      answer.load().catch((error) => page.fail(error));
      nudge.hidden = (await page.accounts.session.data.get('recovery').catch(() => true)) !== undefined;
    },
  };
}
