// @ts-check
// Sync put together, on the page's side: what makes it run, one tab at a time, and what the page learns of it. A sync
// that fails changes no session and no account; what was to be sent is sent the next time.

import { Tabs } from '../storage/tabs.js';
import { codeOf, Engine } from './engine.js';
import { logInRemotely } from './log-in.js';
import { reportOf } from './report.js';
import { Scheduler } from './scheduler.js';
import { Transport } from './transport.js';

/** @typedef {import('../service.js').Service} Service */
/** @typedef {import('../service.js').Entry} Entry */
/** @typedef {import('../sessions/keeper.js').Keeper} Keeper */
/** @typedef {{ pushed: number, pulled: number, waiting: number }} Synced */
/** @typedef {Pick<import('./report.js').SyncReport, 'syncing' | 'lastSyncedAt' | 'error'>} Status */

/**
 * What sync is made of.
 * @typedef {object} SyncParts
 * @property {Service} service
 * @property {import('../snapshot.js').Snapshot} snapshot
 * @property {import('../sessions/events.js').Events} events
 * @property {() => number} now
 * @property {string | undefined} name of the database that other tabs have too
 * @property {import('../sessions/tabs.js').TabBrowser} tabs
 */

const PATIENCE_MS = 60_000; // for another tab's turn; two at once do no harm

/** Methods of the service after which something may wait to be sent. */
const changing =
  /^(signUp|logIn|recover|changePassword|deleteAccount|update|createRecoveryCode|data(Set|Delete)|importDatabase|setActive|syncResolve|syncMergeInto)$/;

export class Sync {
  #parts;
  #isAuto;
  #server;
  #engine;
  #scheduler;
  #tabs;
  /** @type {Keeper | null} */
  #keeper = null;
  /** @type {Status} */
  #status = { syncing: false, lastSyncedAt: null, error: null };
  /** @type {import('../core-sync.js').StateReply} */
  #reply = { waiting: 0, epoch: '', accounts: [] };
  #shown = '';
  #heardAt = 0;
  #stop = () => {};

  /**
   * @param {SyncParts} parts
   * @param {import('./settings.js').SyncSettings} settings
   */
  constructor(parts, { url, fetch, auto }) {
    const { service, name, tabs } = parts;
    this.#parts = parts;
    this.#isAuto = auto;
    this.#server = new Transport(url, fetch);
    this.#engine = new Engine(this.#server, service, () => this.open);
    this.#scheduler = new Scheduler(() => this.#run(), undefined, auto);
    const { locks, BroadcastChannel } = tabs; // some are getters
    const browser = { locks, BroadcastChannel, patienceMs: PATIENCE_MS };
    this.#tabs = name === undefined ? null : new Tabs(`placecard/${name}/sync`, (at) => this.#hear(at), browser);
  }

  /** Who is logged in here. */
  get open() {
    const current = this.#keeper?.standing.current;
    return current ? { session: current.session.number, id: current.user.id } : null;
  }

  /**
   * The service as the accounts use it: a change is noticed, and a log-in that fails here is tried with the server.
   * @returns {Service}
   */
  get service() {
    const { service } = this.#parts;
    return new Proxy(service, {
      get: (_, method) => {
        if (method === 'logIn') return (/** @type {any} */ form) => this.#logIn(form);
        const own = /** @type {any} */ (service)[method];
        if (typeof own !== 'function') return own;
        if (!changing.test(String(method))) return own.bind(service);
        return async (/** @type {any[]} */ ...request) => {
          const reply = await own.apply(service, request);
          this.changed();
          return reply;
        };
      },
    });
  }

  /** @param {Keeper} keeper once it has found who is logged in */
  async start(keeper) {
    this.#keeper = keeper;
    this.#stop = this.#parts.snapshot.subscribe(() => this.#show());
    await this.#look();
    this.wake();
  }

  /** Something may wait to be sent. */
  changed() {
    this.#look().then(
      () => this.#isAuto && this.#reply.waiting > 0 && this.#scheduler.soon(),
      () => {}, // closed meanwhile
    );
  }

  /** The network is back, or the visitor. */
  wake() {
    if (this.#isAuto) this.#scheduler.now().catch(() => {});
  }

  /** @returns {Promise<Synced>} */
  now() {
    return this.#scheduler.now();
  }

  /** Waits until nothing is under way any more. */
  async close() {
    this.#stop();
    this.#server.close();
    await this.#scheduler.stop();
    this.#tabs?.close();
  }

  /**
   * @param {import('./log-in.js').RemoteForm} form
   * @returns {Promise<Entry>}
   */
  async logInRemotely(form) {
    const { token, uid, ...entry } = await logInRemotely(this.#server, this.#parts.service, form);
    // What it has there is wanted now; should that fail, the next sync brings it.
    if (uid !== undefined) await this.#engine.pull(uid, token, null).catch(() => {});
    this.changed();
    return entry;
  }

  /**
   * @param {import('./log-in.js').RemoteForm} form
   * @returns {Promise<Entry>}
   */
  async #logIn(form) {
    try {
      const entry = await this.#parts.service.logIn(form);
      this.changed();
      return entry;
    } catch (error) {
      if (codeOf(error) !== 'invalid-credentials') throw error;
      return this.logInRemotely(form).catch((cause) => {
        // A server that cannot be asked, or knows no better, changes nothing about it.
        throw /^(sync-|op-|invalid-)/.test(codeOf(cause)) ? error : cause;
      });
    }
  }

  /** @returns {Promise<Synced>} */
  async #run() {
    const { events, now } = this.#parts;
    try {
      this.#set({ syncing: true });
      const own = await this.#uid();
      const tally = await this.#inTurn(now());
      await this.#end(own);
      // Whoever is logged in may have changed.
      if (tally.pulled > 0) await this.#keeper?.replaced();
      await this.#look();
      this.#set({ syncing: false, error: null, lastSyncedAt: now() });
      const synced = { ...tally, waiting: this.#reply.waiting };
      events.fire('sync-finished', null, synced);
      return synced;
    } catch (error) {
      await this.#look().catch(() => {});
      this.#set({ syncing: false, error: codeOf(error) || 'core-stopped' });
      events.fire('sync-failed', null, { error });
      throw error;
    }
  }

  /** The account of whoever is logged in here. */
  async #uid() {
    const { open } = this;
    if (open === null) return undefined;
    const { accounts } = await this.#parts.service.syncState({ session: open.session });
    return accounts.find(({ user }) => String(user[0]) === String(open.id))?.uid;
  }

  /**
   * The session of an account that is gone or not active any more. What was changed here before that was heard of keeps
   * a deleted one, for its owner to choose.
   * @param {string} [uid]
   */
  async #end(uid) {
    const reason = this.#engine.lost.get(uid ?? '');
    const current = this.#keeper?.standing.current;
    if (reason === undefined || !current || (reason === 'deleted' && (await this.#uid()) !== undefined)) return;
    await this.#keeper?.exits.lost(current, reason);
  }

  /** @param {number} askedAt */
  #inTurn(askedAt) {
    const { service, events, now } = this.#parts;
    const turn = async () => {
      // Another tab has done it meanwhile.
      if (this.#heardAt > askedAt && (await service.syncState({ session: 0 })).waiting === 0)
        return { pushed: 0, pulled: 0 };
      let syncedAt = 0;
      try {
        const tally = await this.#engine.run((done, total) => events.fire('sync-progress', null, { done, total }));
        syncedAt = now();
        return tally;
      } finally {
        this.#tabs?.announce(syncedAt); // one that failed may have come some of the way
      }
    };
    return this.#tabs === null ? turn() : this.#tabs.inTurn(turn);
  }

  /** Another tab has synced, or tried to. @param {number} at 0 when it failed */
  #hear(at) {
    if (at > 0) {
      this.#heardAt = at;
      this.#set({ lastSyncedAt: at, error: null });
    }
    this.#look().catch(() => {});
  }

  async #look() {
    this.#reply = await this.#parts.service.syncState({ session: this.open?.session ?? 0 });
    this.#show();
  }

  /** @param {Partial<Status>} change */
  #set(change) {
    Object.assign(this.#status, change);
    this.#show();
  }

  #show() {
    const id = this.open && String(this.open.id);
    const text = JSON.stringify([this.#reply, id, this.#status]);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#parts.snapshot.set({ sync: Object.freeze(reportOf(this.#reply, id, this.#status)) });
  }
}
