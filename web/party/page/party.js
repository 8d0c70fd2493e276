// @ts-check
// The invitation, from the party.json the host edits. The stored copy is shown at once and the server's when it answers.

/**
 * @typedef {object} Party
 * @property {string} host
 * @property {string} date local to the venue, as 2026-12-12T19:00
 * @property {string} venue
 * @property {string} mainDish
 * @property {number} seats
 * @property {number} seatsLeft
 */

const ANSWER_WITHIN_MS = 10_000;

/**
 * @param {RequestCache} cache 'default' may be answered by the service worker from its copy, 'no-cache' never is
 * @returns {Promise<Party>}
 */
async function read(cache) {
  const response = await fetch('party.json', { cache, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  if (!response.ok) throw new Error(`party.json: ${response.status}`);
  return partyOf(await response.json());
}

/** @param {any} json */
function partyOf(json) {
  const text = (/** @type {unknown} */ value) => (typeof value === 'string' ? value : '');
  const count = (/** @type {unknown} */ value) => (Number.isInteger(value) ? Number(value) : 0);
  const { host, date, venue, mainDish, seats, seatsLeft } = Object(json);
  if (text(host) === '') throw new Error('party.json: no host');
  return {
    host: text(host),
    date: text(date),
    venue: text(venue),
    mainDish: text(mainDish),
    seats: count(seats),
    seatsLeft: count(seatsLeft),
  };
}

/**
 * @param {import('./store.js').Store} store
 */
export async function showParty(store) {
  await read('default').then(
    (party) => store.set({ party }),
    () => store.set({ isPartyMissing: true }),
  );
}

/**
 * Asks the server for today's invitation; whether it answered is whether the page is online.
 * @param {import('./store.js').Store} store
 */
export async function refreshParty(store) {
  try {
    const party = await read('no-cache');
    const isSame = JSON.stringify(party) === JSON.stringify(store.get().party);
    // The network may have gone since it was asked.
    const isOffline = !navigator.onLine;
    store.set(isSame ? { isOffline } : { isOffline, party, isPartyMissing: false });
  } catch (error) {
    // A server that answers something else is there, and an answer that is no invitation is not the network's fault.
    store.set({ isOffline: error instanceof TypeError || error instanceof DOMException });
  }
}
