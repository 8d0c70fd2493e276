// @ts-check
// Somebody is known here, but the password is wanted again.

import { announce } from '../announce.js';
import { el, link } from '../dom.js';
import { passwordField, usernameForManagers } from '../field.js';
import { Form } from '../form.js';
import { placeCard } from '../place-card.js';
import { heading, lead, ways } from './view.js';

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./view.js').View}
 */
export function lockedView(page) {
  const { messages } = page;
  const name = page.store.get().lockedUser?.username ?? '';
  const password = passwordField(page, messages.field.password);
  const form = new Form({
    page,
    name: 'unlock',
    fields: [password],
    content: [usernameForManagers(name), password.node],
    submit: messages.locked.submit,
    busy: messages.locked.busy,
    asksServer: true,
    onSubmit: async (values) => {
      await page.accounts.unlock(values.password);
      form.node.reset();
      announce(messages.logIn.done(name));
    },
  });
  return {
    node: el(
      'div',
      {},
      el('div', { class: 'seat' }, placeCard(name)),
      heading(messages.locked.title(name)),
      lead(messages.locked.lead),
      form.node,
      ways(link(messages.locked.other, 'switch'), link(messages.logIn.toRecover, 'recover')),
    ),
  };
}
