// @ts-check
// What becomes of an op, given what is known: no input or output, so that it can be read against the contract. A
// decision to apply changes the state it was given, for the ops that follow.

/** @typedef {import('./reading.js').PushedOp} PushedOp */
/** @typedef {import('./state.js').State} State */

/**
 * @typedef {object} Decision
 * @property {'applied' | 'duplicate' | 'conflict' | 'rejected' | 'retry'} status
 * @property {string} [code]
 * @property {string[]} [fields]
 * @property {number} [change] the account's change that the op was
 * @property {'account' | 'tombstone' | 'value'} [theirs] what the device should see
 * @property {'create' | 'update' | 'rename' | 'delete' | 'value'} [effect]
 */

/** @type {Decision} */
const invalid = { status: 'rejected', code: 'op-invalid' };

/**
 * @param {PushedOp} op
 * @param {State} state
 * @returns {Decision}
 */
export function decide(op, state) {
  const logged = state.log.get(op.uid + op.opId);
  if (logged !== undefined) {
    return logged.signature === op.signature ? { status: 'duplicate', change: logged.change } : invalid;
  }
  const tombstone = state.tombstones.get(op.uid);
  if (tombstone !== undefined) {
    if (op.kind === 'deletion' && tombstone.identityKey === op.identityKey) return { status: 'duplicate' };
    return { status: 'conflict', code: 'account-deleted', theirs: 'tombstone' };
  }
  const account = state.accounts.get(op.uid);
  if (account !== undefined && account.identityKey !== op.identityKey) return invalid;
  if (op.kind === 'deletion') return decideDeletion(op, state);
  if (account?.disabled) return { status: 'rejected', code: 'account-inactive' };
  return op.kind === 'account' ? decideAccount(op, state) : decideData(op, state);
}

/**
 * Wins whatever the head is, and also before the account has been heard of.
 * @param {PushedOp} op
 * @param {State} state
 * @returns {Decision}
 */
function decideDeletion(op, state) {
  state.accounts.delete(op.uid);
  state.tombstones.set(op.uid, op);
  return { status: 'applied', effect: 'delete' };
}

/**
 * @param {PushedOp} op
 * @param {State} state
 * @returns {Decision}
 */
function decideAccount(op, state) {
  const { uid, opId, identityKey, username, email } = op;
  const account = state.accounts.get(uid);
  if (username === null && email === null) {
    return { status: 'rejected', code: 'username-required', fields: ['username'] };
  }
  if (account === undefined) {
    state.accounts.set(uid, { identityKey, head: opId, change: 1, userId: null, username, email, disabled: false });
    return { status: 'applied', change: 1, effect: 'create' };
  }
  // The log has been pruned.
  if (account.head === opId) return { status: 'duplicate' };
  if (!op.parents.includes(account.head)) return { status: 'conflict', code: 'changed-meanwhile', theirs: 'account' };
  const renamed = account.username !== username || account.email !== email;
  account.head = opId;
  account.change += 1;
  return { status: 'applied', change: account.change, effect: renamed ? 'rename' : 'update' };
}

/**
 * The last writer wins, and of two at once the one with the larger id: everywhere the same.
 * @param {PushedOp} op
 * @param {State} state
 * @returns {Decision}
 */
function decideData(op, state) {
  const { uid, opId, rev, name } = op;
  const account = state.accounts.get(uid);
  if (account === undefined) return { status: 'retry', code: 'account-unknown' };
  const stored = state.values.get(uid + name);
  if (stored?.opId === opId) return { status: 'duplicate' };
  if (stored !== undefined && (stored.rev > rev || (stored.rev === rev && stored.opId > opId))) {
    return { status: 'conflict', code: 'changed-meanwhile', theirs: 'value' };
  }
  account.change += 1;
  state.values.set(uid + name, { opId, rev, size: 0 });
  return { status: 'applied', change: account.change, effect: 'value' };
}
