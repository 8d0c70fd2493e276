// @ts-check
// The accounts could not be opened: why, and what to do.

import { button, el } from '../dom.js';
import { sentenceOf, troublesOf } from '../sentence.js';
import { heading } from './view.js';

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./view.js').View}
 */
export function failedView({ messages, store }) {
  const sentences = troublesOf(store.get().error).map((trouble) => el('p', {}, sentenceOf(trouble, messages)));
  const reload = button(messages.failed.reload, () => location.reload(), { class: 'primary' });
  return { node: el('div', { class: 'choice' }, heading(messages.failed.title), ...sentences, reload) };
}
