// @ts-check
// What a storage is: the place where the database's pages are kept between two visits. The core works on a copy in
// memory; a commit hands over the bytes that changed, and is durable when commit() resolves.

/**
 * What a commit changes.
 * @typedef {object} Change
 * @property {number} size the database's new size in bytes
 * @property {Uint32Array} changes where bytes have changed: offset and size in turn, ascending, none across a page of
 *   4 KiB
 * @property {boolean} everything whether the whole database was replaced, as by an import
 * @property {(from?: number, to?: number) => Uint8Array} read a copy of the database's bytes
 */

/**
 * What others have committed since, to be written over the copy in memory.
 * @typedef {object} News
 * @property {boolean} whole whether it may be another database altogether; all of its bytes are here then
 * @property {number} size
 * @property {[offset: number, bytes: Uint8Array][]} pieces
 */

/**
 * What a storage has that others may write at the same time.
 * @typedef {object} Sharing
 * @property {() => boolean} stale whether the copy in memory may be behind
 * @property {() => void} doubt makes it so: nobody could tell us for a while
 * @property {() => Promise<News | null>} news what was committed since; the caller applies it before it asks again
 * @property {boolean} crowded whether others have been writing lately
 * @property {<T>(task: () => Promise<T>) => Promise<T>} inTurn runs a task while others wait, for fairness only
 */

/**
 * @typedef {object} StorageConnection
 * @property {StorageKind} [kind] when it is not the storage's, because the browser would not give that one
 * @property {(write: (offset: number, bytes: Uint8Array) => void) => Promise<void>} load gives every byte there is
 * @property {(change: Change) => Promise<void | 'conflict'>} commit resolves when the change is durable; on rejection
 *   (an AccountError with a `storage-` code) and on a conflict, somebody else's commit, what is stored is as it was
 * @property {Sharing} [sharing]
 * @property {() => Promise<void>} close
 */

/** @typedef {'memory' | 'file' | 'indexeddb'} StorageKind */

/**
 * @typedef {object} Storage
 * @property {StorageKind} kind
 * @property {boolean} shared whether other programs may write it too, so that its bytes must be checked when opened
 * @property {StorageDescription} [description] what a Worker needs to make the same storage; without it the accounts
 *   run beside the page
 * @property {() => void} [wake] says that `open` will be called soon, perhaps in a Worker
 * @property {() => Promise<StorageConnection>} open
 */

/** @typedef {{ kind: 'indexeddb', name: string }} StorageDescription */

export const PAGE_SIZE = 4096;

/**
 * The numbers of the pages with a change in them.
 * @param {Uint32Array} changes
 */
export function pagesOf(changes) {
  return new Set(changes.filter((_, index) => index % 2 === 0).map((offset) => Math.floor(offset / PAGE_SIZE)));
}
