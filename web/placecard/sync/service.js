// @ts-check
// What sync asks of the core and its storage. Bytes come and go as base64, which is how they travel; each answer of the
// server is one commit.

import { checkGrant } from '../core.js';
import { enter, enterPrepared } from '../entry.js';
import { AccountError } from '../errors.js';
import { bytesOf } from '../sessions/bytes.js';
import { fromBase64 } from './base64.js';

/** @typedef {import('../core.js').Core} Core */
/** @typedef {import('../core.js').Grant} Grant */
/** @typedef {import('../entry.js').Entry} Entry */
/** Id in hexadecimal, op, sealed value. @typedef {[opId: string, op: string, value: string | null]} WaitingOp */
/** @typedef {[uid: string, token: string | null, cursor: string | null]} Remote */
/** @typedef {'local-only' | 'pending' | 'synced' | 'needs-rename' | 'credential-conflict' | 'conflict' | 'revoked'} SyncState */
/** @typedef {'keep-mine' | 'take-theirs'} Version */

/**
 * What the server says of one op.
 * @typedef {object} Result
 * @property {string} opId
 * @property {'applied' | 'duplicate' | 'conflict' | 'rejected' | 'retry'} status
 * @property {string} [code]
 * @property {string} [theirs]
 * @property {string} [theirsValue]
 */

/**
 * @typedef {object} StateReply
 * @property {number} waiting ops that can be sent
 * @property {string | null} epoch the server's, when it last answered
 * @property {{ uid: string, user: import('../user.js').UserReply, state: SyncState, code: string, fields: string[] }[]} accounts
 */

/**
 * What a row of an app says of a user.
 * @typedef {object} ServerRow
 * @property {string | null} username
 * @property {string | null} email
 * @property {string | null} joinedAt
 * @property {string | null} [passwordHash]
 */

/** @type {Result['status'][]} in the order of their numbers */
const statuses = ['applied', 'duplicate', 'conflict', 'rejected'];

export class SyncService {
  #core;
  #commits;

  /**
   * @param {Core} core
   * @param {import('../commit.js').Commits} commits
   */
  constructor(core, commits) {
    this.#core = core;
    this.#commits = commits;
  }

  /** @returns {Promise<StateReply>} */
  async syncState() {
    return this.#commits.read(() => this.#core.syncState());
  }

  /**
   * @param {{ maxOps: number, maxBytes: number }} request
   * @returns {Promise<WaitingOp[]>} one at least, if any waits; in the order in which they were made
   */
  async syncBatch({ maxOps, maxBytes }) {
    return this.#commits.read(() => this.#core.syncBatch(maxOps, maxBytes));
  }

  /**
   * @param {{ results: Result[], epoch: string }} request
   * @returns {Promise<string[]>} ids of the ops that wait as before
   */
  async syncResults({ results, epoch }) {
    return this.#commits.write(() => {
      this.#core.syncEpoch(epoch);
      const left = results.filter(({ opId, status, code = '', theirs, theirsValue }) => {
        const number = statuses.indexOf(status);
        const take = () =>
          this.#core.syncResult(bytesOf(opId), number, code, fromBase64(theirs), fromBase64(theirsValue));
        return number === -1 || !isTaken(take);
      });
      return left.map(({ opId }) => opId);
    });
  }

  /** @returns {Promise<Remote[]>} what the server is asked with, by account */
  async syncRemotes() {
    return this.#commits.read(() => this.#core.syncRemotes());
  }

  /**
   * What the server says of an account.
   * @param {{ uid: string, ops: { op: string, value?: string }[], token?: string | null, cursor?: string | null,
   *   disabled?: boolean, row?: ServerRow, epoch?: string }} request what is absent stays as it is
   * @returns {Promise<number>} how many ops changed something here
   */
  async syncIncoming({ uid, ops, token, cursor, disabled, row, epoch }) {
    const id = bytesOf(uid);
    return this.#commits.write(() => {
      if (epoch !== undefined) this.#core.syncEpoch(epoch);
      let changed = 0;
      for (const { op, value } of ops) {
        // What is not signed as it must be changes nothing here, and holds nothing up.
        isTaken(() => {
          if (this.#core.syncIncoming(fromBase64(op), fromBase64(value))) changed += 1;
        });
      }
      if (row !== undefined && this.#core.syncRow(id, row)) changed += 1;
      this.#core.syncSetRemote(id, { token, cursor, disabled });
      return changed;
    });
  }

  /** The server is not what it was: all of it is sent and asked for again. @param {{ epoch: string }} request */
  async syncReset({ epoch }) {
    return this.#commits.write(() => this.#core.syncReset(epoch));
  }

  /**
   * @param {{ session: number }} request
   * @returns {Promise<boolean>} whether anything could be put together that had been changed on two devices
   */
  async syncMerge({ session }) {
    return this.#commits.write(() => this.#core.syncMerge(session));
  }

  /** @param {{ session: number, choice: Version }} request */
  async syncResolve({ session, choice }) {
    return this.#commits.write(() => this.#core.syncResolve(session, choice));
  }

  /** Deletes the one account here, once what it holds is in the other. @param {{ from: number, into: number }} request */
  async syncMergeInto({ from, into }) {
    return this.#commits.write(() => this.#core.syncMergeInto(from, into));
  }

  /**
   * @param {{ session: number, nonce: string }} request
   * @returns {Promise<string>} the account's signature, which a server gives a token for
   */
  async syncSign({ session, nonce }) {
    return this.#commits.read(() => this.#core.syncSign(session, fromBase64(nonce)));
  }

  /**
   * The slow half of a log-in with what the server says of the account; `admit` or `abandon` is the other.
   * @param {{ login: string, password: string, salt: string, passes: number, memory: number, nonce: string }} request
   * @returns {Promise<{ prepared: number, signature: string, logOuts: number }>}
   */
  async remoteLogIn({ login, password, salt, passes, memory, nonce }) {
    this.#commits.doubt();
    return this.#commits.read(() => {
      const logOuts = this.#core.logOuts();
      const cost = { salt: fromBase64(salt), passes, memory };
      return { ...this.#core.prepareRemoteLogIn(login, password, cost, fromBase64(nonce)), logOuts };
    });
  }

  /**
   * @param {{ prepared: number, logOuts: number, uid: string, op: string, token: string, force?: boolean, grant?: Grant,
   *   tampered?: import('../core.js').TamperChoice }} request
   * @returns {Promise<Entry>}
   */
  async admit({ prepared, uid, op, token, grant, ...how }) {
    if (grant) checkGrant(grant);
    const before = () => this.#core.syncAdmit(prepared, fromBase64(op));
    const after = () => this.#core.syncSetRemote(bytesOf(uid), { token, cursor: null, disabled: false });
    return enterPrepared(this.#core, this.#commits, prepared, { ...how, grant, before, after });
  }

  /**
   * @param {{ hashHead: string, password: string, nonce: string }} request
   * @returns {Promise<string>} what only the password of that hash gives
   */
  async hashProof({ hashHead, password, nonce }) {
    return this.#commits.read(() => this.#core.hashProof(hashHead, password, fromBase64(nonce)));
  }

  /**
   * Makes an account of a user whom an app made, once the server has been shown their password. With the token it will
   * let the account take over the row.
   * @param {{ row: ServerRow, password: string, token: string, grant?: Grant }} request
   * @returns {Promise<Entry>}
   */
  async adopt({ row: { username, email, joinedAt }, password, token, grant }) {
    const prepare = () => this.#core.prepareAdoptRemote(username, email, joinedAt, password);
    const after = (/** @type {import('../user.js').UserReply} */ [id]) => {
      const made = this.#core.syncState().accounts.find(({ user }) => user[0] === id);
      if (made !== undefined) this.#core.syncSetRemote(bytesOf(made.uid), { token });
    };
    return enter(this.#core, this.#commits, prepare, { grant, after });
  }

  /** @param {{ prepared: number }} request */
  async abandon({ prepared }) {
    return this.#commits.read(() => this.#core.abandon(prepared));
  }
}

/** @param {() => void} take */
function isTaken(take) {
  try {
    take();
    return true;
  } catch (error) {
    if (error instanceof AccountError && error.code !== 'core-stopped') return false;
    throw error;
  }
}
