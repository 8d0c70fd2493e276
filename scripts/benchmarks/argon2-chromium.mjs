// Argon2id in a page in Chromium.

import { cp, mkdir, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { withPages } from './chromium.mjs';
import { fromRoot, wasmFile } from './places.mjs';

export async function measure({ rounds }) {
  const folder = fromRoot('build/bench/page');
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [fromRoot('scripts/benchmarks/argon2-page.mjs')],
    outfile: `${folder}/page.js`,
    bundle: true,
    format: 'esm',
    logLevel: 'error',
    external: ['node:*', 'fs', 'path', 'crypto', 'url', 'module'],
  });
  await cp(wasmFile, `${folder}/placecard.wasm`);
  await writeFile(
    `${folder}/index.html`,
    '<!doctype html><title>bench</title><script type="module" src="page.js"></script>',
  );
  const medians = await withPages(folder, async (open) => {
    const page = await open();
    await page.waitForFunction(() => 'measure' in window);
    return page.evaluate((count) => window.measure(count), rounds);
  });
  return {
    title: 'Argon2id in Chromium: 64 MiB, 2 passes',
    medians,
    targets: [
      { peer: 'hash-wasm', timesAsFast: 1.6 },
      { peer: 'libsodium.js', timesAsFast: 1.2 },
    ],
  };
}
