// @ts-check
// Deleted on another device, while something was changed here.

import { announce } from '../announce.js';
import { conflictOf } from '../conflict.js';
import { passwordField, usernameForManagers } from '../field.js';
import { Form } from '../form.js';
import { go } from '../router.js';
import { decideAndSend } from '../sync.js';
import { heading, lead } from '../views/view.js';

/** @type {import('../views/settle.js').Part} */
export function deleted(page, { user }) {
  const { field, settle } = page.messages;
  const words = settle.deleted;
  const password = passwordField(page, field.password);
  const keep = new Form({
    page,
    name: 'settle-keep',
    fields: [password],
    content: [usernameForManagers(user.username ?? ''), password.node],
    submit: words.keep,
    busy: settle.busy,
    onSubmit: async (values) => {
      if (conflictOf(page.store.get()) === null) return go('');
      const isSent = await decideAndSend(page, () => page.accounts.resolve(user, { renewWith: values.password }));
      go('');
      announce(isSent ? words.keepDone : settle.later);
    },
  });
  const drop = new Form({
    page,
    name: 'settle-drop',
    fields: [],
    submit: words.drop,
    busy: settle.busy,
    buttonClass: 'danger',
    onSubmit: async () => {
      if (conflictOf(page.store.get()) === null) return go('');
      await decideAndSend(page, () => page.accounts.resolve(user, 'take-theirs'));
      go('');
      announce(words.dropDone);
    },
  });
  return [heading(words.title), lead(words.lead), keep.node, drop.node];
}
