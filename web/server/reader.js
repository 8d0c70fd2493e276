// @ts-check
// A thread that reads ops; see threads.js.

import { parentPort, workerData } from 'node:worker_threads';

import { readHere } from './reading.js';
import { lasting } from './verifier.js';

const verifier = lasting(workerData);

parentPort?.on('message', (/** @type {{ number: number, entries: import('./reading.js').Entry[] }} */ asked) => {
  const { number, entries } = asked;
  let read = null;
  try {
    read = readHere(verifier, entries);
  } catch {
    // The module has stopped; the next question gets another.
  }
  parentPort?.postMessage({ number, read });
});
