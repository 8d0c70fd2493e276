// @ts-check
// Ops read in threads of Node: a signature takes a good part of a millisecond, and while 256 of them were checked here
// nobody else would be answered. Threads are shared by all handlers of the process, begin when they are first needed,
// and keep no process alive.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** @typedef {import('./reading.js').Entry} Entry */
/** @typedef {import('./reading.js').PushedOp} PushedOp */
/** @typedef {import('./reading.js').Refused} Refused */
/** @typedef {{ number: number, read: (PushedOp | Refused)[] | null }} Answer */

const FEWEST = 8; // ops worth a message

/** @type {Thread[]} */
const threads = [];
let next = 0;

class Thread {
  /** @type {Map<number, { done: (read: (PushedOp | Refused)[]) => void, failed: (error: Error) => void }>} */
  #waiting = new Map();
  #worker;
  #count = 0;

  /** @param {WebAssembly.Module} module */
  constructor(module) {
    this.#worker = new Worker(new URL('./reader.js', import.meta.url), { workerData: module });
    this.#worker.unref();
    this.#worker.on('message', (/** @type {Answer} */ { number, read }) => {
      const waiting = this.#waiting.get(number);
      this.#finished(number);
      if (read === null) waiting?.failed(new Error('The account module has stopped.'));
      else waiting?.done(read);
    });
    this.#worker.on('error', (cause) => {
      threads.splice(threads.indexOf(this), 1);
      for (const { failed } of this.#waiting.values()) failed(new Error('A reading thread has ended.', { cause }));
    });
  }

  /** @param {number} number */
  #finished(number) {
    this.#waiting.delete(number);
    if (this.#waiting.size === 0) this.#worker.unref();
  }

  /** @param {Entry[]} entries @returns {Promise<(PushedOp | Refused)[]>} */
  read(entries) {
    const number = ++this.#count;
    this.#worker.ref(); // until it has answered
    return new Promise((done, failed) => {
      this.#waiting.set(number, { done, failed });
      this.#worker.postMessage({ number, entries });
    });
  }
}

/**
 * @param {WebAssembly.Module} module
 * @param {Entry[]} entries
 */
export async function readInThreads(module, entries) {
  const most = availableParallelism();
  const size = Math.max(FEWEST, Math.ceil(entries.length / most));
  const reading = [];
  for (let from = 0; from < entries.length; from += size) {
    next = (next + 1) % most;
    threads[next] ??= new Thread(module);
    reading.push(threads[next].read(entries.slice(from, from + size)));
  }
  return (await Promise.all(reading)).flat();
}
