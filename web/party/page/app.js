// @ts-check
// Wires the page: opens the accounts, watches what may change, shows it.

import { preferredLanguage } from './language.js';
import { watchNetwork } from './network.js';
import { Page } from './page.js';
import { showParty } from './party.js';
import { open, User } from './placecard/index.js';
import { watchRoute } from './router.js';
import { Screen } from './screen.js';
import { serverOf } from './server.js';
import { Store } from './store.js';
import { watchSync } from './sync.js';
import { watchUpdates } from './updates.js';

const store = new Store();
store.set({ language: preferredLanguage() });
const page = new Page(store, () => screen.show(store.get()));
const screen = new Screen(page);
watchRoute(store);
screen.show(store.get());
store.subscribe((state, former) => screen.show(state, former));

start();
showParty(store).then(() => watchNetwork(store));
watchUpdates(store);

async function start() {
  try {
    const accounts = await open({ sync: serverOf(store) });
    page.opened(accounts);
    const look = () => {
      const { session } = store.get();
      const { user, ...snapshot } = accounts.getSnapshot();
      const isChanged = snapshot.session !== session;
      store.set({ ...snapshot, user: user instanceof User ? user : null, ...(isChanged && { isCounted: false }) });
      if (isChanged) countAccounts();
    };
    accounts.subscribe(look);
    watchSync(accounts, store);
    look();
    await countAccounts();
    store.set({ phase: 'ready' });
    performance.mark('party-ready'); // a form is there
    // Somebody else may have signed up in another tab.
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && countAccounts());
  } catch (error) {
    store.set({ phase: 'failed', error });
  }
}

async function countAccounts() {
  store.set({ hasAccounts: (await page.accounts.users.count()) > 0, isCounted: true });
}
