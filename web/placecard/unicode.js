// @ts-check
// The two questions of Unicode that the core asks its host and that String does not answer by itself.

/**
 * Whether every surrogate has its partner. A lone one would silently become U+FFFD in UTF-8, and two different
 * passwords the same bytes.
 * @param {string} text
 */
export function isWellFormed(text) {
  return !/[\uD800-\uDFFF]/u.test(text);
}

// Characters whose full case folding (CaseFolding.txt, status C and F) is not the lower case of their upper case.
// Cherokee folds to capitals, dotless i to itself.
const CHEROKEE_SMALL = /[\u13F8-\u13FD\uAB70-\uABBF]/u;
const CHEROKEE_CAPITAL = /[\u13A0-\u13F5]/u;

/**
 * A key under which texts that differ only in case are equal: full case folding, then NFC, independent of the locale.
 * One character at a time, because String.prototype.toLowerCase looks around a capital sigma.
 * @param {string} text
 */
export function foldCase(text) {
  let folded = '';
  for (const each of text.normalize('NFC')) {
    if (each === 'ı' || CHEROKEE_CAPITAL.test(each)) folded += each;
    else if (CHEROKEE_SMALL.test(each)) folded += each.toUpperCase();
    else folded += lower(lower(each).toUpperCase());
  }
  return folded.normalize('NFC');
}

/** @param {string} text */
function lower(text) {
  return [...text].map((each) => each.toLowerCase()).join('');
}
