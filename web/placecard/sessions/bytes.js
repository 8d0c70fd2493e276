// @ts-check
// Secrets as text, for the places that keep nothing else.

/** @param {Uint8Array} bytes */
export function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {string} hex */
export function bytesOf(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** @param {number} size */
export function randomBytes(size) {
  return crypto.getRandomValues(new Uint8Array(size));
}
