// @ts-check
// What a screen reader is told although nothing got the focus.

/**
 * @param {string} text
 * @param {'polite' | 'alert'} [urgency]
 */
export function announce(text, urgency = 'polite') {
  const region = document.getElementById(urgency);
  if (region === null) return;
  // The same sentence twice is news twice.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}
