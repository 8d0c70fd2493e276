// @ts-check
// A page that was hidden, frozen or kept for the back button may have missed what other tabs told; one that had no
// network, what the server has.

/**
 * @param {() => void} wake
 * @returns {() => void} stops it
 */
export function onWake(wake) {
  if (typeof document === 'undefined') return () => {}; // in a Worker of the page's own
  const stop = new AbortController();
  const { signal } = stop;
  addEventListener('pageshow', wake, { signal });
  addEventListener('online', wake, { signal });
  document.addEventListener('resume', wake, { signal });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake(), { signal });
  return () => stop.abort();
}
