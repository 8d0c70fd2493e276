// @ts-check
// Bytes as they travel.

import { accountError } from '../errors.js';

/**
 * @template {string | undefined} T
 * @param {T} text
 * @returns {T extends string ? Uint8Array : null}
 */
export function fromBase64(text) {
  return /** @type {any} */ (text === undefined ? null : bytesOf(text));
}

/** @param {string} text */
function bytesOf(text) {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw accountError('op-invalid', undefined, cause);
  }
}
