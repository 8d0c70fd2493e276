// @ts-check
// Where the sync server is, and whether there is one at all: the same page lies on hosts that have none, and says
// nothing about it there.

import { remember, remembered } from './memory.js';

/** @typedef {'none' | 'unknown' | 'there' | 'away'} Presence `unknown` before anything has answered */

const KEY = 'server';

/**
 * @param {import('./store.js').Store} store is told whether the server is there
 * @returns {import('./placecard/sync/settings.js').SyncOptions | undefined} for `open`; undefined without a server
 */
export function serverOf(store) {
  const meta = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name="placecard-sync"]'));
  if (meta === null || meta.content === '') return undefined;
  store.set({ server: remembered(KEY) === 'there' ? 'there' : 'unknown' });
  return { url: meta.content, fetch: /** @type {typeof fetch} */ ((input, init) => ask(store, input, init)) };
}

/** @param {{ server: Presence }} state */
export const hasServer = ({ server }) => server === 'there' || server === 'away';

/**
 * @param {import('./store.js').Store} store
 * @param {RequestInfo | URL} input
 * @param {RequestInit} [init]
 */
async function ask(store, input, init) {
  // A host without one is asked once a visit.
  if (store.get().server === 'none') throw new TypeError('This host has no sync server.');
  try {
    const response = await fetch(input, init);
    meet(store, await whoAnswered(response));
    return response;
  } catch (cause) {
    meet(store, 'nobody');
    throw cause;
  }
}

/**
 * @param {Response} response
 * @returns {Promise<'server' | 'nobody' | 'another'>}
 */
async function whoAnswered(response) {
  const { status } = response;
  const body = await response
    .clone()
    .json()
    .catch(() => null);
  if (typeof body?.epoch === 'string' && status < 500) return 'server';
  // Of a server that is out of breath, or of the proxy before it; 501 is what some static hosts say to a POST.
  return status === 429 || (status >= 500 && status !== 501) ? 'nobody' : 'another';
}

/**
 * @param {import('./store.js').Store} store
 * @param {'server' | 'nobody' | 'another'} who
 */
function meet(store, who) {
  const known = remembered(KEY);
  if (who === 'server') {
    if (known !== 'there') remember(KEY, 'there');
    store.set({ server: 'there' });
  } else if (who === 'another' && known !== 'there') {
    remember(KEY, 'none');
    store.set({ server: 'none' });
  } else if (known !== 'none') store.set({ server: 'away' }); // a hotel's log-in page, too
}
