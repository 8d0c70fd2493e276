// @ts-check
// Somebody else has the name or the address: another one, or "that is me".

import { announce } from '../announce.js';
import { withFreshLogin } from '../confirm.js';
import { conflictOf, subjectOf } from '../conflict.js';
import { el } from '../dom.js';
import { Field, passwordField } from '../field.js';
import { Form } from '../form.js';
import { section } from '../profile/section.js';
import { go } from '../router.js';
import { suggestionChips, suggestionsFor } from '../suggestions.js';
import { decideAndSend } from '../sync.js';
import { heading, lead } from '../views/view.js';

/** @typedef {import('../conflict.js').Conflict} Conflict */

/** @type {import('../views/settle.js').Part} */
export function renaming(page, conflict) {
  const { rename } = page.messages.settle;
  const me = section(rename.meTitle, el('p', {}, rename.meLead), mergeForm(page, conflict));
  // Two people may like one name, but hardly one address.
  me.open = conflict.fields.includes('email');
  return [heading(rename.title), lead(rename.lead(subjectOf(conflict, page.messages))), renameForm(page, conflict), me];
}

/**
 * @param {import('../page.js').Page} page
 * @param {Conflict} conflict
 */
function renameForm(page, conflict) {
  const { field, settle } = page.messages;
  const { user } = conflict;
  const isAsked = (/** @type {string} */ name) => conflict.fields.includes(name) || conflict.fields.length === 0;
  const username = new Field({
    page,
    name: 'username',
    label: field.username,
    hint: field.usernameHint,
    value: user.username ?? '',
    autocomplete: 'username',
  });
  const email = new Field({
    page,
    name: 'email',
    type: 'email',
    label: field.email,
    value: user.email ?? '',
    autocomplete: 'email',
  });
  const fields = [username, email].filter(({ name }) => isAsked(name));
  const free = el('div', { class: 'free' });
  username.node.append(free);
  const form = new Form({
    page,
    name: 'settle-rename',
    fields,
    submit: settle.rename.submit,
    busy: settle.rename.busy,
    onSubmit: async (values) => {
      const current = conflictOf(page.store.get());
      if (current === null) return go('');
      refuseSame(current.user, values);
      // The address is changed only by who has typed the password in this visit.
      const isSent = await withFreshLogin(page, () =>
        decideAndSend(page, () => page.accounts.resolve(current, { rename: values })),
      );
      if (isSent === undefined) return;
      const again = conflictOf(page.store.get());
      if (again?.state === 'needs-rename') throw takenThere(again);
      go('');
      announce(isSent ? settle.rename.done : settle.later);
    },
  });
  if (isAsked('username'))
    suggestionsFor(page.accounts, { username: user.username ?? '', email: user.email ?? '' }).then(
      (names) => {
        if (names.length === 0) return;
        free.replaceChildren(suggestionChips(settle.rename.suggestions, names, username));
      },
      () => {}, // a name can be thought of
    );
  return form.node;
}

/**
 * The very name that somebody else has would only come back.
 * @param {import('../placecard/user.js').User} user
 * @param {Record<string, string>} values
 */
function refuseSame(user, { username, email }) {
  const problems = [];
  if (username !== undefined && username === user.username)
    problems.push({ code: 'username-taken-there', field: 'username' });
  if (email !== undefined && email === user.email) problems.push({ code: 'email-taken-there', field: 'email' });
  if (problems.length > 0) throw { problems };
}

/** @param {Conflict} conflict */
function takenThere({ fields }) {
  return { problems: fields.map((field) => ({ code: `${field}-taken-there`, field })) };
}

/**
 * @param {import('../page.js').Page} page
 * @param {Conflict} conflict
 */
function mergeForm(page, { user, fields }) {
  const { field, settle } = page.messages;
  const login = (fields.includes('username') ? user.username : user.email) ?? '';
  const username = new Field({ page, name: 'username', label: field.login, value: login, autocomplete: 'username' });
  const password = passwordField(page, settle.rename.mePassword);
  const form = new Form({
    page,
    name: 'settle-merge',
    fields: [username, password],
    submit: settle.rename.meSubmit,
    busy: settle.rename.meBusy,
    buttonClass: 'secondary',
    fieldFor: ({ field: name = '' }) => (name === 'login' ? 'username' : name),
    onSubmit: async (values) => {
      const current = conflictOf(page.store.get());
      if (current === null) return go('');
      const choice = { mergeWith: values.username, password: values.password };
      await decideAndSend(page, () => page.accounts.resolve(current, choice));
      go('');
      announce(settle.rename.meDone);
    },
  });
  return form.node;
}
