// @ts-check
// A storage that lasts as long as the object: for tests, and where a browser has nothing better.

import { PAGE_SIZE, pagesOf } from './storage.js';

/** @returns {import('./storage.js').Storage} */
export function memoryStorage() {
  /** @type {Map<number, Uint8Array>} */
  const stored = new Map();
  let size = 0;
  return {
    kind: 'memory',
    shared: false,
    async open() {
      return {
        async load(write) {
          for (const [page, bytes] of stored) {
            write(page * PAGE_SIZE, bytes.subarray(0, Math.min(PAGE_SIZE, size - page * PAGE_SIZE)));
          }
        },
        async commit(change) {
          if (change.everything) stored.clear();
          for (const page of pagesOf(change.changes)) {
            const from = page * PAGE_SIZE;
            stored.set(page, change.read(from, Math.min(from + PAGE_SIZE, change.size)));
          }
          size = change.size;
          for (const page of stored.keys()) if (page * PAGE_SIZE >= size) stored.delete(page);
        },
        async close() {},
      };
    },
  };
}
