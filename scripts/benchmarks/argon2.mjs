// The three that derive in WebAssembly, the same in Node and in a page.

import { argon2id } from 'hash-wasm';
import sodium from 'libsodium-wrappers-sumo';
import { compile } from '../../web/placecard/compile.js';
import { Core } from '../../web/placecard/core.js';

const PASSWORD = 'correct horse battery staple';
const PASSES = 2;
const MEMORY = 64 * 1024 * 1024;

/**
 * @param {import('../../web/placecard/core.js').WasmSource} wasm
 * @returns {Promise<Record<string, import('./rounds.mjs').Turn>>}
 */
export async function derivations(wasm) {
  const core = new Core(await compile(wasm), { minPasswordChars: 8, kdf: { passes: PASSES, memory: MEMORY } });
  core.open(false);
  await sodium.ready;
  const salt = new Uint8Array(16).fill(1);
  return {
    // A log-in of nobody costs one derivation, so as to look like a log-in of somebody.
    placecard: () => core.abandon(core.prepare('log_in', 'nobody', PASSWORD)),
    'libsodium.js': () => {
      sodium.crypto_pwhash(32, PASSWORD, salt, PASSES, MEMORY, sodium.crypto_pwhash_ALG_ARGON2ID13);
    },
    'hash-wasm': async () => {
      const cost = { parallelism: 1, iterations: PASSES, memorySize: MEMORY / 1024, hashLength: 32 };
      await argon2id({ password: PASSWORD, salt, ...cost, outputType: 'binary' });
    },
  };
}
