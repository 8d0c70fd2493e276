// @ts-check
// The service worker keeps the whole page. A newer version waits until somebody says reload, so that nobody's page
// changes under their hands.

const LOOK_AGAIN_MS = 60 * 60 * 1000;

let isReloading = false;

/** @param {import('./store.js').Store} store */
export async function watchUpdates(store) {
  const container = navigator.serviceWorker;
  if (container === undefined) return; // served over plain http, or forbidden
  let hasController = container.controller !== null;
  container.addEventListener('controllerchange', () => {
    if (isReloading) location.reload();
    // Somebody cleared what the browser keeps: no update, and no copy any more.
    else if (container.controller === null) store.set({ isStored: false });
    else if (hasController) store.set({ update: 'taken' });
    hasController = true; // the first one has only stored what runs here
  });
  try {
    const registration = await container.register('sw.js', { updateViaCache: 'none' });
    watch(registration, store);
    const ready = await container.ready;
    store.set({ isStored: true });
    ready.active?.postMessage('loaded');
    lookNowAndThen(registration);
  } catch {} // then the page needs its network, and does not claim otherwise
}

/** Lets the waiting version take over, and shows it. */
export async function takeUpdate() {
  const registration = await navigator.serviceWorker?.getRegistration();
  const waiting = registration?.waiting;
  if (!waiting) {
    location.reload();
    return;
  }
  isReloading = true;
  waiting.postMessage('take-over');
}

/**
 * @param {ServiceWorkerRegistration} registration
 * @param {import('./store.js').Store} store
 */
function watch(registration, store) {
  const look = () => {
    if (registration.waiting !== null && registration.active !== null) store.set({ update: 'ready' });
  };
  look();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', look);
  });
}

/** @param {ServiceWorkerRegistration} registration */
function lookNowAndThen(registration) {
  let lookedAt = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - lookedAt < LOOK_AGAIN_MS) return;
    lookedAt = Date.now();
    registration.update().catch(() => {}); // offline: another time
  });
}
