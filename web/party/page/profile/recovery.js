// @ts-check
// The recovery code: shown once, and not let go of before its end was typed from the paper.

import { announce } from '../announce.js';
import { withFreshLogin } from '../confirm.js';
import { el } from '../dom.js';
import { Field } from '../field.js';
import { Form } from '../form.js';
import { dateOf } from '../language.js';
import { outcome, section } from './section.js';

const KEY = 'recovery';

/**
 * @param {import('../page.js').Page} page
 * @returns {import('./section.js').Section}
 */
export function recoverySection(page) {
  const { profile } = page.messages;
  const done = outcome();
  const shownCode = el('div', { class: 'choice', hidden: true });
  const make = new Form({
    page,
    name: 'recovery',
    fields: [],
    submit: profile.recoveryMake,
    busy: profile.recoveryBusy,
    buttonClass: 'secondary',
    onSubmit: async () => {
      done.textContent = '';
      const code = await withFreshLogin(page, () => page.accounts.createRecoveryCode());
      if (code === undefined) return;
      // The one before is void now.
      await page.accounts.session.data.delete(KEY);
      shownCode.replaceChildren(...written(page, code, finish));
      show(true);
    },
  });
  /** @param {boolean} isShown */
  function show(isShown) {
    shownCode.hidden = !isShown;
    make.node.hidden = isShown;
    if (isShown) shownCode.querySelector('output')?.focus();
  }
  async function finish() {
    await page.accounts.session.data.set(KEY, { writtenDownAt: new Date().toISOString() });
    shownCode.replaceChildren();
    show(false);
    done.textContent = profile.recoveryDone;
  }
  return {
    node: section(profile.recovery, el('p', {}, profile.recoveryLead), make.node, shownCode, done),
    async shown() {
      const found = /** @type {{ writtenDownAt: string } | undefined} */ (
        await page.accounts.session.data.get(KEY).catch(() => undefined)
      );
      if (found !== undefined && done.textContent === '') {
        done.textContent = profile.recoveryHave(dateOf(new Date(found.writtenDownAt), page.language));
      }
    },
  };
}

/**
 * @param {import('../page.js').Page} page
 * @param {string} code
 * @param {() => Promise<void>} finish
 */
function written(page, code, finish) {
  const { profile } = page.messages;
  const groups = code.split('-');
  const end = groups[groups.length - 1];
  const typed = new Field({ page, name: 'end', label: profile.recoveryCheck, attributes: { class: 'code' } });
  const form = new Form({
    page,
    name: 'written-down',
    fields: [typed],
    submit: profile.recoveryConfirm,
    busy: profile.busy,
    buttonClass: 'secondary',
    onSubmit: async (values) => {
      if (plain(values.end) !== plain(end) && plain(values.end) !== plain(code)) {
        throw { problems: [{ code: 'recovery-wrong', field: 'end', message: profile.recoveryWrong }] };
      }
      await finish();
    },
  });
  announce(profile.recoveryWrite);
  // A group each, so that a narrow screen breaks between them.
  const pieces = groups.flatMap((group, index) => [index > 0 && '-', el('span', {}, group)]);
  return [
    el('p', {}, profile.recoveryWrite),
    el('output', { class: 'recovery-code', tabindex: '-1' }, ...pieces),
    form.node,
  ];
}

/**
 * As the package reads a code: what looks alike is alike.
 * @param {string} text
 */
function plain(text) {
  return text.toUpperCase().replace(/[-\s]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
}
