// The inside of the package, for the tests that look below its face.

import { readFile } from 'node:fs/promises';

import { packageFolder } from './placecard.js';

export const wasmFile = new URL('placecard.wasm', packageFolder);

export async function wasmModule() {
  return WebAssembly.compile(await readFile(wasmFile));
}
