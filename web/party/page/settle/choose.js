// @ts-check
// Of two versions one has to stay: of a password, or of what was changed in two places.

import { announce } from '../announce.js';
import { conflictOf, subjectOf } from '../conflict.js';
import { el } from '../dom.js';
import { Form } from '../form.js';
import { go } from '../router.js';
import { decideAndSend } from '../sync.js';
import { heading, lead } from '../views/view.js';

/** @type {import('../views/settle.js').Part} */
export function choosing(page, conflict) {
  const { settle } = page.messages;
  const isPassword = conflict.state === 'credential-conflict';
  const words = isPassword ? settle.password : settle.conflict;
  const button = (/** @type {'mine' | 'theirs'} */ which) => choice(page, which, words);
  return [
    heading(words.title),
    lead(isPassword ? settle.password.lead : settle.conflict.lead(subjectOf(conflict, page.messages))),
    versions(page, conflict),
    el('div', { class: 'versions' }, button('mine'), button('theirs')),
  ].filter((node) => node !== null);
}

/**
 * What it is on this device, and on the server.
 * @param {import('../page.js').Page} page
 * @param {import('../conflict.js').Conflict} conflict
 */
function versions({ messages: { field, settle } }, { fields, user, theirs }) {
  const known = /** @type {const} */ (['username', 'email']).filter((name) => fields.includes(name));
  if (known.length === 0) return null;
  const fact = (/** @type {string} */ term, /** @type {string | null | undefined} */ value) =>
    el('div', {}, el('dt', {}, term), el('dd', { dir: 'auto' }, value ?? '–'));
  const facts = known.flatMap((name) => [
    fact(settle.here(field[name]), user[name]),
    fact(settle.there(field[name]), theirs?.[name]),
  ]);
  return el('dl', { class: 'facts' }, ...facts);
}

/**
 * @param {import('../page.js').Page} page
 * @param {'mine' | 'theirs'} which
 * @param {import('../messages/en.js').Messages['settle']['password' | 'conflict']} words
 */
function choice(page, which, words) {
  const { settle } = page.messages;
  const isMine = which === 'mine';
  const form = new Form({
    page,
    name: `settle-${which}`,
    fields: [],
    submit: words[which],
    busy: settle.busy,
    buttonClass: isMine ? 'primary' : 'secondary',
    onSubmit: async () => {
      const conflict = conflictOf(page.store.get());
      if (conflict === null) return go('');
      const isSent = await decideAndSend(page, () =>
        page.accounts.resolve(conflict, isMine ? 'keep-mine' : 'take-theirs'),
      );
      go('');
      announce(isSent ? words[isMine ? 'mineDone' : 'theirsDone'] : settle.later);
    },
  });
  return form.node;
}
