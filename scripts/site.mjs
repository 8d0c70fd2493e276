// The dinner-party page, ready for any static host. What is of one version lies in a folder named after its own bytes,
// so that no cache, no half-done upload and no other tab can mix two versions:
//   index.html  sw.js  manifest.webmanifest  icon*.svg  party.json  page-<hash>/
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const beside = ['index.html', 'sw.js', 'manifest.webmanifest', 'icon.svg', 'icon-maskable.svg', 'party.json'];
const ofPackage = ['index.js', 'worker.js', 'service.js', 'placecard.wasm'];

/** @param {{ source: string, placecard: string, site: string }} folders */
export async function assembleSite({ source, placecard, site }) {
  rmSync(site, { recursive: true, force: true });
  for (const file of beside) cpSync(join(source, file), join(site, file));
  const unnamed = join(site, 'page');
  await build({
    entryPoints: ['app.js', 'theme.js', 'style.css', 'print.css'].map((file) => join(source, 'page', file)),
    outdir: unnamed,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['./placecard/index.js'],
    tsconfigRaw: {}, // there is one for the types, but this is JavaScript
    logLevel: 'warning',
  });
  for (const file of ofPackage) cpSync(join(placecard, file), join(unnamed, 'placecard', file));
  const files = filesIn(unnamed);
  const hash = createHash('sha256');
  for (const file of ['index.html', 'sw.js']) hash.update(readFileSync(join(site, file)));
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(unnamed, file)));
  const folder = `page-${hash.digest('hex').slice(0, 10)}`;
  renameSync(unnamed, join(site, folder));
  change(join(site, 'index.html'), (text) => named(text, folder));
  change(join(site, 'sw.js'), (text) => listed(text, folder, files));
}

/**
 * @param {string} html
 * @param {string} folder
 */
function named(html, folder) {
  return html.replaceAll('"page/', `"${folder}/`);
}

/**
 * @param {string} script
 * @param {string} folder
 * @param {string[]} files
 */
function listed(script, folder, files) {
  const list = JSON.stringify({ folder, files: files.map((file) => `${folder}/${file}`) });
  return script.replace(/^const \{ folder, files \} = .*;$/m, `const { folder, files } = ${list};`);
}

/**
 * @param {string} file
 * @param {(text: string) => string} work
 */
function change(file, work) {
  const text = readFileSync(file, 'utf8');
  const changed = work(text);
  if (changed === text) throw new Error(`${file} has no place for the version`);
  writeFileSync(file, changed);
}

/** @param {string} folder */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((file) => statSync(join(folder, file)).isFile())
    .sort();
}

/**
 * Bytes after gzip -9: of the page's own files, and of everything a visit downloads.
 * @param {string} site
 */
export function weightOf(site) {
  let [page, all] = [0, 0];
  for (const file of filesIn(site)) {
    const bytes = gzipSync(readFileSync(join(site, file)), { level: constants.Z_BEST_COMPRESSION }).length;
    all += bytes;
    if (!file.includes('/placecard/')) page += bytes;
  }
  return { page, all };
}
