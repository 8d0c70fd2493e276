// @ts-check
// What the page does with sync: follows a long one, and asks for one where somebody waits for what comes of it.

import { announce } from './announce.js';
import { languages } from './language.js';

/**
 * @param {import('./placecard/accounts.js').Accounts} accounts
 * @param {import('./store.js').Store} store
 */
export function watchSync(accounts, store) {
  accounts.on('sync-progress', (event) => {
    const { done = 0, total = 0 } = /** @type {import('./placecard/sessions/events.js').Event} */ (event);
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
    return page.accounts.sync().then(
      () => true,
      () => false,
    );
  });
}
