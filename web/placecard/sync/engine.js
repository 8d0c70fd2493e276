// @ts-check
// One sync: what waits goes up in batches, then what is new comes down for each account whose token this device has;
// once more, if that made something that has to go up. It carries bytes: what they mean is the core's business. It can
// be cut off anywhere, because each answer is one commit, and whatever is sent twice is answered the same.

import { AccountError, accountError } from '../errors.js';

/** Who is logged in here. @typedef {{ session: number, id: number | bigint }} Open */
/** @typedef {import('./service.js').SyncService} SyncService */
/** @typedef {{ pushed: number, pulled: number }} Tally */
/** Why an account's sessions end. @typedef {'deleted' | 'deactivated'} Loss */

const MOST_OPS = 256; // what a server takes at once
const OP_SHARE = 4096; // bytes: a full batch is a megabyte, half a minute on a slow line
const MOST_ROUNDS = 6;

export class Engine {
  #server;
  #service;
  #open;
  #mostOps = MOST_OPS;
  #epoch = '';
  #hasDoubted = false;
  /** What the server last said of accounts, by uid. @type {Map<string, Loss>} */
  lost = new Map();

  /**
   * @param {import('./transport.js').Transport} server
   * @param {SyncService} service
   * @param {() => Open | null} open
   */
  constructor(server, service, open) {
    this.#server = server;
    this.#service = service;
    this.#open = open;
  }

  /**
   * @param {import('../service.js').OnProgress} onProgress in ops
   * @returns {Promise<Tally>}
   */
  async run(onProgress) {
    const tally = { pushed: 0, pulled: 0 };
    this.#hasDoubted = false;
    this.lost.clear();
    this.#server.epoch = '';
    for (let round = 1; round <= MOST_ROUNDS; round += 1) {
      try {
        if (!(await this.#round(tally, onProgress))) break;
      } catch (error) {
        if (codeOf(error) !== 'epoch-changed') throw error;
        await this.#service.syncReset({ epoch: this.#server.epoch });
      }
    }
    return tally;
  }

  /**
   * What is new for one account.
   * @param {string} uid
   * @param {string} token
   * @param {string | null} cursor
   * @returns {Promise<{ pulled: number, isReset: boolean }>}
   */
  async pull(uid, token, cursor) {
    let pulled = 0;
    let isReset = false;
    for (let more = true; more; ) {
      const answer = await this.#server.ask(`v1/pull?cursor=${encodeURIComponent(cursor ?? '')}`, { token });
      const { epoch } = this.#server;
      if (this.#epoch !== '' && this.#epoch !== epoch) throw accountError('epoch-changed');
      const { ops, deleted, disabled, row, reset = false } = answer;
      ({ cursor, more } = answer);
      // It does not know what it told us last: it may have lost what we told it, too.
      if (reset) await this.#service.syncReset({ epoch });
      isReset ||= reset;
      const all = deleted === undefined ? ops : [...ops, deleted];
      if (deleted !== undefined) this.lost.set(uid, 'deleted');
      if (disabled) this.lost.set(uid, 'deactivated');
      pulled += await this.#service.syncIncoming({ uid, ops: all, token, cursor, disabled, row, epoch });
    }
    return { pulled, isReset };
  }

  /**
   * @param {Tally} tally
   * @param {import('../service.js').OnProgress} onProgress
   * @returns {Promise<boolean>} whether there may be something to push that was not there before
   */
  async #round(tally, onProgress) {
    const { waiting, epoch } = await this.#service.syncState({ session: 0 });
    this.#epoch = epoch;
    const total = tally.pushed + waiting;
    const isBusy = await this.#push((count) => {
      tally.pushed += count;
      onProgress(tally.pushed, Math.max(total, tally.pushed));
    });
    let again = await this.#introduce();
    // Nothing had to be asked: whether it is there at all, and still the same.
    if (this.#server.epoch === '') await this.#server.ask('healthz');
    if (this.#epoch !== '' && this.#server.epoch !== this.#epoch) throw accountError('epoch-changed');
    for (const [uid, token, cursor] of await this.#service.syncRemotes()) {
      if (token === null) continue;
      try {
        const { pulled, isReset } = await this.pull(uid, token, cursor);
        tally.pulled += pulled;
        again ||= isReset;
      } catch (error) {
        if (codeOf(error) !== 'not-logged-in') throw error;
        // Revoked. Whoever is logged in here shows once more who they are.
        await this.#service.syncIncoming({ uid, ops: [], token: null, cursor });
        again = true;
      }
    }
    const open = this.#open();
    if (open !== null && (await this.#merge(open.session))) {
      tally.pulled += 1;
      again = true;
    }
    if (isBusy) throw accountError('too-many-requests');
    return again;
  }

  /** @param {number} session */
  async #merge(session) {
    try {
      return await this.#service.syncMerge({ session });
    } catch (error) {
      // What was pulled may have ended it: a password that is another one now.
      if (codeOf(error) === 'not-logged-in') return false;
      throw error;
    }
  }

  /**
   * @param {(count: number) => void} settled
   * @returns {Promise<boolean>} whether the server wants some of it later
   */
  async #push(settled) {
    for (;;) {
      const { count, isBusy } = await this.#pushOnce(settled);
      if (!isBusy || count === 0) return isBusy;
    }
  }

  /**
   * Sends each op that waits, once.
   * @param {(count: number) => void} settled
   */
  async #pushOnce(settled) {
    // Whoever took over a row of an app's shows the token that they got for its password.
    const [, token] = (await this.#service.syncRemotes()).find(([, token, cursor]) => token && !cursor) ?? [];
    /** Ids of ops that still wait after they were sent, at the head of the queue. @type {Set<string>} */
    const left = new Set();
    /** @type {Set<string>} */
    const sent = new Set();
    let count = 0;
    let isBusy = false;
    for (;;) {
      const maxOps = this.#mostOps + left.size;
      const batch = await this.#service.syncBatch({ maxOps, maxBytes: maxOps * OP_SHARE });
      for (const [opId] of batch) if (sent.has(opId)) left.add(opId);
      const waiting = batch.filter(([opId]) => !left.has(opId));
      if (waiting.length === 0) return { count, isBusy };
      const results = await this.#send(waiting, token);
      if (results === null) continue;
      for (const [opId] of waiting) sent.add(opId);
      for (const opId of await this.#service.syncResults({ results, epoch: this.#server.epoch })) left.add(opId);
      for (const { status, code } of results) isBusy ||= status === 'retry' && code !== 'account-unknown';
      const done = waiting.filter(([opId]) => !left.has(opId)).length;
      count += done;
      if (done > 0) settled(done);
    }
  }

  /**
   * @param {import('../core-sync.js').Outgoing[]} waiting
   * @param {string | null} [token]
   * @returns {Promise<import('./service.js').Result[] | null>} null when it was too much at once
   */
  async #send(waiting, token) {
    const ops = waiting.map(([, op, value]) => (value === null ? { op } : { op, value }));
    try {
      const { results } = await this.#server.ask('v1/push', { body: { epoch: this.#epoch || undefined, ops }, token });
      // The ids are ours: an op the server could not read has none there.
      return waiting.map(([opId, op], index) => ({ ...results[index], opId, op }));
    } catch (error) {
      if (codeOf(error) !== 'sync-refused' || waiting.length === 1) throw error;
      this.#mostOps = Math.ceil(Math.min(this.#mostOps, waiting.length) / 2);
      return null;
    }
  }

  /**
   * Whoever is logged in here shows the server so with the account's identity, and gets a token. No password is needed.
   * @returns {Promise<boolean>} whether the server does not know an account that it once took
   */
  async #introduce() {
    const open = this.#open();
    if (open === null) return false;
    const { accounts } = await this.#service.syncState({ session: open.session });
    const account = accounts.find(({ user }) => String(user[0]) === String(open.id));
    if (account === undefined || account.state === 'local-only') return false;
    const { uid } = account;
    const remotes = await this.#service.syncRemotes();
    if (remotes.some(([known, token]) => known === uid && token !== null)) return false;
    try {
      const { nonce } = await this.#server.ask('v1/nonce', { body: {} });
      const signature = await this.#service.syncSign({ session: open.session, nonce });
      const { token } = await this.#server.ask('v1/sessions', { body: { uid, nonce, signature } });
      await this.#service.syncIncoming({ uid, ops: [], token, cursor: null });
    } catch (error) {
      const code = codeOf(error);
      if (code === 'account-inactive') this.lost.set(uid, 'deactivated');
      if (code === 'account-inactive') await this.#service.syncIncoming({ uid, ops: [], disabled: true });
      else if (code === 'not-logged-in')
        return false; // ended meanwhile: a password that is another one now
      else if (code !== 'invalid-credentials') throw error;
      // Of one whose name is another's it may never have heard.
      else if (!this.#hasDoubted && /^(synced|pending)$/.test(account.state)) {
        this.#hasDoubted = true;
        await this.#service.syncReset({ epoch: this.#server.epoch });
        return true;
      }
    }
    return false;
  }
}

/** @param {unknown} error */
export function codeOf(error) {
  return error instanceof AccountError ? error.code : '';
}
