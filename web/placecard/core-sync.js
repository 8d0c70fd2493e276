// @ts-check
// What src/abi.h offers for sync, as methods. Ops, values, nonces and signatures are base64 here, as they travel; uids
// are hexadecimal.

import { accountError } from './errors.js';

/** @typedef {import('./instance.js').Instance} Instance */

/** An op's id, the op, and the value that goes with it. @typedef {[string, string, string | null]} Outgoing */

/** What a server says of an op. @typedef {'applied' | 'duplicate' | 'conflict' | 'rejected'} PushStatus */

/** @type {PushStatus[]} in the order of their numbers */
const statuses = ['applied', 'duplicate', 'conflict', 'rejected'];

/**
 * @typedef {object} AccountSync
 * @property {string} uid
 * @property {import('./user.js').UserReply} user
 * @property {'local-only' | 'pending' | 'synced' | 'needs-rename' | 'credential-conflict' | 'conflict' | 'revoked'} state
 * @property {string} code why, when somebody has to do something: error codes with commas between
 * @property {string[]} fields what it is about
 * @property {{ username: string | null, email: string | null }} [theirs] what the server has instead, where two versions
 *   are to be chosen from
 */

/**
 * @typedef {object} StateReply
 * @property {number} waiting ops that the server does not have, or has refused
 * @property {string} epoch the server's, when it last answered; empty before
 * @property {AccountSync[]} accounts
 */

/**
 * What a row of an app says of a user.
 * @typedef {object} ServerRow
 * @property {string | null} username
 * @property {string | null} email
 * @property {string | null} joinedAt
 * @property {string | null} [passwordHash]
 */

/** A person's choice. @typedef {'keep-mine' | 'take-theirs'} Choice */

export class CoreSync {
  #instance;

  /** @param {Instance} instance */
  constructor(instance) {
    this.#instance = instance;
  }

  /**
   * @param {string} name without its `placecard_`
   * @param {...(string | Uint8Array | null | number)} args
   */
  #ask(name, ...args) {
    return this.#instance.answer(this.#instance.callWith(name, ...args));
  }

  /**
   * Ops to send, the first in order; at least one when any waits.
   * @param {number} maxOps
   * @param {number} maxBytes
   * @returns {Outgoing[]}
   */
  batch(maxOps, maxBytes) {
    return this.#ask('sync_batch', maxOps, maxBytes);
  }

  /**
   * @param {string} op as it was sent
   * @param {{ status: PushStatus, codes?: string[], theirs?: string | null, theirsValue?: string | null }} said
   * @returns {boolean} whether anything has changed here
   */
  result(op, { status, codes = [], theirs = null, theirsValue = null }) {
    const sent = [fromBase64(op), statuses.indexOf(status), codes.join(',')];
    return this.#ask('sync_result', ...sent, optional(theirs), optional(theirsValue));
  }

  /**
   * Another device's op, as it was pulled.
   * @param {string} op
   * @param {string | null} [value]
   * @returns {boolean} whether anything has changed here
   */
  incoming(op, value = null) {
    return this.#ask('sync_incoming', fromBase64(op), optional(value));
  }

  /**
   * An account's row as somebody else has made it on the server.
   * @param {string} uid
   * @param {ServerRow} row
   * @returns {boolean} whether a person has to choose
   */
  serverRow(uid, { username, email, passwordHash = null, joinedAt }) {
    return this.#ask('sync_server_row', fromHex(uid), username, email, passwordHash, joinedAt);
  }

  /** @returns {[string, string | null, string | null][]} uid, token, cursor */
  remotes() {
    return this.#ask('sync_remotes');
  }

  /**
   * @param {string} uid
   * @param {{ token: string | null, cursor: string | null, disabled?: boolean }} remote
   */
  setRemote(uid, { token, cursor, disabled = false }) {
    this.#ask('sync_set_remote', fromHex(uid), token, cursor, disabled ? 1 : 0);
  }

  /** @param {string} epoch what the server is called now */
  setEpoch(epoch) {
    this.#ask('sync_set_epoch', epoch);
  }

  /** All is sent and asked for again. @param {string} epoch the server's, which is another one now */
  reset(epoch) {
    this.#ask('sync_reset', epoch);
  }

  /**
   * @param {number} session 0 for nobody's
   * @param {boolean} [all] every account, not only those in which somebody has to do something
   * @returns {StateReply}
   */
  state(session, all = false) {
    return this.#ask('sync_state', session, all ? 1 : 0);
  }

  /** @param {number} session @returns {boolean} whether there was anything to merge */
  merge(session) {
    return this.#ask('sync_merge', session);
  }

  /** @param {number} session @param {Choice} choice */
  resolve(session, choice) {
    this.#ask('sync_resolve', session, choice === 'keep-mine' ? 1 : 2);
  }

  /** @param {number} from @param {number} into */
  mergeInto(from, into) {
    this.#ask('sync_merge_into', from, into);
  }

  /** @param {number} session @param {string} nonce @returns {string} the signature */
  sign(session, nonce) {
    return this.#ask('sync_sign', session, fromBase64(nonce));
  }

  /**
   * Slow. Then `admit`, `apply`, `settle` or `abandon`.
   * @param {string} password
   * @param {{ salt: string, passes: number, memory: number, nonce: string }} prelogin
   * @returns {{ prepared: number, signature: string }}
   */
  prepareRemoteLogIn(password, { salt, passes, memory, nonce }) {
    return this.#ask('prepare_remote_log_in', password, fromBase64(salt), passes, memory, fromBase64(nonce));
  }

  /** @param {number} prepared @param {string} op the account's, as the server gave it */
  admit(prepared, op) {
    this.#ask('sync_admit', prepared, fromBase64(op));
  }

  /**
   * As slow as the hash.
   * @param {string} hashHead
   * @param {string} password
   * @param {string} nonce
   * @returns {string} the proof
   */
  hashProof(hashHead, password, nonce) {
    return this.#ask('hash_proof', hashHead, password, fromBase64(nonce));
  }

  /**
   * Slow. A sign-up under the names of a row without account on the server, whose password was proved there.
   * @param {ServerRow} row
   * @param {string} password
   * @returns {number} the prepared operation
   */
  prepareAdoption({ username, email, joinedAt }, password) {
    return this.#ask('prepare_adopt_remote', username, email, joinedAt, password);
  }

  /**
   * Slow. An account that was deleted on the server goes on as a new one, in a new session.
   * @param {number} session
   * @param {string} password
   * @returns {number} the prepared operation
   */
  prepareRenewal(session, password) {
    return this.#ask('prepare_renew', session, password);
  }
}

/** @param {string} text */
function fromBase64(text) {
  let chars;
  try {
    chars = atob(text);
  } catch (cause) {
    throw accountError('op-invalid', undefined, cause);
  }
  // A loop: Uint8Array.from takes ten times as long.
  const bytes = new Uint8Array(chars.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = chars.charCodeAt(at);
  return bytes;
}

/** @param {string | null} text */
function optional(text) {
  return text == null ? null : fromBase64(text);
}

/** @param {string} text */
function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
