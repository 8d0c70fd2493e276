// @ts-check
// The choices about the page itself.

import { el, newId } from './dom.js';
import { isLanguage, languages } from './language.js';
import { remember, remembered } from './memory.js';
import { hasServer } from './server.js';

/**
 * @param {HTMLElement} node
 * @param {import('./page.js').Page} page
 * @param {HTMLElement} syncLine
 */
export function showFooter(node, page, syncLine) {
  const { footer } = page.messages;
  const state = page.store.get();
  const isPrivate = hasServer(state) ? footer.shared : footer.private;
  const names = Object.entries(languages).map(([tag, { language }]) => [tag, language]);
  const language = select(footer.language, names, page.language, (tag) => {
    if (!isLanguage(tag)) return;
    remember('language', tag);
    page.store.set({ language: tag });
  });
  const theme = select(footer.theme, Object.entries(footer.themes), remembered('theme') ?? 'auto', (name) => {
    remember('theme', name);
    if (name === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
  });
  const hadFocus = [...node.querySelectorAll('select')].indexOf(
    /** @type {HTMLSelectElement} */ (document.activeElement),
  );
  node.replaceChildren(
    el(
      'div',
      { class: 'about' },
      syncLine,
      el('p', {}, isPrivate, ' ', state.isStored && el('span', { id: 'stored' }, footer.offlineReady)),
    ),
    el('div', { class: 'choices' }, language, theme),
  );
  if (hadFocus >= 0) node.querySelectorAll('select')[hadFocus].focus();
}

/**
 * @param {string} label
 * @param {string[][]} options value and text
 * @param {string} current
 * @param {(value: string) => void} onChange
 */
function select(label, options, current, onChange) {
  const id = newId();
  const node = el(
    'select',
    { id },
    ...options.map(([value, text]) => el('option', { value, selected: value === current }, text)),
  );
  node.addEventListener('change', () => onChange(node.value));
  return el('div', { class: 'choose' }, el('label', { for: id }, label), node);
}
