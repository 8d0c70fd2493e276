// What a device keeps when it is switched off: the pages of its database and the keys of its sessions. Power may fail at
// every commit, before it or after it.

import { PAGE_SIZE, pagesOf } from '../../../web/placecard/storage/storage.js';

export class Disk {
  /** @type {Map<number, Uint8Array>} */
  #pages = new Map();
  #size = 0;
  /** @type {Map<string, Uint8Array>} */
  #keys = new Map();

  /** Pages are replaced and never written into, so a copy of the map is a copy of the disk. */
  copy() {
    const copy = new Disk();
    copy.#pages = new Map(this.#pages);
    copy.#size = this.#size;
    copy.#keys = new Map(this.#keys);
    return copy;
  }

  /**
   * @param {() => boolean} isOn whether whoever asks is still there
   * @param {() => boolean} failsBefore whether power fails now
   * @param {() => boolean} failsAfter
   * @returns {import('../../../web/placecard/storage/storage.js').Storage}
   */
  storage(isOn, failsBefore, failsAfter) {
    const never = () => new Promise(() => {});
    return {
      kind: 'memory',
      shared: false,
      open: async () => ({
        load: async (write) => {
          for (const [page, bytes] of this.#pages) {
            write(page * PAGE_SIZE, bytes.subarray(0, Math.min(PAGE_SIZE, this.#size - page * PAGE_SIZE)));
          }
        },
        commit: async (change) => {
          if (!isOn() || failsBefore()) await never();
          if (change.everything) this.#pages.clear();
          for (const page of pagesOf(change.changes)) {
            const from = page * PAGE_SIZE;
            this.#pages.set(page, change.read(from, Math.min(from + PAGE_SIZE, change.size)));
          }
          this.#size = change.size;
          for (const page of this.#pages.keys()) if (page * PAGE_SIZE >= this.#size) this.#pages.delete(page);
          if (failsAfter()) await never();
        },
        close: async () => {},
      }),
    };
  }

  /** @param {() => boolean} isOn @returns {import('../../../web/placecard/sessions/key-store.js').KeyStore} */
  keyStore(isOn) {
    return {
      get: async (id) => this.#keys.get(id)?.slice(),
      put: async (id, secret) => {
        if (isOn()) this.#keys.set(id, secret.slice());
      },
      delete: async (id) => {
        if (isOn()) this.#keys.delete(id);
      },
    };
  }
}
