// @ts-check
// What a guest may see and change of themselves.

import { el } from '../dom.js';
import { dateOf } from '../language.js';
import { placeCard } from '../place-card.js';
import { emailSection } from '../profile/email.js';
import { exportSection } from '../profile/export.js';
import { nameSection } from '../profile/name.js';
import { passwordSection } from '../profile/password.js';
import { recoverySection } from '../profile/recovery.js';
import { removeSection } from '../profile/remove.js';
import { heading } from './view.js';

const sections = [nameSection, emailSection, passwordSection, recoverySection, exportSection, removeSection];

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./view.js').View}
 */
export function profileView(page) {
  const { profile } = page.messages;
  const seat = el('div', { class: 'seat' });
  const email = el('dd', { dir: 'auto' });
  const since = el('dd');
  const made = sections.map((section) => section(page));
  const facts = [
    el('div', {}, el('dt', {}, page.messages.field.email), email),
    el('div', {}, el('dt', {}, profile.since), since),
  ];
  return {
    node: el(
      'div',
      {},
      seat,
      heading(profile.title),
      el('dl', { class: 'facts' }, ...facts),
      ...made.map(({ node }) => node),
    ),
    update({ user }) {
      if (user === null) return;
      seat.replaceChildren(placeCard(user.username ?? ''));
      email.textContent = user.email ?? '';
      since.textContent = user.joinedAt === null ? (user.joinedAtText ?? '') : dateOf(user.joinedAt, page.language);
    },
    shown() {
      for (const { shown } of made) shown?.();
    },
  };
}
