// @ts-check
// The sync server wherever there are Request and Response.

import { createHandler as create } from './handler.js';

/** @typedef {import('./database.js').Database} Database */
/** @typedef {import('./handler.js').Handler} Handler */
/** @typedef {import('./handler.js').HandlerOptions} HandlerOptions */

export { openDatabase, pgliteDatabase, postgresDatabase } from './database.js';
export { rotateEpoch } from './service.js';
export { prune, revokeSessions, setActive } from './upkeep.js';

/**
 * @param {HandlerOptions} options
 * @returns {Handler}
 */
export function createHandler(options) {
  return create({ wasm: new URL('../placecard.wasm', import.meta.url), ...options });
}
