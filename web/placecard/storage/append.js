// @ts-check
// One commit, as one IndexedDB transaction.

import { complete, result } from './idb.js';
import { CHUNK_SIZE, FORMAT } from './log.js';

const KEPT_RECORDS = 32; // below a checkpoint, for tabs that are a little behind

/** @typedef {import('./log.js').CommitRecord} CommitRecord */
/** @typedef {[chunk: number, bytes: Uint8Array][]} Chunks */

/**
 * @param {IDBDatabase} database
 * @param {number} version
 * @returns {Promise<string | undefined>}
 */
export async function idAt(database, version) {
  const log = database.transaction('log', 'readonly').objectStore('log');
  return (await result(log.get(version)))?.commitId;
}

/**
 * The commit itself. The head is checked in the same transaction, because the version alone is not enough: once a
 * checkpoint has pruned the log, the key a stale tab would add is free again.
 * @param {IDBDatabase} database
 * @param {CommitRecord} record
 * @param {Chunks | null} chunks of a checkpoint
 * @returns {Promise<'stored' | 'conflict'>}
 */
export async function append(database, record, chunks) {
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
      // Or the browser would tell of each request and wait whether there comes another.
      else transaction.commit?.();
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
