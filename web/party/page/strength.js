// @ts-check
// How hard a password is to guess, roughly, and why. A hint only: what is refused is the package's to say.

/** @typedef {'empty' | 'short' | 'personal' | 'pattern' | 'fair' | 'good' | 'strong'} Verdict */

export const MIN_CHARS = 8;

/** @type {Record<Verdict, number>} bars of four */
const bars = { empty: 0, short: 1, personal: 1, pattern: 1, fair: 2, good: 3, strong: 4 };

/**
 * @param {string} password
 * @param {string[]} personal what others know: the username, the address
 * @returns {{ verdict: Verdict, bars: number, missing: number }}
 */
export function strengthOf(password, personal = []) {
  const chars = [...password.normalize('NFC')];
  const verdict = judge(chars, personal);
  return { verdict, bars: bars[verdict], missing: Math.max(0, MIN_CHARS - chars.length) };
}

/**
 * @param {string[]} chars
 * @param {string[]} personal
 * @returns {Verdict}
 */
function judge(chars, personal) {
  if (chars.length === 0) return 'empty';
  if (chars.length < MIN_CHARS) return 'short';
  const surprising = chars.filter((_, index) => !follows(chars, index)).length;
  const text = chars.join('').toLowerCase();
  const known = personal.flatMap((word) => [word, word.split('@')[0]]).filter((word) => word.length > 2);
  const longest = Math.max(0, ...known.filter((word) => text.includes(word.toLowerCase())).map((word) => word.length));
  if (longest > 0 && chars.length - longest < MIN_CHARS) return 'personal';
  const worth = surprising - longest;
  if (worth < MIN_CHARS - 1 || new Set(chars).size < 5) return 'pattern';
  if (worth < 12) return 'fair';
  return worth < 17 ? 'good' : 'strong';
}

const keyboard = 'qwertyuiop asdfghjkl zxcvbnm qwertzuiop yxcvbnm';

/**
 * Whether a character is no surprise after the two before it: repeated, counted on, or next on the keyboard.
 * @param {string[]} chars
 * @param {number} index
 */
function follows(chars, index) {
  if (index < 2) return false;
  const codes = [index - 2, index - 1, index].map((at) => chars[at].toLowerCase().codePointAt(0) ?? 0);
  const [first, second] = [codes[1] - codes[0], codes[2] - codes[1]];
  const three = codes.map((code) => String.fromCodePoint(code)).join('');
  return (first === second && Math.abs(first) <= 1) || (!three.includes(' ') && keyboard.includes(three));
}
