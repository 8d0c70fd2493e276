// @ts-check
// What a storage is: the place where the database's pages are kept between two visits. The core works on a copy in
// memory; a commit hands over the pages that changed, and is durable when commit() resolves.

/**
 * What a commit changes.
 * @typedef {object} Change
 * @property {number} size the database's new size in bytes
 * @property {Uint32Array} pages numbers of the changed 4 KiB pages, ascending
 * @property {boolean} everything whether the whole database was replaced, as by an import
 * @property {(from?: number, to?: number) => Uint8Array} read a copy of the database's bytes
 */

/**
 * @typedef {object} StorageConnection
 * @property {(write: (offset: number, bytes: Uint8Array) => void) => Promise<void>} load gives every byte there is
 * @property {(change: Change) => Promise<void>} commit resolves when the change is durable; on rejection (an
 *   AccountError with a `storage-` code) what is stored is as it was
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} Storage
 * @property {'memory' | 'file' | 'indexeddb'} kind
 * @property {boolean} shared whether other programs may write it too, so that its bytes must be checked when opened
 * @property {() => Promise<StorageConnection>} open
 */

export const PAGE_SIZE = 4096;
