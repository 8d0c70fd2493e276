// @ts-check
// What a person reads of an error: the page's own sentence in their language, else the package's.

/**
 * @typedef {object} Trouble
 * @property {string} code
 * @property {string} [field]
 * @property {string} [message]
 */

/**
 * @param {unknown} error
 * @returns {Trouble[]}
 */
export function troublesOf(error) {
  const problems = /** @type {{ problems?: Trouble[] } | null} */ (error)?.problems;
  if (problems !== undefined) return problems;
  console.error(error);
  return [{ code: 'unexpected' }];
}

/**
 * @param {Trouble} trouble
 * @param {import('./messages/en.js').Messages} messages
 * @param {Record<string, string | number>} [values]
 */
export function sentenceOf({ code, message }, messages, values = {}) {
  return fillIn(messages.errors[code] ?? message ?? messages.errors.unexpected, values);
}

/**
 * @param {string} text with names in braces
 * @param {Record<string, string | number>} values
 */
export function fillIn(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, name) => String(values[name] ?? all));
}
