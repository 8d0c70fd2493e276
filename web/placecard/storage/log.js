// @ts-check
// How the database lies in IndexedDB, and how it is read back.
//
//   base[chunk]      -> its bytes, at most 256 KiB, as they were at the checkpoint
//   log[version]     -> a commit: the bytes it changed; the newest is always there, and some older ones for other tabs
//   meta.checkpoint  -> the version base stands for, and the database's size then
//
// IndexedDB's own version is 1 for ever: the tables inside are migrated in SQL.

import { accountError } from '../errors.js';
import { result } from './idb.js';

/**
 * @typedef {object} CommitRecord
 * @property {number} version
 * @property {number} size the database's size after the commit
 * @property {Uint32Array} changes offset and size in turn
 * @property {Uint8Array} data these bytes
 * @property {boolean} [full] too large for a record: what it changed lies in base only
 * @property {string} commitId random, tells one tab's commit from another's
 */

/** @typedef {{ version: number, size: number, format: number }} Checkpoint */

/**
 * Everything that was committed after some version, and the checkpoint.
 * @typedef {{ checkpoint: Checkpoint, records: CommitRecord[] }} Newer
 */

export const CHUNK_SIZE = 256 * 1024;
export const FORMAT = 1;
const FIRST_CHUNKS = 4;

/** @param {IDBDatabase} database */
export function createStores(database) {
  for (const name of ['base', 'log', 'meta']) database.createObjectStore(name);
}

/**
 * @param {Checkpoint} [stored] absent before the first one
 * @returns {Checkpoint}
 */
function checkpointOf(stored = { version: 0, size: 0, format: FORMAT }) {
  if (stored.format > FORMAT) throw accountError('database-newer');
  return stored;
}

/**
 * The commits after `version`; null when they are not all there any more, and everything has to be read.
 * @param {IDBDatabase} database
 * @param {number} version
 * @returns {Promise<Newer | null>}
 */
export async function readNewer(database, version) {
  const transaction = database.transaction(['log', 'meta'], 'readonly');
  const [checkpoint, records] = await Promise.all([
    result(transaction.objectStore('meta').get('checkpoint')),
    result(transaction.objectStore('log').getAll(IDBKeyRange.lowerBound(version, true))),
  ]);
  const isComplete = areWhole(records, version) && !records.some(({ full }) => full === true);
  return isComplete ? { checkpoint: checkpointOf(checkpoint), records } : null;
}

/**
 * Everything. The first record is the checkpoint's own, whose changes are in the chunks already.
 * @param {IDBDatabase} database
 * @returns {Promise<Newer & { chunks: Uint8Array[] }>}
 */
export async function readWhole(database) {
  const transaction = database.transaction(['base', 'log', 'meta'], 'readonly');
  const meta = result(transaction.objectStore('meta').get('checkpoint'));
  const base = transaction.objectStore('base');
  // One by one: Chromium keeps values of this size in files, and reads those of one getAll() one after the other. And the
  // first, before it is known how many there are.
  const read = (/** @type {number} */ chunk) => result(base.get(chunk));
  const first = Array.from({ length: FIRST_CHUNKS }, (_, chunk) => read(chunk));
  const checkpoint = checkpointOf(await meta);
  const count = Math.ceil(checkpoint.size / CHUNK_SIZE);
  const reads = Array.from({ length: count }, (_, chunk) => first[chunk] ?? read(chunk));
  const log = result(transaction.objectStore('log').getAll(IDBKeyRange.lowerBound(checkpoint.version)));
  const [records, ...chunks] = await Promise.all([log, ...reads]);
  const before = checkpoint.version === 0 ? 0 : checkpoint.version - 1;
  const hasHead = checkpoint.version === 0 || records[0]?.version === checkpoint.version;
  if (chunks.includes(undefined) || !hasHead || !areWhole(records, before)) {
    throw accountError(
      'storage-failed',
      'What is stored here is incomplete, or of another form: something else has changed it.',
    );
  }
  return { checkpoint, records, chunks };
}

/**
 * Whether none is missing, and none is of another form.
 * @param {CommitRecord[]} records
 * @param {number} version the one before the first
 */
function areWhole(records, version) {
  return records.every(({ version: own, changes }, index) => own === version + 1 + index && changes !== undefined);
}

/** @typedef {[offset: number, bytes: Uint8Array]} Piece */

/**
 * What to write over the copy in memory, one after the other.
 * @param {Newer & { chunks?: Uint8Array[] }} newer
 * @returns {import('./storage.js').News}
 */
export function newsOf({ checkpoint, records, chunks }) {
  const size = records.at(-1)?.size ?? checkpoint.size;
  const changed = records.flatMap(changedBy);
  const pieces = chunks === undefined ? changed : merge(chunks, changed);
  const within = pieces.filter(([offset]) => offset < size);
  return {
    whole: chunks !== undefined,
    size,
    pieces: within.map(([offset, bytes]) => [offset, bytes.subarray(0, size - offset)]),
  };
}

/**
 * @param {CommitRecord} record
 * @returns {Piece[]}
 */
function changedBy({ changes, data }) {
  /** @type {Piece[]} */
  const pieces = [];
  let at = 0;
  for (let index = 0; index < changes.length; index += 2) {
    pieces.push([changes[index], data.subarray(at, at + changes[index + 1])]);
    at += changes[index + 1];
  }
  return pieces;
}

/**
 * Writes hundreds of small changes into the chunks: to hand over each by itself takes longer than to read them all.
 * @param {Uint8Array[]} chunks
 * @param {Piece[]} changed
 * @returns {Piece[]}
 */
function merge(chunks, changed) {
  for (const [offset, bytes] of changed) {
    const chunk = Math.floor(offset / CHUNK_SIZE);
    const from = offset - chunk * CHUNK_SIZE;
    const former = chunks[chunk] ?? new Uint8Array();
    if (former.length < from + bytes.length) {
      chunks[chunk] = new Uint8Array(CHUNK_SIZE);
      chunks[chunk].set(former);
    }
    chunks[chunk].set(bytes, from);
  }
  return Array.from(chunks.entries()).map(([chunk, bytes]) => [chunk * CHUNK_SIZE, bytes ?? new Uint8Array()]);
}

/** @param {Uint32Array} changes */
export function bytesIn(changes) {
  return changes.reduce((sum, value, index) => (index % 2 === 0 ? sum : sum + value), 0);
}

/**
 * @param {import('./storage.js').Change} change
 * @param {number} version
 * @param {boolean} full
 * @returns {CommitRecord}
 */
export function recordOf({ size, changes, read }, version, full) {
  const commitId = Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(36)).join('-');
  if (full) return { version, size, changes: new Uint32Array(), data: new Uint8Array(), full, commitId };
  const data = new Uint8Array(bytesIn(changes));
  let at = 0;
  for (let index = 0; index < changes.length; index += 2) {
    const [from, length] = changes.subarray(index, index + 2);
    data.set(read(from, from + length), at);
    at += length;
  }
  return { version, size, changes, data, commitId };
}
