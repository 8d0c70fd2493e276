// @ts-check
// The sync server in Node, and the few lines that put it behind node:http.

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

import { createHandler as create } from './handler.js';
import { nodeListener } from './listener.js';
import { readInThreads } from './threads.js';
import { prune } from './upkeep.js';

/** @typedef {import('./database.js').Database} Database */
/** @typedef {import('./handler.js').Handler} Handler */
/** @typedef {import('./handler.js').HandlerOptions} HandlerOptions */

export { openDatabase, pgliteDatabase, postgresDatabase } from './database.js';
export { nodeListener } from './listener.js';
export { rotateEpoch } from './service.js';
export { prune, revokeSessions, setActive } from './upkeep.js';

const HOUR = 3_600_000; // ms
const SLOWEST_REQUEST = 60_000; // ms, body and all

/**
 * @param {HandlerOptions} options
 * @returns {Handler}
 */
export function createHandler(options) {
  // Node's fetch does not read files.
  const wasm = async () => new Uint8Array(await readFile(new URL('../placecard.wasm', import.meta.url)));
  return create({ wasm, ...options }, readInThreads);
}

/**
 * Serves accounts over HTTP until it is closed, and forgets every hour what is no longer needed. Closing it closes the
 * database.
 * @param {HandlerOptions & import('./listener.js').ListenerOptions & { port?: number, host?: string }} options port 0 is one the system picks
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve({ port = 0, host = '127.0.0.1', ...options }) {
  const { database, onError = (error) => console.error('placecard:', error) } = options;
  const server = createServer(nodeListener(createHandler(options), options));
  server.requestTimeout = SLOWEST_REQUEST;
  await new Promise((done, failed) => {
    server.on('error', failed).listen(port, host, () => done(undefined));
  });
  const pruning = setInterval(() => prune(database, options).catch(onError), HOUR);
  pruning.unref();
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const name = host === '127.0.0.1' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${address.port}/`,
    close: async () => {
      clearInterval(pruning);
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
      await database.close();
    },
  };
}
