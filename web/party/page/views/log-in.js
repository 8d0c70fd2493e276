// @ts-check
// Logging in, with the cards of those who have an account here to spare them the typing.

import { announce } from '../announce.js';
import { button, el, link } from '../dom.js';
import { checkbox, Field, passwordField } from '../field.js';
import { Form } from '../form.js';
import { showAccounts } from '../picker.js';
import { go } from '../router.js';
import { hasServer } from '../server.js';
import { heading, lead, ways } from './view.js';

const CARDS = 6;

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./view.js').View}
 */
export function logInView(page) {
  const { messages } = page;
  const { field, logIn } = messages;
  const username = new Field({ page, name: 'username', label: field.login, autocomplete: 'username' });
  const password = passwordField(page, field.password);
  const remember = checkbox({ name: 'remember', label: field.remember, hint: field.rememberHint });
  const choice = el('div', { class: 'choice', role: 'group', tabindex: '-1', hidden: true });
  /** @param {'refuse' | 'restore' | 'accept'} tampered */
  const enter = async (tampered) => {
    await page.accounts.logIn({
      login: username.value,
      password: password.value,
      remember: remember.input.checked,
      tampered,
    });
    form.node.reset();
    showChoice(false);
    page.store.set({ login: '' });
    go('');
    announce(logIn.done(page.store.get().user?.username ?? ''));
  };
  const form = new Form({
    page,
    name: 'log-in',
    fields: [username, password],
    content: [username.node, password.node, remember.node],
    submit: logIn.submit,
    busy: logIn.busy,
    asksServer: true,
    fieldFor: ({ field: name = '' }) => (name === 'login' ? 'username' : name),
    onSubmit: async () => {
      const problems = [];
      if (username.value.trim() === '') problems.push({ code: 'login-required', field: 'username' });
      if (password.value === '') problems.push({ code: 'password-required', field: 'password' });
      if (problems.length > 0) throw { problems };
      await enter('refuse');
    },
    onError: (error) => {
      const { code, fields } = /** @type {{ code?: string, fields: string[] }} */ (error);
      if (code !== 'tampered') return false;
      choice.replaceChildren(...question(page, fields, enterAs, () => showChoice(false)));
      showChoice(true);
      return true;
    },
  });
  /** @param {'restore' | 'accept'} tampered */
  const enterAs = async (tampered) => {
    await enter(tampered).catch((error) => {
      showChoice(false);
      form.showError(error);
    });
  };
  /** @param {boolean} isAsked */
  function showChoice(isAsked) {
    choice.hidden = !isAsked;
    form.node.hidden = isAsked;
    cards.hidden = isAsked;
    (isAsked ? choice : password.input).focus();
  }
  const cards = el('ul', { class: 'cards' });
  const anywhere = lead(logIn.anywhere);
  const all = link(messages.switch.title, 'switch');
  let filled = '';
  return {
    node: el(
      'div',
      {},
      heading(logIn.title),
      anywhere,
      cards,
      all,
      choice,
      form.node,
      ways(link(logIn.toSignUp, 'sign-up'), link(logIn.toRecover, 'recover')),
    ),
    update(state) {
      const { login } = state;
      anywhere.hidden = !hasServer(state);
      if (login === filled) return;
      filled = login;
      if (login === '') return;
      username.value = login;
      password.input.focus();
    },
    shown() {
      showAccounts(page, cards, CARDS).then(
        (count) => all.toggleAttribute('hidden', count <= CARDS),
        () => cards.replaceChildren(),
      );
      if (filled !== '') password.input.focus();
    },
  };
}

/**
 * @param {import('../page.js').Page} page
 * @param {string[]} fields that differ
 * @param {(choice: 'restore' | 'accept') => Promise<void>} enterAs
 * @param {() => void} cancel
 */
function question({ messages: { tampered } }, fields, enterAs, cancel) {
  const names = fields.map((name) => tampered.fields[name] ?? tampered.unknown).join(', ') || tampered.unknown;
  return [
    el('h3', {}, tampered.title),
    el('p', {}, tampered.text(names)),
    button(tampered.restore, () => enterAs('restore'), { class: 'primary' }),
    button(tampered.accept, () => enterAs('accept'), { class: 'secondary' }),
    button(tampered.cancel, cancel, { class: 'quiet' }),
  ];
}
