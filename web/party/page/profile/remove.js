// @ts-check

import { announce } from '../announce.js';
import { el } from '../dom.js';
import { passwordField, usernameForManagers } from '../field.js';
import { Form } from '../form.js';
import { go } from '../router.js';
import { section } from './section.js';

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./section.js').Section}
 */
export function removeSection(page) {
  const { field, profile } = page.messages;
  const password = passwordField(page, field.currentPassword);
  const form = new Form({
    page,
    name: 'remove',
    fields: [password],
    content: [usernameForManagers(page.store.get().user?.username ?? ''), password.node],
    submit: profile.removeSubmit,
    busy: profile.removeBusy,
    buttonClass: 'danger',
    onSubmit: async (values) => {
      await page.deciding(async () => {
        await page.accounts.deleteAccount({ password: values.password });
        page.seeEnd();
      });
      go('');
      announce(profile.removed);
    },
  });
  return { node: section(profile.remove, el('p', {}, profile.removeLead), form.node) };
}
