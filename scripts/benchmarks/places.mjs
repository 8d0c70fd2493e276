import { fileURLToPath } from 'node:url';

/** @param {string} path from the repository's root */
export function fromRoot(path) {
  return fileURLToPath(new URL(path, new URL('../..', import.meta.url)));
}

export const wasmFile = fromRoot('dist/placecard/placecard.wasm');
