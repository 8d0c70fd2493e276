// @ts-check
// The tabs of one origin, for sessions: what each of them keeps of the current session so that it outlives a reload,
// how a new tab gets that from the others, and what they tell each other.
//
// A ticket is what a tab keeps: the session's id and the tab secret, which vouches for freshness and, when the session is
// not remembered, is what its key comes from. It lies in sessionStorage, and is nowhere once the last tab is gone.

import { bytesOf } from './bytes.js';

/** @typedef {{ id: string, tab: Uint8Array }} Ticket */

/**
 * @typedef {object} News what a tab tells after, and sometimes before, it changed something
 * @property {string} [ticket] of the session that is current now
 * @property {string} [ends] id of a session that nobody may use any more
 * @property {number} [at] when the log-out was asked for: log-ins begun before it are void
 * @property {import('./standing.js').Reason} [reason]
 */

/**
 * @typedef {object} TabBrowser
 * @property {Storage | null} [sessionStorage]
 * @property {LockManager} [locks]
 * @property {typeof BroadcastChannel} [BroadcastChannel]
 */

const PATIENCE_MS = 300; // for an answer from another tab, which may be frozen
const SHAPE = /^([0-9a-f]{32})([0-9a-f]{64})$/;

/**
 * @param {unknown} text
 * @returns {Ticket | null}
 */
export function readTicket(text) {
  const found = typeof text === 'string' ? SHAPE.exec(text) : null;
  return found && { id: found[1], tab: bytesOf(found[2]) };
}

export class Tabs {
  #name;
  #storage;
  #locks;
  #channel;
  /** @type {string | null | undefined} undefined until it is needed: asking the browser for it takes a while */
  #text;
  /** @type {Map<string, (ticket: Ticket) => void>} who waits for a ticket, by the session's id */
  #waiting = new Map();
  #leave = () => {};
  /** @type {Promise<void> | undefined} */
  #arrived;
  /** @type {(news: News) => void} what others tell; nobody listens before there is somebody to be logged out */
  onNews = () => {};

  /**
   * @param {string | undefined} name of the database; absent where there are no tabs, as in Node
   * @param {TabBrowser} browser
   */
  constructor(name, { sessionStorage, locks, BroadcastChannel: Channel }) {
    /** Whether other tabs can have the same session. @readonly */
    this.isShared = name !== undefined;
    this.#name = `placecard/${name}/session`;
    this.#storage = this.isShared ? sessionStorage : null;
    this.#locks = this.isShared ? locks : undefined;
    this.#channel = Channel === undefined || !this.isShared ? null : new Channel(this.#name);
    if (this.#channel !== null) this.#channel.onmessage = ({ data }) => this.#hear(data);
  }

  /** The ticket this tab keeps. */
  get ticket() {
    return readTicket(this.#kept);
  }

  get #kept() {
    if (this.#text === undefined) this.#text = this.#tried((storage) => storage.getItem(this.#name));
    return this.#text;
  }

  /** @param {string} [text] of the ticket; without it there is none any more */
  keep(text) {
    this.#text = text ?? null;
    this.#tried((storage) => (text ? storage.setItem(this.#name, text) : storage.removeItem(this.#name)));
  }

  /** Makes the others count this tab. */
  arrive() {
    this.#arrived ??= this.#arrive();
    return this.#arrived;
  }

  /** @returns {Promise<void>} */
  async #arrive() {
    const locks = this.#locks;
    if (locks === undefined) return;
    await new Promise((arrived) => {
      const held = () => {
        arrived(undefined);
        return new Promise((leave) => {
          this.#leave = () => leave(undefined);
        });
      };
      locks.request(this.#name, { mode: 'shared' }, held).catch(() => {
        this.#locks = undefined; // as in a frame that may use nothing
        arrived(undefined);
      });
    });
  }

  /** @returns {Promise<boolean>} whether no other tab lives; false when the browser does not say */
  async isAlone() {
    if (this.#locks === undefined) return false;
    const { held = [] } = await this.#locks.query();
    return held.filter(({ name }) => name === this.#name).length <= 1;
  }

  /**
   * Runs a task while the same task waits in other tabs.
   * @template T
   * @param {() => Promise<T>} task
   * @returns {Promise<T>}
   */
  async inTurn(task) {
    return this.#locks === undefined ? task() : this.#locks.request(`${this.#name}/turn`, task);
  }

  /**
   * The ticket of a session, from any tab that has it.
   * @param {string} id
   * @returns {Promise<Ticket | null>}
   */
  async ask(id) {
    if (this.#channel === null || (await this.isAlone())) return null;
    return new Promise((resolve) => {
      const settle = (/** @type {Ticket | null} */ ticket) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(ticket);
      };
      const timer = setTimeout(settle, PATIENCE_MS, null);
      this.#waiting.set(id, settle);
      this.#channel?.postMessage({ ask: id });
    });
  }

  /** @param {News} news */
  tell(news) {
    this.#channel?.postMessage(news);
  }

  /** Offers the ticket to tabs that could not get it while this one slept. */
  offer() {
    const text = this.#kept;
    if (text !== null) this.tell({ ticket: text });
  }

  close() {
    this.#channel?.close();
    this.#channel = null;
    this.#leave();
    this.#arrived?.then(() => this.#leave()); // who leaves before has to leave after
  }

  /** @param {News & { ask?: string }} message */
  #hear({ ask, ...news }) {
    if (ask !== undefined) {
      if (this.#kept?.startsWith(ask)) this.offer();
      return;
    }
    const ticket = readTicket(news.ticket);
    const waiting = ticket === null ? undefined : this.#waiting.get(ticket.id);
    if (ticket !== null && waiting !== undefined) waiting(ticket);
    else this.onNews(news);
  }

  /**
   * @param {(storage: Storage) => string | null | void} use
   * @returns {string | null} null when the browser blocks it: then the session does not outlive this page
   */
  #tried(use) {
    try {
      return (this.#storage && use(this.#storage)) ?? null;
    } catch {
      return null;
    }
  }
}
