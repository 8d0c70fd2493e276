// @ts-check
// Names that are still free, close to one that is taken.

import { button, el } from './dom.js';

const WANTED = 3;

/**
 * @param {string} username
 * @param {string} email
 */
function candidates(username, email) {
  const [local, domain = ''] = email.split('@');
  const name = username.trim();
  const all = [
    local,
    `${name}2`,
    `${name}-the-second`,
    domain && `${name}.${domain.split('.')[0]}`,
    `${name}3`,
    `other-${name}`,
  ];
  return [...new Set(all)].filter((candidate) => candidate.length > 1 && candidate !== name);
}

/**
 * @param {import('./placecard/accounts.js').Accounts} accounts
 * @param {{ username: string, email: string }} form
 * @returns {Promise<string[]>}
 */
export async function suggestionsFor(accounts, { username, email }) {
  /** @type {string[]} */
  const free = [];
  for (const candidate of candidates(username, email)) {
    if (free.length === WANTED) break;
    const problems = await accounts.check({ username: candidate });
    if (!problems.some(({ field }) => field === 'username')) free.push(candidate);
  }
  return free;
}

/**
 * @param {string} label
 * @param {string[]} names
 * @param {import('./field.js').Field} field
 */
export function suggestionChips(label, names, field) {
  const choose = (/** @type {string} */ name) => {
    field.value = name;
    field.showError('');
    field.input.focus();
    field.input.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const buttons = names.map((name) => button(name, () => choose(name), { class: 'chip' }));
  return el('p', { class: 'suggestions' }, `${label} `, ...buttons);
}
