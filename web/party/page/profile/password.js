// @ts-check

import { passwordField, usernameForManagers } from '../field.js';
import { Form } from '../form.js';
import { NewPassword } from '../new-password.js';
import { outcome, section } from './section.js';

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./section.js').Section}
 */
export function passwordSection(page) {
  const { field, profile } = page.messages;
  const me = () => page.store.get().user;
  const done = outcome();
  const current = passwordField(page, field.currentPassword, 'current');
  const personal = () => [me()?.username ?? '', me()?.email ?? ''];
  const chosen = new NewPassword(page, { name: 'next', label: field.newPassword, personal });
  const fields = [current, ...chosen.fields];
  const form = new Form({
    page,
    name: 'change-password',
    fields,
    content: [usernameForManagers(me()?.username ?? ''), ...fields.map(({ node }) => node)],
    submit: profile.save,
    busy: profile.busy,
    buttonClass: 'secondary',
    // The package calls both of them the password.
    fieldFor: ({ code, field: name = '' }) =>
      name !== 'password' ? name : ['invalid-credentials', 'too-many-attempts'].includes(code) ? 'current' : 'next',
    onSubmit: async (values) => {
      done.textContent = '';
      chosen.check();
      await page.accounts.changePassword({ current: values.current, next: values.next });
      form.node.reset();
      chosen.judge();
      done.textContent = profile.passwordChanged;
    },
  });
  return { node: section(profile.password, form.node, done) };
}
