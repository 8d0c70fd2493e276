// @ts-check
// The server refuses the account for a reason that nobody can choose away here: which one.

import { el } from '../dom.js';
import { Form } from '../form.js';
import { sentenceOf } from '../sentence.js';
import { heading } from '../views/view.js';

/** @type {import('../views/settle.js').Part} */
export function stuck(page, { code }) {
  const { settle, sync } = page.messages;
  const sentences = code.split(',').map((each) => el('p', {}, sentenceOf({ code: each }, page.messages)));
  const again = new Form({
    page,
    name: 'settle-again',
    fields: [],
    submit: sync.now,
    busy: sync.busy,
    buttonClass: 'secondary',
    onSubmit: () => page.accounts.sync(),
  });
  return [heading(settle.stuck.title), ...sentences, again.node];
}
