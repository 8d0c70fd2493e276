// What people do with their devices.

import { Disk } from './disk.js';
import { password, passwords } from './prepared.js';

// Few enough to collide, some with each other's capitals.
const names = ['ada', 'Ada', 'cy', 'guest', 'GUEST', 'third', 'eve', 'zoe'];
const keys = ['dinner', 'diet'];

/** @typedef {import('./device.js').Device} Device */
/** @typedef {[weight: number, choice: [name: string, action: () => Promise<unknown>]]} Action */

/**
 * @param {import('./world.js').World} world
 * @param {Device} device that is on
 * @returns {Action[]}
 */
export function deviceActions(world, device) {
  const { chance } = world;
  const accounts = /** @type {NonNullable<Device['accounts']>} */ (device.accounts);
  const { user, session, sync } = accounts.getSnapshot();
  const name = chance.pick(names);
  /** @type {Action[]} */
  const actions = [
    [2, [`signs up ${name}`, () => signUp(world, accounts, name)]],
    [4, ['is switched off', async () => device.crash()]],
    [1, ['is wiped', async () => wipe(device, new Disk())]],
    [2, ['is copied', async () => void world.copies.push(device.disk.copy())]],
  ];
  // A second one would wait for the first, and nothing here would say that it does.
  if (!device.isSyncing) actions.push([40, ['sync', () => device.syncs()]]);
  if (world.copies.length > 0) {
    const copy = chance.pick(world.copies);
    actions.push([1, ['becomes an older copy', async () => wipe(device, copy.copy())]]);
  }
  if (session !== 'open') {
    actions.push([6, [`logs in as ${name}`, () => accounts.logIn({ login: name, password, remember: true })]]);
    return actions;
  }
  const key = chance.pick(keys);
  actions.push(
    [8, [`calls itself ${name}`, () => accounts.update({ username: name })]],
    [10, [`sets ${key}`, () => accounts.session.data.set(key, `secret ${chance.below(1000)}`)]],
    [3, [`deletes ${key}`, () => accounts.session.data.delete(key)]],
    [1, ['changes the password', () => changePassword(world, accounts)]],
    [1, ['deletes the account', () => deleteAccount(world, accounts)]],
    [1, ['logs out', () => accounts.logOut()]],
  );
  const mine = sync?.conflicts.find((conflict) => conflict.user.equals(user));
  if (mine !== undefined) {
    const choice = chance.pick(['keep-mine', 'take-theirs', 'rename']);
    const decided = decision(choice, mine, `${name}-${chance.below(1000)}`);
    actions.push([
      30,
      [`settles ${mine.state}: ${choice}`, () => accounts.resolve(mine, /** @type {any} */ (decided))],
    ]);
  }
  return actions;
}

/**
 * @param {string} choice
 * @param {{ code: string }} conflict
 * @param {string} username
 */
function decision(choice, { code }, username) {
  if (choice === 'rename') return { rename: { username } };
  return choice === 'keep-mine' && code === 'account-deleted' ? { renewWith: password } : choice;
}

/**
 * @param {import('./world.js').World} world
 * @param {NonNullable<Device['accounts']>} accounts
 * @param {string} name
 */
async function signUp(world, accounts, name) {
  const email = `${name}.${world.chance.below(3)}@example.com`;
  await accounts.signUp({ username: name, email, password, remember: true });
}

/**
 * @param {import('./world.js').World} world
 * @param {NonNullable<Device['accounts']>} accounts
 */
async function changePassword(world, accounts) {
  await accounts.changePassword({ current: password, next: world.chance.pick(passwords) });
}

/**
 * @param {import('./world.js').World} world
 * @param {NonNullable<Device['accounts']>} accounts
 */
async function deleteAccount({ deleted }, accounts) {
  deleted.add(String(accounts.currentUser.joinedAtText));
  await accounts.deleteAccount({ password });
}

/**
 * @param {Device} device
 * @param {Disk} disk
 */
function wipe(device, disk) {
  device.crash();
  device.disk = disk;
}
