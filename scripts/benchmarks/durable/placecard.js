import { open as openAccounts } from './placecard/index.js';

/** @param {string} name @param {{ worker: boolean }} options */
export async function open(name, { worker }) {
  const accounts = await openAccounts({ name, worker });
  return {
    insert: (all) => accounts.importUsers(all),
    has: async (username) => (await accounts.users.filterBy({ username }).first()) !== null,
    close: () => accounts.close(),
  };
}
