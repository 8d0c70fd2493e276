// @ts-check
// What all requests share once the server is ready: its database, the verifier, and what lies in placecard_meta.

import { randomBytes, toHex } from './bytes.js';
import { readHere } from './reading.js';
import { migrate } from './schema.js';
import { lasting } from './verifier.js';

/** @typedef {import('./database.js').Database} Database */
/** @typedef {import('./database.js').Queries} Queries */

/**
 * @typedef {object} Service
 * @property {Database} database
 * @property {import('./verifier.js').LastingVerifier} verifier
 * @property {import('./reading.js').ReadOps} readOps
 * @property {import('./limits.js').Limits} limits
 * @property {() => number} now milliseconds since 1970
 * @property {(error: unknown) => void} onError
 * @property {{ passes: number, memory: number }} kdf what is said of accounts that do not exist
 * @property {string} epoch changes when the server was restored from a backup
 * @property {{ fakes: string, nonces: string }} secrets hex
 */

const SECRET = 32; // bytes
const EPOCH = 8; // bytes
const FEW = 4; // ops, which are read sooner here than they are sent elsewhere

/** Elsewhere than here. @typedef {(module: WebAssembly.Module, entries: import('./reading.js').Entry[]) => ReturnType<import('./reading.js').ReadOps>} ReadElsewhere */

/**
 * @param {Pick<Service, 'database' | 'limits' | 'now' | 'onError' | 'kdf'>} given
 * @param {() => Promise<WebAssembly.Module>} load
 * @param {ReadElsewhere} [readElsewhere]
 * @returns {Promise<Service>}
 */
export async function startService(given, load, readElsewhere) {
  const { database } = given;
  await migrate(database);
  const fresh = [
    ['epoch', toHex(randomBytes(EPOCH))],
    ['fake_secret', toHex(randomBytes(SECRET))],
    ['nonce_secret', toHex(randomBytes(SECRET))],
  ];
  for (const pair of fresh) {
    await database.query('INSERT INTO placecard_meta (key, value) VALUES ($1, $2) ON CONFLICT DO NOTHING', pair);
  }
  const meta = new Map(
    (await database.query('SELECT key, value FROM placecard_meta')).map((row) => [row.key, row.value]),
  );
  const module = await load();
  const verifier = lasting(module);
  return {
    ...given,
    verifier,
    readOps: async (entries) =>
      readElsewhere === undefined || entries.length < FEW
        ? readHere(verifier, entries)
        : readElsewhere(module, entries),
    epoch: meta.get('epoch'),
    secrets: { fakes: meta.get('fake_secret'), nonces: meta.get('nonce_secret') },
  };
}

/**
 * Asked at each request: another process may have been told that the database was restored.
 * @param {Service} service
 */
export async function refreshEpoch(service) {
  const [row] = await service.database.query("SELECT value FROM placecard_meta WHERE key = 'epoch'");
  service.epoch = row.value;
}

/**
 * Tells devices that the database is not what it was, because it was restored from a backup: each sends again what the
 * backup may lack. To be called before the server takes requests again.
 * @param {Database} database
 * @returns {Promise<string>} the new epoch
 */
export async function rotateEpoch(database) {
  await migrate(database);
  const epoch = toHex(randomBytes(EPOCH));
  const write = `INSERT INTO placecard_meta (key, value) VALUES ($1, $2)
                 ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value`;
  await database.query(write, ['epoch', epoch]);
  // Nonces that were spent after the backup must not be good again.
  await database.query(write, ['nonce_secret', toHex(randomBytes(SECRET))]);
  return epoch;
}
