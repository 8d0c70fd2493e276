// @ts-check
// A storage in a browser, for any number of tabs at once. A commit is one IndexedDB transaction with strict durability:
// it makes sure that nobody else has committed since, and adds the changed pages to a log. Its cost does not grow with
// the database; now and then one of them also brings the base up to date and prunes the log (a checkpoint).

import { accountError } from '../errors.js';
import { CHECKPOINT_BYTES, Head } from './head.js';
import { complete, isFull, openDatabase, result, storageError } from './idb.js';
import { CHUNK_SIZE, createStores, FORMAT, newsOf, readNewer, readWhole, recordOf } from './log.js';
import { memoryStorage } from './memory.js';
import { PAGE_SIZE } from './storage.js';
import { Tabs } from './tabs.js';

const ATTEMPTS = 4; // one, and three reconnections
const KEPT_RECORDS = 32; // below a checkpoint, for tabs that are a little behind
const OPEN_TIMEOUT_MS = 10_000;

/**
 * What is used of the browser; a test gives one that fails.
 * @typedef {object} BrowserStorage
 * @property {IDBFactory} [indexedDB]
 * @property {LockManager} [locks]
 * @property {typeof BroadcastChannel} [BroadcastChannel]
 * @property {number} [patienceMs]
 * @property {number} [openTimeoutMs]
 */

/** @typedef {import('./log.js').CommitRecord} CommitRecord */

/**
 * @param {string} [name] one origin may have several
 * @param {BrowserStorage} [browser]
 * @returns {import('./storage.js').Storage}
 */
export function indexedDbStorage(name = 'accounts', browser) {
  if (typeof name !== 'string' || name === '') {
    throw accountError('argument-invalid', 'indexedDbStorage takes a name.');
  }
  return {
    kind: 'indexeddb',
    shared: false,
    description: browser === undefined ? { kind: 'indexeddb', name } : undefined,
    async open() {
      try {
        return await Connection.open(`placecard/${name}`, browser ?? thisBrowser());
      } catch (error) {
        if (!isDenied(error)) throw storageError(error);
        return { ...(await memoryStorage().open()), kind: 'memory' };
      }
    },
  };
}

/** @returns {BrowserStorage} */
function thisBrowser() {
  return { indexedDB: globalThis.indexedDB, locks: globalThis.navigator?.locks, BroadcastChannel };
}

/**
 * Whether the browser will not store anything, which is not the same as failing to: private modes, blocked cookies.
 * @param {unknown} error
 */
function isDenied(error) {
  const { name = '' } = /** @type {Partial<Error>} */ (error);
  return ['SecurityError', 'InvalidStateError', 'NotSupportedError'].includes(name);
}

class Connection {
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
    const isLarge = change.everything || change.pages.length * PAGE_SIZE > CHECKPOINT_BYTES;
    const record = recordOf(change, this.#head.version + 1, isLarge);
    const isCheckpoint = isLarge || this.#head.isDue(record.data.length);
    const chunks = isCheckpoint ? this.#chunks(change) : null;
    const outcome = await this.#store(record, chunks);
    if (outcome === 'conflict') {
      this.#doubtful = true;
      return 'conflict';
    }
    this.#head.advance(record, change.pages, isCheckpoint);
    this.#tabs.announce(record.version);
  }

  /**
   * When the connection is lost in mid-commit nobody can say at once whether it came through, so its id is looked for
   * before it is tried again, and once more before it is given up.
   * @param {CommitRecord} record
   * @param {[chunk: number, bytes: Uint8Array][] | null} chunks
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
        const outcome = await store(database, record, chunks).catch((error) => {
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
   * @returns {[chunk: number, bytes: Uint8Array][]}
   */
  #chunks({ pages, size, read, everything }) {
    const count = Math.ceil(size / CHUNK_SIZE);
    const changed = everything ? Array(count).keys() : this.#head.changedChunks(pages);
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

/**
 * @param {IDBDatabase} database
 * @param {number} version
 * @returns {Promise<string | undefined>}
 */
async function idAt(database, version) {
  const log = database.transaction('log', 'readonly').objectStore('log');
  return (await result(log.get(version)))?.commitId;
}

/**
 * The commit itself. The head is checked in the same transaction, because the version alone is not enough: once a
 * checkpoint has pruned the log, the key a stale tab would add is free again.
 * @param {IDBDatabase} database
 * @param {CommitRecord} record
 * @param {[chunk: number, bytes: Uint8Array][] | null} chunks of a checkpoint
 * @returns {Promise<'stored' | 'conflict'>}
 */
async function store(database, record, chunks) {
  const { version, size } = record;
  const stores = chunks === null ? ['log'] : ['base', 'log', 'meta'];
  const transaction = database.transaction(stores, 'readwrite', { durability: 'strict' });
  const stored = complete(transaction);
  let isConflict = false;
  try {
    const log = transaction.objectStore('log');
    const heads = log.getAllKeys(IDBKeyRange.lowerBound(Math.max(version - 1, 1)), 2);
    heads.onsuccess = () => {
      const expected = version === 1 ? [] : [version - 1];
      isConflict = heads.result.length !== expected.length || heads.result[0] !== expected[0];
      if (isConflict) transaction.abort();
    };
    log.add(record, version);
    if (chunks !== null) {
      const base = transaction.objectStore('base');
      for (const [chunk, bytes] of chunks) base.put(bytes, chunk);
      base.delete(IDBKeyRange.lowerBound(Math.ceil(size / CHUNK_SIZE)));
      transaction.objectStore('meta').put({ version, size, format: FORMAT }, 'checkpoint');
      log.delete(IDBKeyRange.upperBound(version - KEPT_RECORDS));
    }
  } catch (error) {
    // Not even asked for in full: what was must not come through by itself.
    transaction.abort();
    throw error;
  }
  try {
    await stored;
  } catch (error) {
    if (!isConflict) throw error;
  }
  return isConflict ? 'conflict' : 'stored';
}
