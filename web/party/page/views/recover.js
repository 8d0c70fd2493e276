// @ts-check
// A forgotten password, with the code from the paper.

import { announce } from '../announce.js';
import { el, link } from '../dom.js';
import { Field } from '../field.js';
import { Form } from '../form.js';
import { NewPassword } from '../new-password.js';
import { go } from '../router.js';
import { heading, lead, ways } from './view.js';

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./view.js').View}
 */
export function recoverView(page) {
  const { field, recover } = page.messages;
  const username = new Field({ page, name: 'username', label: field.login, autocomplete: 'username' });
  const code = new Field({ page, name: 'code', label: field.code, attributes: { class: 'code' } });
  const chosen = new NewPassword(page, { label: field.newPassword, personal: () => [username.value] });
  const form = new Form({
    page,
    name: 'recover',
    fields: [username, code, ...chosen.fields],
    submit: recover.submit,
    busy: recover.busy,
    // A wrong name and a wrong code are one answer.
    fieldFor: ({ code: trouble, field: name = '' }) => (isAboutCode(trouble) ? 'code' : name),
    onSubmit: async (values) => {
      chosen.check();
      await page.accounts.recover({ login: values.username, code: values.code, newPassword: values.password });
      form.node.reset();
      chosen.judge();
      go('');
      announce(recover.done);
    },
  });
  return {
    node: el('div', {}, heading(recover.title), lead(recover.lead), form.node, ways(link(recover.back, 'log-in'))),
  };
}

/** @param {string} code */
function isAboutCode(code) {
  return ['recovery-code-invalid', 'invalid-credentials', 'too-many-attempts'].includes(code);
}
