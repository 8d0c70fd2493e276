// @ts-check

import { withFreshLogin } from '../confirm.js';
import { el } from '../dom.js';
import { download } from '../download.js';
import { Form } from '../form.js';
import { outcome, section } from './section.js';

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./section.js').Section}
 */
export function exportSection(page) {
  const { profile } = page.messages;
  const done = outcome();
  const form = new Form({
    page,
    name: 'export',
    fields: [],
    submit: profile.export,
    busy: profile.busy,
    buttonClass: 'secondary',
    onSubmit: async () => {
      done.textContent = '';
      const mine = await withFreshLogin(page, () => page.accounts.exportAccount());
      if (mine === undefined) return;
      download('my-account.json', `${JSON.stringify(mine, null, 2)}\n`);
      done.textContent = profile.exportDone;
    },
  });
  return { node: section(profile.export, el('p', {}, profile.exportLead), form.node, done) };
}
