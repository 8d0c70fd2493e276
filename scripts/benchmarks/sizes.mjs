// What a visitor downloads, beside the pair of packages that would come nearest.

import { readFile } from 'node:fs/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { fromRoot } from './places.mjs';

const files = [
  { of: 'placecard', name: 'placecard.wasm', path: 'dist/placecard/placecard.wasm' },
  { of: 'placecard', name: 'index.js', path: 'dist/placecard/index.js' },
  { of: 'placecard', name: 'worker.js', path: 'dist/placecard/worker.js' },
  { of: 'nobody', name: 'service.js, where there is no Worker', path: 'dist/placecard/service.js' },
  { of: 'peers', name: 'sql-wasm-browser.wasm', path: 'node_modules/sql.js/dist/sql-wasm-browser.wasm' },
  { of: 'peers', name: 'sql-wasm-browser.js', path: 'node_modules/sql.js/dist/sql-wasm-browser.js' },
  { of: 'peers', name: 'libsodium-sumo.js', path: 'node_modules/libsodium-sumo/dist/modules-sumo/libsodium-sumo.js' },
  {
    of: 'peers',
    name: 'libsodium-wrappers.js',
    path: 'node_modules/libsodium-wrappers-sumo/dist/modules-sumo/libsodium-wrappers.js',
  },
];

// The total of a group; what belongs to none stands alone.
const groups = { placecard: 'placecard', peers: 'sql.js + libsodium-wrappers-sumo' };

/** @typedef {{ name: string, raw: number, gzip: number, brotli: number, total: boolean }} Size */

/** @returns {Promise<Size[]>} */
export async function measureSizes() {
  const sizes = await Promise.all(
    files.map(async ({ of, name, path }) => {
      const bytes = await readFile(fromRoot(path));
      const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
      const gzip = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
      return { of, name, raw: bytes.length, gzip: gzip.length, brotli: brotli.length, total: false };
    }),
  );
  const alone = sizes.filter(({ of }) => !(of in groups));
  const together = Object.entries(groups).flatMap(([of, name]) => {
    const parts = sizes.filter((size) => size.of === of);
    const sum = (key) => parts.reduce((total, part) => total + part[key], 0);
    return [...parts, { name, raw: sum('raw'), gzip: sum('gzip'), brotli: sum('brotli'), total: true }];
  });
  return [...together, ...alone];
}
