// See scripts/start.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase, rotateEpoch, serve } from '../dist/placecard/server/node.js';
import { filesOf } from './serve.mjs';

const root = new URL('..', import.meta.url).pathname;
const { values } = parseArgs({ options: { restored: { type: 'boolean', default: false } } });
const { DATABASE_URL: url, PORT: port = '0' } = process.env;

const folder = join(root, 'data/accounts');
if (!url) {
  mkdirSync(folder, { recursive: true });
  console.log('placecard: opening the database in data/ (the first time this takes a few seconds)');
}
const database = await openDatabase(url ? { url } : { folder });
if (values.restored) await rotateEpoch(database);
const server = await serve({ database, port: Number(port), fallback: filesOf(join(root, 'dist/site')) });
console.log(`placecard is at ${server.url}  (Ctrl-C stops it)`);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await server.close();
    process.exit(0);
  });
}
