// How long a durable insert, a bulk insert and a cold start take, side by side in one Chromium:
//   node scripts/benchmarks/persistence.mjs [inserts a measurement, 60]
// prints a markdown table. Every contestant stores with strict durability, and none of them hashes a password: what is
// measured is storing. Medians; milliseconds depend on the machine, so read the ratios.
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from '../../tests/browser/site.js';

const INSERTS = Number(process.argv[2] ?? 60);
const SIZES = [100, 10_000, 50_000];
const BULK = 10_000;
const COLD_STARTS = 5;
const names = ['placecard', 'placecard (Worker)', 'sql.js + export', 'wa-sqlite IDBBatchAtomic', 'plain IndexedDB'];

const root = fileURLToPath(new URL('../..', import.meta.url));
const world = await setUp();
try {
  for (const path of ['sql.js/dist/sql-wasm.js', 'sql.js/dist/sql-wasm.wasm', 'wa-sqlite/dist', 'wa-sqlite/src']) {
    const target = join(world.site.folder, 'node_modules', path);
    await mkdir(dirname(target), { recursive: true });
    await cp(join(root, 'node_modules', path), target, { recursive: true });
  }
  await cp(new URL('contestants.js', import.meta.url), join(world.site.folder, 'contestants.js'));
  const html =
    '<!doctype html><script src="node_modules/sql.js/dist/sql-wasm.js"></script><script type="module">' +
    'import { contestants } from "./contestants.js"; globalThis.contestants = contestants; globalThis.ready = true;</script>';
  await writeFile(join(world.site.folder, 'bench.html'), html);

  const results = new Map(names.map((name) => [name, []]));
  for (const size of SIZES) for (const name of names) results.get(name).push(await measure(name, size));
  print(results);
} finally {
  await world.close();
}

/** In a fresh tab each: build the table, insert one by one, insert many, and read it back in new tabs. */
async function measure(name, size) {
  const page = await world.open(`${world.url}bench.html`);
  const measured = await page.evaluate(
    async ({ name, size, inserts, bulk }) => {
      const { open, rows, median } = contestants;
      const database = await open(name, `bench-${size}`);
      await database.insertMany(rows(size, 'seed'));
      const times = [];
      for (const row of rows(inserts, 'one')) {
        const start = performance.now();
        await database.insertMany([row]);
        times.push(performance.now() - start);
      }
      let bulkTime = null;
      if (size === 100) {
        const many = rows(bulk, 'many');
        const start = performance.now();
        await database.insertMany(many);
        bulkTime = performance.now() - start;
      }
      await database.close();
      return { insert: median(times), bulk: bulkTime };
    },
    { name, size, inserts: INSERTS, bulk: BULK },
  );
  await page.close();
  const colds = [];
  for (let start = 0; start < COLD_STARTS; start += 1) {
    const page = await world.open(`${world.url}bench.html`);
    colds.push(
      await page.evaluate(
        async ({ name, size }) => {
          const start = performance.now();
          const database = await contestants.open(name, `bench-${size}`);
          if (!(await database.has('seed-7'))) throw new Error(`${name} has lost a row`);
          const took = performance.now() - start;
          await database.close();
          return took;
        },
        { name, size },
      ),
    );
    await page.close();
  }
  colds.sort((a, b) => a - b);
  return { ...measured, cold: colds[Math.floor(colds.length / 2)] };
}

function print(results) {
  const sizes = SIZES.map((size) => size.toLocaleString('en'));
  const base = results.get('sql.js + export');
  const cell = (value, other) => `${value.toFixed(1)} (${(value / other).toFixed(2)})`;
  const heads = [...sizes.map((size) => `insert at ${size}`), `${BULK.toLocaleString('en')} at once`];
  heads.push(...sizes.map((size) => `cold start at ${size}`));
  console.log(
    `Medians in ms of ${INSERTS} inserts and ${COLD_STARTS} starts; in brackets, the ratio to sql.js + export.\n`,
  );
  console.log(`| | ${heads.join(' | ')} |\n|---|${heads.map(() => '---').join('|')}|`);
  for (const [name, rows] of results) {
    const cells = rows.map((row, index) => cell(row.insert, base[index].insert));
    cells.push(cell(rows[0].bulk, base[0].bulk));
    cells.push(...rows.map((row, index) => cell(row.cold, base[index].cold)));
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
}
