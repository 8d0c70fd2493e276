// @ts-check

import { Field } from '../field.js';
import { Form } from '../form.js';
import { outcome, section } from './section.js';

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./section.js').Section}
 */
export function nameSection(page) {
  const { field, profile } = page.messages;
  const done = outcome();
  const username = new Field({ page, name: 'username', label: field.username, autocomplete: 'username' });
  const form = new Form({
    page,
    name: 'rename',
    fields: [username],
    submit: profile.save,
    busy: profile.busy,
    buttonClass: 'secondary',
    onSubmit: async (values) => {
      done.textContent = '';
      const user = await page.accounts.update({ username: values.username });
      done.textContent = profile.renamed(user.username ?? '');
    },
  });
  return {
    node: section(profile.rename, form.node, done),
    shown() {
      if (username.value === '') username.value = page.store.get().user?.username ?? '';
    },
  };
}
