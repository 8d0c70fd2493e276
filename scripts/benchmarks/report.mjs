// The figures as Markdown, and the marked place in a file where they go.

/**
 * What is wanted of the first line, or of the one named by `of`, beside a peer's; `atMostMs` is wanted of `peer` itself.
 * @typedef {{ peer: string, of?: string, atMost?: number, timesAsFast?: number, atMostMs?: number }} Target
 */

/**
 * @typedef {object} Section
 * @property {string} title
 * @property {import('./rounds.mjs').Measured[]} medians
 * @property {Target[]} [targets]
 * @property {string} [note] what was measured and what not
 * @property {boolean} [apart] whether the lines are different things, of which no ratio says anything
 */

const START = '<!-- bench:start -->';
const END = '<!-- bench:end -->';

/** @param {Section} section */
export function sectionTable({ title, medians, targets = [], note, apart = false }) {
  const [{ ms: unit }] = medians;
  const lines = medians.map((measured, index) => {
    const { name, ms } = measured;
    const ratio = index === 0 ? '1' : (ms / unit).toFixed(2);
    return `| ${name} | ${textOf(measured)} | ${apart ? '' : ratio} | ${verdict(measured, medians, targets)} |`;
  });
  const table = [`| ${title} | median | ratio | target |`, '| --- | ---: | ---: | --- |', ...lines].join('\n');
  return note === undefined ? table : `${table}\n\n${note}`;
}

/** @param {import('./rounds.mjs').Measured} measured */
export function textOf({ ms, text = milliseconds(ms) }) {
  return text;
}

/** @param {number} ms */
export function milliseconds(ms) {
  return `${ms.toFixed(ms < 10 ? 2 : 1)} ms`;
}

/**
 * @param {import('./rounds.mjs').Measured} measured
 * @param {import('./rounds.mjs').Measured[]} medians
 * @param {Target[]} targets
 */
function verdict({ name, ms }, medians, targets) {
  const target = targets.find(({ peer }) => peer === name);
  if (target === undefined) return '';
  if (target.atMostMs !== undefined) return `at most ${target.atMostMs} ms: ${met(ms <= target.atMostMs)}`;
  const { name: who, ms: ours } = medians.find((each) => each.name === target.of) ?? medians[0];
  const whose = target.of === undefined ? '' : `${who} `;
  if (target.atMost !== undefined) {
    const took = ours / ms;
    const wanted = target.atMost === 1 ? 'no slower' : `at most ${target.atMost} times its time`;
    return `${whose}${wanted}: ${took.toFixed(took < 0.1 ? 3 : 2)} times, ${met(took <= target.atMost)}`;
  }
  const speed = ms / ours;
  return `${whose}${target.timesAsFast} times as fast: ${speed.toFixed(2)} times, ${met(speed >= target.timesAsFast)}`;
}

/** @param {boolean} reached */
function met(reached) {
  return reached ? 'met' : '**missed**';
}

/** @param {import('./sizes.mjs').Size[]} sizes */
export function sizeTable(sizes) {
  const strong = (text, total) => (total ? `**${text}**` : text);
  const lines = sizes.map(({ name, total, ...bytes }) => {
    const cells = [bytes.raw, bytes.gzip, bytes.brotli].map((count) => strong(count.toLocaleString('en'), total));
    return `| ${strong(name, total)} | ${cells.join(' | ')} |`;
  });
  return ['| Bytes | as they are | gzip -9 | brotli |', '| --- | ---: | ---: | ---: |', ...lines].join('\n');
}

/**
 * The text with what stands between the markers replaced.
 * @param {string} text
 * @param {string} markdown
 */
export function replaceMarked(text, markdown) {
  const start = text.indexOf(START);
  const end = text.indexOf(END, start);
  if (start === -1 || end === -1) throw new Error(`${START} and ${END} are not in the file`);
  return `${text.slice(0, start)}${START}\n\n${markdown}\n\n${text.slice(end)}`;
}
