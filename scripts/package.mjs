// Assembles dist/ from the compiled module and web/, and prints what a visitor downloads.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { buildForPages } from './pages.mjs';
import { assembleSite, weightOf } from './site.mjs';

const root = new URL('..', import.meta.url).pathname;
const out = join(root, 'dist/placecard');
const site = join(root, 'dist/site');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

// For browsers a file for the page, one for its Worker and one for pages without one; a file for Node. Nothing is inlined
// into them but our own modules.
const shared = {
  absWorkingDir: root,
  outdir: out,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  external: ['node:*'],
  legalComments: 'none',
  logLevel: 'warning',
};
await buildForPages(root, out);
// Whole, although it has some of the page's modules too: a file it imports would be asked for only once it is there.
await build({ ...shared, entryPoints: ['web/placecard/worker.js'], minify: true });
// Readable, because Node prints the source line of an uncaught error.
await build({ ...shared, entryPoints: ['web/placecard/node.js'] });
// The version stands once, in CMakeLists.txt.
const [, version] = readFileSync(join(root, 'CMakeLists.txt'), 'utf8').match(/^project\(placecard VERSION (\S+)/m);
// The sync server, for Node and for everything else; its drivers are whoever runs it's own.
await build({
  ...shared,
  outdir: join(out, 'server'),
  entryPoints: ['web/server/index.js', 'web/server/node.js', 'web/server/reader.js'],
  external: ['node:*', 'pg', '@electric-sql/pglite'],
  define: { PLACECARD_VERSION: JSON.stringify(version) },
});
cpSync(join(root, 'build/wasm/placecard.wasm'), join(out, 'placecard.wasm'));

// Types, which lie as the sources do: the server beside the package, not in it.
const types = join(root, 'build/types');
rmSync(types, { recursive: true, force: true });
execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'web/tsconfig.json'], { cwd: root, stdio: 'inherit' });
cpSync(join(types, 'placecard'), out, { recursive: true });
for (const file of readdirSync(join(types, 'server'))) {
  const text = readFileSync(join(types, 'server', file), 'utf8');
  writeFileSync(join(out, 'server', file), text.replaceAll('../placecard/', '../'));
}

const manifest = JSON.parse(readFileSync(join(root, 'web/placecard/package.json'), 'utf8'));
const { name, ...rest } = manifest;
writeFileSync(join(out, 'package.json'), `${JSON.stringify({ name, version, ...rest }, null, 2)}\n`);
for (const file of ['LICENSE', 'LICENSES.md', 'README.md']) cpSync(join(root, file), join(out, file));

await assembleSite({ source: join(root, 'web/party'), placecard: out, site });

const gzip = (file) => gzipSync(readFileSync(join(out, file)), { level: constants.Z_BEST_COMPRESSION }).length;
const kib = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
const wasm = gzip('placecard.wasm');
const script = gzip('index.js') + gzip('worker.js');
console.log(`  placecard.wasm${kib(wasm)} after gzip -9`);
console.log(`  JavaScript    ${kib(script)}`);
console.log(`  together      ${kib(wasm + script)}   (budget: 330 kB)`);
const count = readdirSync(out, { recursive: true }).length;
console.log(`  dist/placecard: version ${version}, ${count} files`);
const { page, all } = weightOf(site);
console.log(`  the page      ${kib(page)}   (budget: 45 kB)`);
console.log(`  a visit       ${kib(all)}   (budget: 380 kB)`);
