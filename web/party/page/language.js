// @ts-check
// Which language the page speaks: ?lang= in its address, else what was chosen here before, else the browser's.

import { remembered } from './memory.js';
import { de } from './messages/de.js';
import { en } from './messages/en.js';

export const languages = { en, de };

/** @typedef {keyof typeof languages} Language */

/** @returns {Language} */
export function preferredLanguage() {
  const asked = new URLSearchParams(location.search).get('lang');
  const wanted = [asked, remembered('language'), ...navigator.languages];
  for (const tag of wanted) {
    const [language] = (tag ?? '').toLowerCase().split('-');
    if (isLanguage(language)) return language;
  }
  return 'en';
}

/**
 * @param {string} text
 * @returns {text is Language}
 */
export function isLanguage(text) {
  return Object.hasOwn(languages, text);
}

/** @param {Language} language */
const region = (language) => (language === 'en' ? 'en-GB' : language);

/**
 * @param {Date} date
 * @param {Language} language
 * @param {Intl.DateTimeFormatOptions} [style]
 */
export function dateOf(date, language, style = { dateStyle: 'long' }) {
  const text = new Intl.DateTimeFormat(region(language), style).format(date);
  return text.replace(/(\d\.?) (?=\p{L})/u, '$1\u00a0'); // the day stays with its month
}
