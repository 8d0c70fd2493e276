// @ts-check
// Loads placecard.wasm, from wherever it is given.

import { AccountError, accountError } from './errors.js';

/**
 * @typedef {URL | Response | BufferSource | WebAssembly.Module | PromiseLike<Response | WebAssembly.Module>} WasmSource
 */

/**
 * @param {WasmSource} source
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(source) {
  try {
    /** @type {object} */
    const given = source instanceof URL ? await fetch(source) : await source;
    if (given instanceof WebAssembly.Module) return given;
    if (!isResponse(given)) return await WebAssembly.compile(/** @type {BufferSource} */ (given));
    if (!given.ok) throw new Error(`${given.url} answered ${given.status}`);
    // Streaming compilation insists on the bare MIME type, which not every static host sets.
    if (given.headers.get('content-type') === 'application/wasm') return await WebAssembly.compileStreaming(given);
    return await WebAssembly.compile(await given.arrayBuffer());
  } catch (cause) {
    if (cause instanceof AccountError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw accountError('core-unavailable', `The account module could not be loaded: ${reason}`, cause);
  }
}

/**
 * @param {object} given
 * @returns {given is Response}
 */
function isResponse(given) {
  return 'arrayBuffer' in given;
}
