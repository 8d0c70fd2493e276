// @ts-check
// What one tab knows of what is stored: the version its copy in memory stands for, and what has to go into the next
// checkpoint.

import { CHUNK_SIZE } from './log.js';
import { PAGE_SIZE } from './storage.js';

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
    for (const record of records) this.#add(record, record.pages);
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
   * @param {Uint32Array} pages
   * @param {boolean} isCheckpoint
   */
  advance(record, pages, isCheckpoint) {
    this.#add(record, pages);
    if (isCheckpoint) this.#since = [];
  }

  /**
   * @param {CommitRecord} record
   * @param {Uint32Array} pages
   */
  #add(record, pages) {
    this.version = record.version;
    this.commitId = record.commitId;
    this.#since.push({ version: record.version, bytes: record.data.length, chunks: chunksOf(pages) });
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
   * The chunks that differ from base once these pages have changed as well.
   * @param {Uint32Array} pages
   */
  changedChunks(pages) {
    const changed = chunksOf(pages);
    for (const { chunks } of this.#since) for (const chunk of chunks) changed.add(chunk);
    return changed;
  }
}

/** @param {Uint32Array} pages */
function chunksOf(pages) {
  /** @type {Set<number>} */
  const chunks = new Set();
  for (const page of pages) chunks.add(Math.floor((page * PAGE_SIZE) / CHUNK_SIZE));
  return chunks;
}
