// Horizontal bars as SVG, readable on light and on dark pages.

import { textOf } from './report.mjs';

const WIDTH = 900;
const LABEL = 280;
const VALUE = 190;
const BAR = 16;
const LINE = 24;
const TITLE = 38;

const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; }
  .quiet { fill: #59636e; }
  .peer { fill: #afb8c1; }
  .ours { fill: #0969da; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .quiet { fill: #9198a1; }
    .peer { fill: #59636e; }
    .ours { fill: #4493f8; }
  }`;

/**
 * The first bar of each section is the one the others are compared with; it and all of placecard's stand out.
 * @param {{ title: string, bars: { name: string, value: number, text: string }[] }[]} sections
 * @param {string} caption
 */
export function chart(sections, caption) {
  let y = 0;
  const parts = sections.map(({ title, bars }) => {
    y += TITLE;
    const heading = `<text class="title" x="0" y="${y - 10}">${escaped(title)}</text>`;
    const longest = Math.max(...bars.map(({ value }) => value));
    const lines = bars.map(({ name, value, text }, index) => {
      const width = ((WIDTH - LABEL - VALUE) * value) / longest;
      const base = y + BAR - 3;
      y += LINE;
      return `<text x="${LABEL - 8}" y="${base}" text-anchor="end">${escaped(name)}</text>
<rect class="${index === 0 || name.startsWith('placecard') ? 'ours' : 'peer'}" x="${LABEL}" y="${base - BAR + 3}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>
<text class="quiet" x="${(LABEL + width + 8).toFixed(1)}" y="${base}">${escaped(text)}</text>`;
    });
    return [heading, ...lines].join('\n');
  });
  const height = y + TITLE;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>placecard beside its peers: shorter is better</title>
<style>${style}
</style>
${parts.join('\n')}
<text class="quiet" x="0" y="${height - 10}">${escaped(caption)}</text>
</svg>
`;
}

/** @param {import('./report.mjs').Section} section */
export function barsOfTimes({ title, medians }) {
  return { title, bars: medians.map((each) => ({ name: each.name, value: each.ms, text: textOf(each) })) };
}

/** @param {import('./sizes.mjs').Size[]} sizes */
export function barsOfSizes(sizes) {
  const names = { 'sql.js + libsodium-wrappers-sumo': 'sql.js + libsodium.js' };
  const bars = sizes
    .filter(({ total }) => total)
    .map(({ name, gzip }) => ({ name: names[name] ?? name, value: gzip, text: `${(gzip / 1000).toFixed(0)} kB` }));
  return { title: 'Download after gzip -9', bars };
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
