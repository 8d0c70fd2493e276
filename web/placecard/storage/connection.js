// @ts-check
// One tab's connection to what is stored: reads it, follows the other tabs' commits, appends its own, and is made anew
// when the browser has taken it away.

import { accountError } from '../errors.js';
import { append, idAt } from './append.js';
import { CHECKPOINT_BYTES, Head } from './head.js';
import { isFull, openDatabase, storageError } from './idb.js';
import { bytesIn, CHUNK_SIZE, createStores, newsOf, readNewer, readWhole, recordOf } from './log.js';
import { Tabs } from './tabs.js';

const ATTEMPTS = 4; // one, and three reconnections
const OPEN_TIMEOUT_MS = 10_000;

/** @typedef {import('./indexeddb.js').BrowserStorage} BrowserStorage */
/** @typedef {import('./log.js').CommitRecord} CommitRecord */
/** @typedef {import('./append.js').Chunks} Chunks */

export class Connection {
  #name;
  #factory;
  #openTimeoutMs;
  #tabs;
  #head = new Head();
  /** @type {IDBDatabase | null} null until it is needed again */
  #database = null;
  /** @type {ReturnType<typeof readWhole> | null} */
  #reading = null;
  #newest = 0; // version, as far as other tabs have told
  #doubtful = false;
  #closed = false;
  #foreign = false; // what is stored is not what was: somebody has deleted the database

  /**
   * @param {string} name
   * @param {BrowserStorage} browser
   */
  static async open(name, browser) {
    const { indexedDB: factory } = browser;
    if (!factory) throw new DOMException('There is no IndexedDB here.', 'NotSupportedError');
    const connection = new Connection(name, factory, browser);
    try {
      await connection.#connect();
    } catch (error) {
      await connection.close();
      throw error;
    }
    // Begun now, because the module is still compiling.
    connection.#reading = connection.#withDatabase(readWhole);
    connection.#reading.catch(() => {}); // load() reports it
    return connection;
  }

  /**
   * @param {string} name
   * @param {IDBFactory} factory
   * @param {BrowserStorage} browser
   */
  constructor(name, factory, browser) {
    this.#name = name;
    this.#factory = factory;
    this.#openTimeoutMs = browser.openTimeoutMs ?? OPEN_TIMEOUT_MS;
    const tabs = new Tabs(
      name,
      (version) => {
        this.#newest = Math.max(this.#newest, version);
      },
      browser,
    );
    this.#tabs = tabs;
    /** @type {import('./storage.js').Sharing} */
    this.sharing = {
      stale: () => this.#doubtful || this.#newest > this.#head.version,
      doubt: () => {
        this.#doubtful = true;
      },
      news: () => this.#news(),
      get crowded() {
        return tabs.crowded;
      },
      inTurn: (task) => tabs.inTurn(task),
    };
  }

  /** @param {(offset: number, bytes: Uint8Array) => void} write */
  async load(write) {
    const whole = await (this.#reading ?? this.#withDatabase(readWhole));
    this.#reading = null;
    this.#head.begin(whole);
    for (const [offset, bytes] of newsOf(whole).pieces) write(offset, bytes);
  }

  /** @returns {Promise<import('./storage.js').News | null>} */
  async #news() {
    const before = this.#head.version;
    this.#doubtful = false;
    try {
      const newer = await this.#withDatabase(async (database) => {
        return (this.#foreign ? null : await readNewer(database, before)) ?? (await readWhole(database));
      });
      if ('chunks' in newer) this.#head.begin(newer);
      else this.#head.adopt(newer);
      this.#foreign = false;
      this.#newest = this.#head.version;
      return 'chunks' in newer || newer.records.length > 0 ? newsOf(newer) : null;
    } catch (error) {
      this.#doubtful = true;
      throw error;
    }
  }

  /**
   * @param {import('./storage.js').Change} change
   * @returns {Promise<void | 'conflict'>}
   */
  async commit(change) {
    const isLarge = change.everything || bytesIn(change.changes) > CHECKPOINT_BYTES;
    const record = recordOf(change, this.#head.version + 1, isLarge);
    const isCheckpoint = isLarge || this.#head.isDue(record.data.length);
    const chunks = isCheckpoint ? this.#chunks(change) : null;
    const outcome = await this.#store(record, chunks);
    if (outcome === 'conflict') {
      this.#doubtful = true;
      this.#tabs.crowd();
      return 'conflict';
    }
    this.#head.advance(record, change.changes, isCheckpoint);
    this.#tabs.announce(record.version);
  }

  /**
   * When the connection is lost in mid-commit nobody can say at once whether it came through, so its id is looked for
   * before it is tried again, and once more before it is given up.
   * @param {CommitRecord} record
   * @param {Chunks | null} chunks
   * @returns {Promise<'stored' | 'conflict'>}
   */
  async #store(record, chunks) {
    let isOpen = false; // whether an attempt may have come through
    /** @param {IDBDatabase} database */
    const cameThrough = async (database) => isOpen && (await idAt(database, record.version)) === record.commitId;
    try {
      return await this.#withDatabase(async (database) => {
        if (this.#foreign) return 'conflict';
        if (await cameThrough(database)) return 'stored';
        isOpen = true;
        const outcome = await append(database, record, chunks).catch((error) => {
          isOpen = !isFull(error);
          throw error;
        });
        isOpen = false;
        return outcome;
      });
    } catch (error) {
      if (!isOpen) throw error;
      const isThere = await this.#withDatabase(cameThrough).catch(() => null);
      if (isThere === true) return 'stored';
      if (isThere === false) throw error;
      throw accountError('storage-failed', 'The storage was lost while this was saved. Look whether it was.', error);
    }
  }

  /**
   * @param {import('./storage.js').Change} change
   * @returns {Chunks}
   */
  #chunks({ changes, size, read, everything }) {
    const count = Math.ceil(size / CHUNK_SIZE);
    const changed = everything ? Array(count).keys() : this.#head.changedChunks(changes);
    return Array.from(changed)
      .filter((chunk) => chunk < count)
      .map((chunk) => [chunk, read(chunk * CHUNK_SIZE, Math.min((chunk + 1) * CHUNK_SIZE, size))]);
  }

  async close() {
    this.#closed = true;
    this.#tabs.close();
    this.#drop();
  }

  /**
   * Runs a task with a connection, and again with a new one when it was lost.
   * @template T
   * @param {(database: IDBDatabase) => Promise<T>} task
   * @returns {Promise<T>}
   */
  async #withDatabase(task) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await task(await this.#connect());
      } catch (error) {
        const isOurs = error instanceof Error && error.name === 'AccountError';
        if (!isOurs && !isFull(error)) {
          this.#drop();
          if (attempt < ATTEMPTS) continue;
        }
        throw storageError(error);
      }
    }
  }

  async #connect() {
    if (this.#database !== null) return this.#database;
    const database = await openDatabase(this.#factory, this.#name, createStores, this.#openTimeoutMs);
    if (this.#closed) {
      database.close();
      throw accountError('closed');
    }
    // Another tab wants to delete the database, or the browser has taken it away. What is under way may end.
    database.onversionchange = () => this.#drop(database);
    database.onclose = () => this.#drop(database);
    const { version, commitId } = this.#head;
    this.#database = database;
    if (version > 0 && (await idAt(database, version)) !== commitId) this.#foreign = true;
    return database;
  }

  /** @param {IDBDatabase | null} database */
  #drop(database = this.#database) {
    database?.close();
    if (database !== this.#database) return;
    this.#database = null;
    this.#doubtful = true;
  }
}
