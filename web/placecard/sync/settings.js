// @ts-check
// What `open` takes for sync.

import { accountError, checkObject } from '../errors.js';

/**
 * @typedef {object} SyncOptions
 * @property {string | URL} url where the sync server is: the folder that its /v1 lies in
 * @property {boolean} [auto] whether it syncs by itself, and not only when `sync()` is called; true when absent
 * @property {typeof fetch} [fetch] sends the requests; the platform's when absent
 */

/** @typedef {{ url: URL, auto: boolean, fetch: typeof fetch }} SyncSettings */

/**
 * @param {SyncOptions | undefined} options
 * @returns {SyncSettings | null} null without a server
 */
export function syncSettings(options) {
  if (options === undefined) return null;
  checkObject(options, 'sync');
  const { url, auto = true, fetch: send = globalThis.fetch } = options;
  // Called as a function of nobody's, as browsers insist.
  const settings = { url: addressOf(url), auto, fetch: /** @type {typeof fetch} */ ((...request) => send(...request)) };
  if (settings.url === null || typeof auto !== 'boolean' || typeof send !== 'function') {
    throw accountError('argument-invalid', 'sync is { url, auto?, fetch? }, with an address that begins with http.');
  }
  return /** @type {SyncSettings} */ (settings);
}

/** @param {unknown} url */
function addressOf(url) {
  try {
    const address = new URL(String(url), globalThis.document?.baseURI);
    if (!address.pathname.endsWith('/')) address.pathname += '/';
    return address.protocol.startsWith('http') ? address : null;
  } catch {
    return null;
  }
}
