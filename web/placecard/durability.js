// @ts-check
// Whether the browser promises to keep what is stored. It is asked once there is something worth keeping, because some
// browsers ask the visitor in turn.

/** @typedef {import('./snapshot.js').State} State */

export class Durability {
  #snapshot;
  #manager;
  #asked = false;

  /**
   * @param {import('./storage/storage.js').StorageKind} kind
   * @returns {Pick<State, 'storage' | 'persisted'>}
   */
  static initial(kind) {
    const storage = kind === 'indexeddb' ? 'best-effort' : kind === 'file' ? 'durable' : 'memory';
    return { storage, persisted: null };
  }

  /**
   * @param {import('./snapshot.js').Snapshot} snapshot
   * @param {StorageManager} [manager]
   */
  constructor(snapshot, manager) {
    this.#snapshot = snapshot;
    this.#manager = manager;
    // Promised on an earlier visit.
    if (this.#isOpen) {
      this.#settle(manager?.persisted?.().then((isPersisted) => isPersisted || null));
    }
  }

  get #isOpen() {
    return this.#snapshot.get().storage === 'best-effort';
  }

  ask() {
    if (this.#asked || !this.#isOpen) return;
    this.#asked = true;
    this.#settle(this.#manager?.persist?.());
  }

  /** @param {Promise<boolean | null> | undefined} answer */
  #settle(answer) {
    answer?.then(
      (persisted) => {
        if (persisted !== null) this.#snapshot.set({ storage: persisted ? 'durable' : 'best-effort', persisted });
      },
      () => {}, // no answer is no promise
    );
  }
}
