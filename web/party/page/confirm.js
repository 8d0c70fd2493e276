// @ts-check
// Asks for the password before what only the owner may do, when the log-in is a remembered one.

import { button, el } from './dom.js';
import { passwordField, usernameForManagers } from './field.js';
import { Form } from './form.js';

/**
 * Does the work, after asking for the password if it has to be.
 * @template T
 * @param {import('./page.js').Page} page
 * @param {() => Promise<T>} work
 * @returns {Promise<T | undefined>} undefined when the visitor thought better of it
 */
export async function withFreshLogin(page, work) {
  try {
    return await work();
  } catch (error) {
    if (/** @type {{ code?: string }} */ (error).code !== 'fresh-login-required') throw error;
  }
  return (await askPassword(page)) ? work() : undefined;
}

/**
 * @param {import('./page.js').Page} page
 * @returns {Promise<boolean>}
 */
function askPassword(page) {
  const { messages } = page;
  const password = passwordField(page, messages.field.password);
  const title = el('h2', { id: 'confirm-title' }, messages.confirm.title);
  const dialog = el('dialog', { 'aria-labelledby': 'confirm-title' });
  let isConfirmed = false;
  const form = new Form({
    page,
    name: 'confirm',
    fields: [password],
    content: [usernameForManagers(page.store.get().user?.username ?? ''), password.node],
    submit: messages.confirm.submit,
    busy: messages.confirm.busy,
    onSubmit: async (values) => {
      await page.accounts.confirmLogin(values.password);
      isConfirmed = true;
      dialog.close();
    },
  });
  const cancel = button(messages.confirm.cancel, () => dialog.close(), { class: 'quiet' });
  dialog.append(title, el('p', {}, messages.confirm.lead), form.node, cancel);
  document.body.append(dialog);
  dialog.showModal();
  password.input.focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(isConfirmed);
    });
  });
}
