// @ts-check
// Whether there is a network. A browser knows when it has none, but not that a server is gone: that shows when asked.

import { refreshParty } from './party.js';

const ASK_AGAIN_MS = 20_000;

/** @param {import('./store.js').Store} store */
export function watchNetwork(store) {
  const ask = () => {
    if (navigator.onLine) return refreshParty(store);
    store.set({ isOffline: true });
  };
  addEventListener('online', ask);
  // What the sync server has just shown may hold for the whole network.
  store.subscribe(({ server, sync, isOffline }, former) => {
    const isBack = isOffline && sync?.lastSyncedAt !== former.sync?.lastSyncedAt;
    if (server !== former.server || isBack) ask();
  });
  addEventListener('offline', () => store.set({ isOffline: true }));
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && ask());
  setInterval(() => store.get().isOffline && document.visibilityState === 'visible' && ask(), ASK_AGAIN_MS);
  ask();
}
