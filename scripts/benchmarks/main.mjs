// See scripts/bench.

import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import * as accounts from './accounts.mjs';
import * as argon2Chromium from './argon2-chromium.mjs';
import * as argon2Node from './argon2-node.mjs';
import { barsOfSizes, barsOfTimes, chart } from './chart.mjs';
import { chromiumVersion } from './chromium.mjs';
import * as page from './page.mjs';
import * as persistence from './persistence.mjs';
import { fromRoot } from './places.mjs';
import { replaceMarked, sectionTable, sizeTable } from './report.mjs';
import * as rows from './rows.mjs';
import { measureSizes } from './sizes.mjs';
import * as sync from './sync.mjs';

const FEWEST_ROUNDS = 9;

const timed = {
  'argon2-node': argon2Node.measure,
  'argon2-chromium': argon2Chromium.measure,
  accounts: accounts.measure,
  rows: rows.measure,
  persistence: persistence.measure,
  page: page.measure,
  sync: sync.measure,
};
const parts = [...Object.keys(timed), 'sizes'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '21' },
    chart: { type: 'string' },
    write: { type: 'boolean', default: false },
    readme: { type: 'string', default: fromRoot('README.md') },
  },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < FEWEST_ROUNDS) throw new Error(`--rounds is ${FEWEST_ROUNDS} or more`);
const unknown = positionals.find((part) => !parts.includes(part));
if (unknown !== undefined) throw new Error(`${unknown} is none of the parts: ${parts.join(', ')}`);
const wanted = (part) => positionals.length === 0 || positionals.includes(part);

const sections = [];
for (const [part, measure] of Object.entries(timed)) {
  if (!wanted(part)) continue;
  console.error(`bench: ${part}, ${rounds} rounds (load ${loadavg()[0].toFixed(1)})`);
  sections.push(...[await measure({ rounds })].flat());
}
const sizes = wanted('sizes') ? await measureSizes() : [];

const machine =
  `${cpus()[0].model.trim()}, ${availableParallelism()} cores, Node ${process.versions.node}, ` +
  `Chromium ${await chromiumVersion()}; load ${loadavg()[0].toFixed(1)}`;
const markdown = [
  `Medians of ${rounds} rounds, or of as many as the table says, in which all contenders take turns in an order that ` +
    `changes; the ratio is to the first line of each table. Machine: ${machine}. \`./scripts/bench\` measures again.`,
  ...sections.map(sectionTable),
  ...(sizes.length > 0 ? [sizeTable(sizes)] : []),
].join('\n\n');
console.log(markdown);

if (values.chart !== undefined) {
  const bars = [
    ...sections.filter(({ medians, apart }) => medians.length > 1 && !apart).map(barsOfTimes),
    ...(sizes.length > 0 ? [barsOfSizes(sizes)] : []),
  ];
  writeFileSync(values.chart, chart(bars, machine));
}
if (values.write) writeFileSync(values.readme, replaceMarked(readFileSync(values.readme, 'utf8'), markdown));
