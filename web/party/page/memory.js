// @ts-check
// Choices about the page itself, kept in localStorage where there is one: nothing of a guest.

const prefix = 'placecard-party/';

/**
 * @param {string} name
 * @returns {string | null}
 */
export function remembered(name) {
  try {
    return localStorage.getItem(prefix + name);
  } catch {
    return null; // forbidden here
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function remember(name, value) {
  try {
    localStorage.setItem(prefix + name, value);
  } catch {} // then it holds for this visit
}
