// @ts-check
// Where to go after a log-in. An address from outside may only lead to a path of this origin.

const BACK_TO_NOWHERE = 'http://localhost/';

/**
 * The path, with its query and fragment, when the address leads to this origin; null for anything else, also for what
 * would lead elsewhere once it is decoded.
 * @param {unknown} url
 * @param {string} [base] address of the page, which a relative path starts from
 * @returns {string | null}
 */
export function safeNext(url, base = globalThis.location?.href ?? BACK_TO_NOWHERE) {
  if (typeof url !== 'string' || url === '' || !isPlain(url)) return null;
  const here = new URL(base);
  let there;
  try {
    there = new URL(url, here);
    if (there.origin !== here.origin || there.protocol !== here.protocol || here.origin === 'null') return null;
    // The browser takes `//` and `/\` for the beginning of a host; `/./` can hide them, and so can %2f.
    if (/^\/[/\\]/.test(decoded(there.pathname))) return null;
    const [path] = url.split(/[?#]/, 1);
    const plain = decoded(path);
    if (plain !== path && safeNext(plain, base) === null) return null;
  } catch {
    return null; // no address, or an encoding that is none
  }
  return there.pathname + there.search + there.hash;
}

/**
 * Nothing that a browser drops or turns into something else.
 * @param {string} url
 */
function isPlain(url) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return !/[\x00-\x1f\x7f\\]|^ | $/.test(url);
}

/**
 * However often it was encoded.
 * @param {string} path
 */
function decoded(path) {
  for (let text = path; ; ) {
    const once = decodeURIComponent(text);
    if (once === text) return text;
    text = once;
  }
}

/**
 * The address of a page where one logs in, with the way back.
 * @param {string} view
 * @param {unknown} next left out when it is not safe
 */
export function viewUrl(view, next) {
  const safe = safeNext(next);
  if (safe === null) return view;
  const [address, ...fragment] = view.split(/(?=#)/);
  return `${address}${address.includes('?') ? '&' : '?'}next=${encodeURIComponent(safe)}${fragment.join('')}`;
}
