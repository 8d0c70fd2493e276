// @ts-check
// What a person decides about a conflict.

import { accountError, checkObject } from '../errors.js';
import { textsOf } from '../forms.js';
import { User } from '../user.js';

/** @typedef {import('./report.js').Conflict} Conflict */

/**
 * `rename`: another name or address, where somebody else has the first one. `mergeWith`: it is me who has it; what this
 * account holds goes there. `renewWith` its password: what was deleted on another device goes on as a new account. Else
 * which of two versions is to be kept.
 * @typedef {'keep-mine' | 'take-theirs' | { rename: { username?: string, email?: string } }
 *   | { mergeWith: string, password: string } | { renewWith: string }} Choice
 */

/**
 * @param {import('../accounts.js').Accounts} accounts
 * @param {import('../service.js').Service} service
 * @param {import('../sessions/keeper.js').Keeper} keeper
 * @param {import('./sync.js').Sync} sync
 * @param {Conflict | User} about
 * @param {Choice} choice
 */
export async function resolve(accounts, service, keeper, sync, about, choice) {
  checkObject(about, 'What resolve takes first');
  const user = about instanceof User ? about : about.user;
  const current = keeper.standing.live;
  // What is decided is sealed anew, with keys that only its owner's session has.
  if (!current.user.equals(user)) throw accountError('not-logged-in');
  const session = current.session.number;
  if (choice === 'keep-mine' || choice === 'take-theirs') {
    const grant = choice === 'keep-mine' ? keeper.entrances.grantOf(current) : undefined;
    await service.syncResolve({ session, choice, grant: grant && { ...grant, fresh: current.isFresh } });
    await keeper.replaced();
    return;
  }
  checkObject(choice, 'What resolve takes last');
  if ('rename' in choice) {
    await accounts.update(choice.rename);
    return;
  }
  if ('renewWith' in choice) {
    const { renewWith: password } = textsOf(choice, ['renewWith']);
    await keeper.entrances.enter((grant) => service.renew({ session, password, grant }), {
      remember: current.isRemembered,
    });
    return;
  }
  const { mergeWith: login, password } = textsOf(choice, ['mergeWith', 'password']);
  await keeper.entrances.enter(
    async (grant) => {
      const entry = await sync.logInRemotely({ login, password, grant });
      await service.syncMergeInto({ from: session, into: entry.session });
      return entry;
    },
    { remember: current.isRemembered },
  );
  await keeper.replaced(); // the name may have become free
}
