// @ts-check
// A new guest.

import { announce } from '../announce.js';
import { button, el, link } from '../dom.js';
import { checkbox, Field } from '../field.js';
import { Form } from '../form.js';
import { LiveCheck } from '../live-check.js';
import { NewPassword } from '../new-password.js';
import { go } from '../router.js';
import { suggestionChips, suggestionsFor } from '../suggestions.js';
import { heading, lead, ways } from './view.js';

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./view.js').View}
 */
export function signUpView(page) {
  const { messages } = page;
  const { field, signUp } = messages;
  const shared = { page };
  const username = new Field({
    ...shared,
    name: 'username',
    label: field.username,
    hint: field.usernameHint,
    autocomplete: 'username',
  });
  const email = new Field({
    ...shared,
    name: 'email',
    type: 'email',
    label: field.email,
    hint: field.emailHint,
    autocomplete: 'email',
  });
  const chosen = new NewPassword(page, { label: field.password, personal: () => [username.value, email.value] });
  const remember = checkbox({ name: 'remember', label: field.remember, hint: field.rememberHint });
  const fields = [username, email, ...chosen.fields];
  const form = new Form({
    page,
    name: 'sign-up',
    fields,
    content: [...fields.map(({ node }) => node), remember.node],
    submit: signUp.submit,
    busy: signUp.busy,
    onSubmit: async (values) => {
      live.stop();
      await checkAll(page, values, chosen);
      await page.accounts.signUp({ ...asked(values), remember: remember.input.checked });
      form.node.reset();
      chosen.judge();
      go('');
      announce(signUp.done(values.username));
    },
    onError: (error) => {
      form.showError(error);
      // Suggestions take a moment; the sentence is there already.
      for (const trouble of /** @type {any} */ (error).problems ?? []) {
        helpFor(trouble).then((help) => help.length > 0 && form.showTrouble(trouble, undefined, ...help));
      }
      return true;
    },
  });
  /** @param {import('../sentence.js').Trouble} trouble */
  async function helpFor({ code }) {
    if (code === 'email-taken') return [logInInstead(page, email.value)];
    if (code !== 'username-taken') return [];
    const free = await suggestionsFor(page.accounts, { username: username.value, email: email.value });
    return free.length === 0 ? [] : [suggestionChips(signUp.suggestions, free, username)];
  }
  const live = new LiveCheck({
    page,
    fields: [username, email, chosen.password],
    values: () => asked(form.values()),
    helpFor,
  });
  return {
    node: el('div', {}, heading(signUp.title), lead(signUp.lead), form.node, ways(link(signUp.toLogIn, 'log-in'))),
  };
}

/** @param {Record<string, string>} values */
function asked({ username, email, password }) {
  return { username, email, password };
}

/**
 * Everything that is wrong at once, the second password included.
 * @param {import('../page.js').Page} page
 * @param {Record<string, string>} values
 * @param {NewPassword} chosen
 */
async function checkAll(page, values, chosen) {
  /** @type {import('../sentence.js').Trouble[]} */
  const problems = await page.accounts.check(asked(values));
  if (chosen.differs()) problems.push({ code: 'passwords-differ', field: 'repeat' });
  if (problems.length > 0) throw { problems };
}

/**
 * @param {import('../page.js').Page} page
 * @param {string} login
 */
function logInInstead(page, login) {
  const choose = () => {
    page.store.set({ login });
    go('log-in');
  };
  return el('p', { class: 'suggestions' }, button(page.messages.signUp.logInInstead, choose, { class: 'chip' }));
}
