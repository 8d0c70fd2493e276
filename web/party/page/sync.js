// @ts-check
// What the page does with sync: follows a long one, and asks for one where somebody waits for what comes of it.

import { announce } from './announce.js';
import { languages } from './language.js';

/** Longer than this nobody looks at a button; what comes of it later is shown as anything is. */
const LONG_MS = 10_000;

/**
 * @param {import('./placecard/accounts.js').Accounts} accounts
 * @param {import('./store.js').Store} store
 */
export function watchSync(accounts, store) {
  accounts.on('sync-progress', ({ done = 0, total = 0 }) => {
    if (done < total) store.set({ progress: { done, total } });
  });
  accounts.on('sync-failed', () => store.set({ progress: null }));
  accounts.on('sync-finished', () => {
    const { progress, language } = store.get();
    if (progress === null) return;
    store.set({ progress: null });
    announce(languages[language].sync.synced); // nobody hears a bar
  });
}

/**
 * Carries out what somebody has decided, and tries to send it.
 * @param {import('./page.js').Page} page
 * @param {() => Promise<void>} decide
 * @returns {Promise<boolean>} whether the server has it; else it is sent later
 */
export function decideAndSend(page, decide) {
  return page.deciding(async () => {
    await decide();
    page.seeEnd();
    const late = new Promise((resolve) => setTimeout(resolve, LONG_MS, false));
    const sent = page.accounts.sync().then(
      () => true,
      () => false,
    );
    return Promise.race([sent, late]);
  });
}
