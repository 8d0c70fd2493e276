// @ts-check
// The other tabs of this origin: taking turns with them, and telling them of commits. Both only make things smooth; what
// keeps data is the check inside the commit's transaction (indexeddb.js).

const PATIENCE_MS = 5000;
// After one time-out the holder is taken for frozen, and not waited for as long again until it lets go.
const SHORT_PATIENCE_MS = 100;
// So many turns are taken after another tab was heard of. Without them whoever is fastest would always come first.
const CROWDED_TURNS = 8;

/** Names a lock, and the channel on which commits are announced. */
export class Tabs {
  #name;
  #locks;
  #channel;
  #patienceMs;
  #patience;
  #turns = 0; // left to take

  /**
   * @param {string} name
   * @param {(version: number) => void} onCommit called when another tab has committed
   * @param {{ locks?: LockManager, BroadcastChannel?: typeof BroadcastChannel, patienceMs?: number }} browser
   */
  constructor(name, onCommit, { locks, BroadcastChannel: Channel, patienceMs = PATIENCE_MS }) {
    this.#name = name;
    this.#locks = locks;
    this.#patienceMs = patienceMs;
    this.#patience = patienceMs;
    this.#channel = Channel === undefined ? null : new Channel(name);
    if (this.#channel === null) return;
    this.#channel.onmessage = ({ data }) => {
      this.#turns = CROWDED_TURNS;
      onCommit(Number(data));
    };
  }

  get crowded() {
    return this.#turns > 0;
  }

  /** Another tab came first: from now on both take turns. */
  crowd() {
    this.#turns = CROWDED_TURNS;
    this.announce(0); // no version, only that we are here
  }

  /** @param {number} version */
  announce(version) {
    this.#channel?.postMessage(version);
  }

  /**
   * @template T
   * @param {() => Promise<T>} task
   * @returns {Promise<T>}
   */
  async inTurn(task) {
    this.#turns -= 1;
    const locks = this.#locks;
    if (locks === undefined) return task(); // as on a page served over plain http
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(), this.#patience);
    let begun = false;
    const turn = locks.request(this.#name, { signal: waiting.signal }, () => {
      clearTimeout(timer);
      begun = true;
      this.#patience = this.#patienceMs;
      return task();
    });
    try {
      return await turn;
    } catch (error) {
      clearTimeout(timer);
      if (begun) throw error;
    }
    if (waiting.signal.aborted) this.#patience = Math.min(this.#patience, SHORT_PATIENCE_MS);
    return task();
  }

  close() {
    this.#channel?.close();
  }
}
