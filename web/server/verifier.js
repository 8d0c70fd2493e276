// @ts-check
// The account core, asked only what a server needs to know. The rules and the cryptography are the device's own, in the
// same module.

import { Verifier } from '../placecard/verifier.js';
import { fromHex, toHex, utf8 } from './bytes.js';

/**
 * A verifier that outlives its module: one that has stopped refuses everybody, so the next call gets another.
 * @param {WebAssembly.Module} module
 */
export function lasting(module) {
  let verifier = new Verifier(module);
  return {
    /** @template T @param {(verifier: Verifier) => T} ask @returns {T} */
    ask: (ask) => {
      try {
        return ask(verifier);
      } catch (error) {
        if (hasStopped(error)) verifier = new Verifier(module);
        throw error;
      }
    },
  };
}

/** @typedef {ReturnType<typeof lasting>} LastingVerifier */

/** Whether it was not the question that was wrong. @param {unknown} error */
export function hasStopped(error) {
  return /** @type {{ code?: string }} */ (error).code === 'core-stopped';
}

/**
 * Bytes that only who knows the key could have made (HMAC-SHA-256).
 * @param {string} key hex
 * @param {string} text
 */
export async function keyed(key, text) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', fromHex(key), algorithm, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, utf8(text)));
}

/** @param {Uint8Array} bytes @returns {Promise<string>} hex */
export async function sha256(bytes) {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', /** @type {BufferSource} */ (bytes))));
}
