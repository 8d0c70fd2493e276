// @ts-check

import { withFreshLogin } from '../confirm.js';
import { Field } from '../field.js';
import { Form } from '../form.js';
import { outcome, section } from './section.js';

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./section.js').Section}
 */
export function emailSection(page) {
  const { field, profile } = page.messages;
  const done = outcome();
  const email = new Field({ page, name: 'email', type: 'email', label: field.email, autocomplete: 'email' });
  const form = new Form({
    page,
    name: 'email',
    fields: [email],
    submit: profile.save,
    busy: profile.busy,
    buttonClass: 'secondary',
    onSubmit: async (values) => {
      done.textContent = '';
      const user = await withFreshLogin(page, () => page.accounts.update({ email: values.email }));
      if (user !== undefined) done.textContent = profile.emailChanged;
    },
  });
  return {
    node: section(profile.email, form.node, done),
    shown() {
      if (email.value === '') email.value = page.store.get().user?.email ?? '';
    },
  };
}
