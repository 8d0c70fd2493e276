// Argon2id in Node, beside native libsodium.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { derivations } from './argon2.mjs';
import { fromRoot, wasmFile } from './places.mjs';
import { compete } from './rounds.mjs';

export async function measure({ rounds }) {
  const child = spawn(fromRoot('build/bench/argon2-native'), { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  const native = async () => {
    child.stdin.write('\n');
    const { value, done } = await answers.next();
    if (done) throw new Error('native libsodium gave up');
    return { ownMs: Number(value) };
  };
  const medians = await compete(
    { ...(await derivations(await readFile(wasmFile))), 'native libsodium': native },
    rounds,
  );
  child.stdin.end();
  return {
    title: 'Argon2id in Node: 64 MiB, 2 passes',
    medians,
    targets: [
      { peer: 'native libsodium', atMost: 1.3 },
      { peer: 'hash-wasm', timesAsFast: 1.6 },
      { peer: 'libsodium.js', timesAsFast: 1.2 },
    ],
  };
}
