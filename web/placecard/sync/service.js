// @ts-check
// What sync asks of the core and its storage. Bytes come and go as base64, which is how they travel; each answer of the
// server is one commit.

import { checkGrant } from '../core.js';
import { enter, enterPrepared } from '../entry.js';
import { AccountError } from '../errors.js';

/** @typedef {import('../core.js').Core} Core */
/** @typedef {import('../core.js').Grant} Grant */
/** @typedef {import('../core-sync.js').ServerRow} ServerRow */
/** @typedef {import('../entry.js').Entry} Entry */

/**
 * What the server says of one op.
 * @typedef {object} Result
 * @property {string} opId
 * @property {string} op as it was sent
 * @property {import('../core-sync.js').PushStatus | 'retry'} status
 * @property {string} [code]
 * @property {string[]} [fields]
 * @property {string} [theirs]
 * @property {string} [theirsValue]
 */

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

  /**
   * @param {{ session: number }} request 0 for nobody's
   * @returns {Promise<import('../core-sync.js').StateReply>}
   */
  async syncState({ session }) {
    return this.#commits.read(() => this.#core.sync.state(session));
  }

  /**
   * @param {{ maxOps: number, maxBytes: number }} request
   * @returns {Promise<import('../core-sync.js').Outgoing[]>} one at least, if any waits; in the order in which they were made
   */
  async syncBatch({ maxOps, maxBytes }) {
    return this.#commits.read(() => this.#core.sync.batch(maxOps, maxBytes));
  }

  /**
   * @param {{ results: Result[], epoch: string }} request
   * @returns {Promise<string[]>} ids of the ops that wait as before
   */
  async syncResults({ results, epoch }) {
    return this.#commits.write(() => {
      this.#meet(epoch);
      const left = results.filter(({ op, status, code = '', fields = [], ...theirs }) => {
        // One code stands for each of several names.
        const codes = code.endsWith('-taken') ? fields.map((field) => `${field}-taken`) : [code];
        return status === 'retry' || !isTaken(() => this.#core.sync.result(op, { status, codes, ...theirs }));
      });
      return left.map(({ opId }) => opId);
    });
  }

  /** @returns {Promise<[uid: string, token: string | null, cursor: string | null][]>} what the server is asked with */
  async syncRemotes() {
    return this.#commits.read(() => this.#core.sync.remotes());
  }

  /**
   * What the server says of an account.
   * @param {{ uid: string, ops: { op: string, value?: string }[], token?: string | null, cursor?: string | null,
   *   disabled?: boolean, row?: ServerRow, epoch?: string }} request what is absent stays as it is
   * @returns {Promise<number>} how many ops changed something here
   */
  async syncIncoming({ uid, ops, token, cursor, disabled, row, epoch }) {
    return this.#commits.write(() => {
      if (epoch !== undefined) this.#meet(epoch);
      let changed = 0;
      for (const { op, value } of ops) {
        // What is not signed as it must be changes nothing here, and holds nothing up.
        isTaken(() => {
          if (this.#core.sync.incoming(op, value)) changed += 1;
        });
      }
      if (row !== undefined && this.#core.sync.serverRow(uid, row)) changed += 1;
      this.#setRemote(uid, { token, cursor, disabled });
      return changed;
    });
  }

  /** The server is not what it was: all of it is sent and asked for again. @param {{ epoch: string }} request */
  async syncReset({ epoch }) {
    return this.#commits.write(() => this.#core.sync.reset(epoch));
  }

  /**
   * @param {{ session: number }} request
   * @returns {Promise<boolean>} whether anything could be put together that had been changed on two devices
   */
  async syncMerge({ session }) {
    return this.#commits.write(() => this.#core.sync.merge(session));
  }

  /** @param {{ session: number, choice: import('../core-sync.js').Choice, grant?: Grant }} request */
  async syncResolve({ session, choice, grant }) {
    return this.#commits.write(() => {
      this.#core.sync.resolve(session, choice);
      // A password that is kept is a newer one than the session was kept with.
      if (grant) this.#core.sessionKeep(session, grant);
    });
  }

  /** Deletes the one account here, once what it holds is in the other. @param {{ from: number, into: number }} request */
  async syncMergeInto({ from, into }) {
    return this.#commits.write(() => this.#core.sync.mergeInto(from, into));
  }

  /**
   * @param {{ session: number, nonce: string }} request
   * @returns {Promise<string>} the account's signature, which a server gives a token for
   */
  async syncSign({ session, nonce }) {
    return this.#commits.read(() => this.#core.sync.sign(session, nonce));
  }

  /**
   * The slow half of a log-in with what the server says of the account; `admit` or `abandon` is the other.
   * @param {{ password: string, salt: string, passes: number, memory: number, nonce: string }} request
   * @returns {Promise<{ prepared: number, signature: string, logOuts: number }>}
   */
  async remoteLogIn({ password, ...prelogin }) {
    this.#commits.doubt();
    return this.#commits.read(() => {
      const logOuts = this.#core.logOuts();
      return { ...this.#core.sync.prepareRemoteLogIn(password, prelogin), logOuts };
    });
  }

  /**
   * @param {{ prepared: number, logOuts: number, uid: string, op: string, token: string, force?: boolean, grant?: Grant,
   *   tampered?: import('../core.js').TamperChoice }} request
   * @returns {Promise<Entry>}
   */
  async admit({ prepared, uid, op, token, grant, ...how }) {
    if (grant) checkGrant(grant);
    const before = () => this.#core.sync.admit(prepared, op);
    const after = () => this.#core.sync.setRemote(uid, { token, cursor: null });
    return enterPrepared(this.#core, this.#commits, prepared, { ...how, grant, before, after });
  }

  /**
   * @param {{ hashHead: string, password: string, nonce: string }} request
   * @returns {Promise<string>} what only the password of that hash gives
   */
  async hashProof({ hashHead, password, nonce }) {
    return this.#commits.read(() => this.#core.sync.hashProof(hashHead, password, nonce));
  }

  /**
   * Makes an account of a user whom an app made, once the server has been shown their password. With the token it will
   * let the account take over the row.
   * @param {{ row: ServerRow, password: string, token: string, grant?: Grant }} request
   * @returns {Promise<Entry>}
   */
  async adopt({ row, password, token, grant }) {
    const prepare = () => this.#core.sync.prepareAdoption(row, password);
    const after = (/** @type {import('../user.js').UserReply} */ [id]) => {
      const made = this.#core.sync.state(0, true).accounts.find(({ user }) => user[0] === id);
      if (made !== undefined) this.#core.sync.setRemote(made.uid, { token, cursor: null });
    };
    return enter(this.#core, this.#commits, prepare, { grant, after });
  }

  /**
   * An account that was deleted on another device goes on as a new one.
   * @param {{ session: number, password: string, grant?: Grant }} request
   * @returns {Promise<Entry>}
   */
  async renew({ session, password, grant }) {
    return enter(this.#core, this.#commits, () => this.#core.sync.prepareRenewal(session, password), { grant });
  }

  /** @param {{ prepared: number }} request */
  async abandon({ prepared }) {
    return this.#commits.read(() => this.#core.abandon(prepared));
  }

  /** @param {string} epoch */
  #meet(epoch) {
    if (this.#core.sync.state(0).epoch === '') this.#core.sync.setEpoch(epoch);
  }

  /**
   * @param {string} uid
   * @param {{ token?: string | null, cursor?: string | null, disabled?: boolean }} change
   */
  #setRemote(uid, { token, cursor, disabled }) {
    const [, known = null, last = null] = this.#core.sync.remotes().find(([each]) => each === uid) ?? [];
    const kept = { token: token === undefined ? known : token, cursor: cursor === undefined ? last : cursor };
    this.#core.sync.setRemote(uid, { ...kept, disabled });
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
