// Devices as they were before a run begins. Deriving keys from passwords is what costs most, so it is done once, and a
// run begins with copies.

import { Device } from './device.js';
import { Network } from './network.js';

export const password = 'seven guests and a samovar';
export const passwords = [password, 'a second samovar, polished', 'the third samovar leaks'];

/**
 * @typedef {object} Prepared
 * @property {Map<string, import('./disk.js').Disk>} disks
 * @property {Awaited<ReturnType<import('./server.js').Server['backup']>>} backup what the server has
 */

/**
 * @param {import('./server.js').Server} server empty
 * @param {Omit<import('./device.js').DeviceOptions, 'name' | 'fetchOf'>} options
 * @returns {Promise<Prepared>}
 */
export async function prepare(server, options) {
  const network = new Network(server);
  const fetchOf = (/** @type {Device} */ device) => network.fetchOf(device);
  const disks = new Map();
  /**
   * @param {string} name
   * @param {(accounts: NonNullable<Device['accounts']>) => Promise<unknown>} work
   */
  const on = async (name, work) => {
    const device = new Device({ ...options, name, fetchOf });
    await device.start();
    const { accounts } = device;
    if (accounts === null) throw new Error(`${name} did not start`);
    const outcome = await device.does(() => work(accounts));
    while (!outcome.isDone) await network.deliver(network.messages[0]);
    if (outcome.error !== undefined) throw outcome.error;
    disks.set(name, device.disk.copy());
    device.crash();
  };
  const form = (/** @type {string} */ username, email = `${username}@example.com`) => ({
    username,
    email,
    password,
    remember: true,
  });
  for (const name of ['ada', 'cy']) {
    // On one device from the beginning, and on another that came later.
    await on(`${name} 1`, async (accounts) => {
      const { data } = await accounts.signUp(form(name));
      await data.set('dinner', 'secret soup');
      await accounts.sync();
    });
    await on(`${name} 2`, async (accounts) => {
      await accounts.logIn({ login: name, password, remember: true });
      await accounts.sync();
    });
  }
  // Never synced, and each wants what another has.
  await on('guest 1', (accounts) => accounts.signUp(form('guest')));
  await on('guest 2', (accounts) => accounts.signUp(form('guest', 'guest.2@example.com')));
  await on('guest 3', (accounts) => accounts.signUp(form('third', 'guest@example.com')));
  await on('two', async (accounts) => {
    await accounts.signUp(form('eve'));
    await accounts.signUp(form('Ada', 'ada.l@example.com'));
  });
  return { disks, backup: await server.backup() };
}
