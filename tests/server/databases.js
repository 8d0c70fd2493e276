// Both databases, empty for each test.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { after } from 'node:test';
import { PGlite } from '@electric-sql/pglite';
import { openDatabase, pgliteDatabase } from '../../dist/placecard/server/node.js';
import { root } from '../support/placecard.js';
import { startPostgres } from './postgres.js';

export const kinds = /** @type {const} */ (['PGlite', 'PostgreSQL']);

/** @type {ReturnType<typeof startPostgres> | undefined} */
let postgres;
export const postgresServer = () => {
  postgres ??= startPostgres();
  return postgres;
};

/** @type {Promise<PGlite> | undefined} */
let pglite;
export const sharedPglite = () => {
  pglite ??= openPglite();
  return pglite;
};

after(async () => {
  const opened = await Promise.allSettled([
    pglite?.then((each) => each.close()),
    postgres?.then((each) => each.stop()),
  ]);
  for (const { reason } of opened) if (reason) throw reason;
});

/**
 * @param {import('node:test').TestContext} t
 * @param {typeof kinds[number]} kind
 * @returns {Promise<import('../../dist/placecard/server/node.js').Database & { url?: string, name?: string }>}
 */
export async function emptyDatabase(t, kind) {
  if (kind === 'PostgreSQL') {
    const server = await postgresServer();
    const name = await server.create();
    const url = server.urlOf(name);
    const database = await openDatabase({ url });
    t.after(() => database.close());
    return Object.assign(database, { url, name });
  }
  const shared = await sharedPglite();
  await shared.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  return pgliteDatabase(shared);
}

/** Making a PGlite takes far longer than opening one, so what a fresh one looks like is kept for the next time. */
async function openPglite() {
  const manifest = readFileSync(new URL('node_modules/@electric-sql/pglite/package.json', root), 'utf8');
  const { version } = JSON.parse(manifest);
  const kept = new URL(`build/tests/pglite-${version}.tar`, root);
  if (existsSync(kept)) return PGlite.create({ loadDataDir: new Blob([readFileSync(kept)]) });
  const fresh = await PGlite.create();
  const bytes = new Uint8Array(await (await fresh.dumpDataDir('none')).arrayBuffer());
  mkdirSync(new URL('.', kept), { recursive: true });
  const partial = new URL(`${kept}.${process.pid}`);
  writeFileSync(partial, bytes);
  renameSync(partial, kept);
  return fresh;
}
