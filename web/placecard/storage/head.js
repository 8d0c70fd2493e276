// @ts-check
// What one tab knows of what is stored: the version its copy in memory stands for, and what has to go into the next
// checkpoint.

import { CHUNK_SIZE } from './log.js';

const CHECKPOINT_COMMITS = 64;
export const CHECKPOINT_BYTES = 1024 * 1024;

/** @typedef {import('./log.js').CommitRecord} CommitRecord */

export class Head {
  version = 0;
  /** Of the commit that made this version; another one there means another database. */
  commitId = '';
  /** @type {{ version: number, bytes: number, chunks: Set<number> }[]} commits since the checkpoint */
  #since = [];

  /** @param {import('./log.js').Newer} newer */
  adopt({ checkpoint, records }) {
    for (const record of records) this.#add(record, record.changes);
    this.#since = this.#since.filter(({ version }) => version > checkpoint.version);
  }

  /** @param {import('./log.js').Newer} whole */
  begin(whole) {
    this.version = 0;
    this.commitId = '';
    this.#since = [];
    this.adopt(whole);
  }

  /**
   * This tab's own commit.
   * @param {CommitRecord} record
   * @param {Uint32Array} changes
   * @param {boolean} isCheckpoint
   */
  advance(record, changes, isCheckpoint) {
    this.#add(record, changes);
    if (isCheckpoint) this.#since = [];
  }

  /**
   * @param {CommitRecord} record
   * @param {Uint32Array} changes
   */
  #add(record, changes) {
    this.version = record.version;
    this.commitId = record.commitId;
    this.#since.push({ version: record.version, bytes: record.data.length, chunks: chunksOf(changes) });
  }

  /**
   * Whether a commit of so many bytes should be a checkpoint as well.
   * @param {number} bytes
   */
  isDue(bytes) {
    const logged = this.#since.reduce((sum, commit) => sum + commit.bytes, bytes);
    return this.#since.length + 1 >= CHECKPOINT_COMMITS || logged >= CHECKPOINT_BYTES;
  }

  /**
   * The chunks that differ from base once these bytes have changed as well.
   * @param {Uint32Array} changes
   */
  changedChunks(changes) {
    const changed = chunksOf(changes);
    for (const { chunks } of this.#since) for (const chunk of chunks) changed.add(chunk);
    return changed;
  }
}

/** @param {Uint32Array} changes */
function chunksOf(changes) {
  /** @type {Set<number>} */
  const chunks = new Set();
  for (let index = 0; index < changes.length; index += 2) chunks.add(Math.floor(changes[index] / CHUNK_SIZE));
  return chunks;
}
