// What all runs of one process share: a database with a server over it, and devices to begin with.

import { PGlite } from '@electric-sql/pglite';
import { pgliteDatabase } from '../../../dist/placecard/server/index.js';
import { wasmModule } from '../../support/core.js';
import { seedPlatform } from './chance.js';
import { prepare } from './prepared.js';
import { Server } from './server.js';

export async function newSetting() {
  const database = pgliteDatabase(await PGlite.create());
  const wasm = await wasmModule();
  // Long before any run, so that no clock has been set back when one begins.
  const clock = { now: Date.UTC(2024, 0, 1) };
  const now = () => {
    clock.now += 1;
    return clock.now;
  };
  const server = new Server(database, wasm, now);
  const release = seedPlatform(0);
  const chance = /** @type {any} */ (null); // nothing happens by chance yet
  const prepared = await prepare(server, { wasm, chance, now });
  release();
  return { server, prepared, wasm, clock, close: () => database.close() };
}
