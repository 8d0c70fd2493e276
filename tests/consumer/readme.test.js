// What the README promises a Node developer, done as written.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { consumer } from '../support/consumer.js';
import { root } from '../support/placecard.js';

/** The first ```js block under a heading that says Node, before the next heading of its rank. */
function nodeExample(readme) {
  let under = 0; // rank of that heading
  let example;
  for (const line of readme.split('\n')) {
    if (example !== undefined) {
      if (line.startsWith('```')) return example.join('\n');
      example.push(line);
      continue;
    }
    const heading = line.match(/^(#+) (.*)$/);
    if (heading !== null) {
      const [, { length: rank }, title] = heading;
      if (/\bNode\b/.test(title)) under = rank;
      else if (rank <= under) under = 0;
    } else if (under > 0 && /^```(js|javascript)\b/.test(line)) {
      example = [];
    }
  }
  return undefined;
}

test("the README's Node example runs as it is written", async (t) => {
  const example = nodeExample(await readFile(new URL('README.md', root), 'utf8'));
  assert(example !== undefined, 'README.md has no ```js block under a heading with "Node" in it');
  assert.match(example, /from 'placecard'/);
  const project = await consumer(t);
  await project.write('example.mjs', `${example}\n`);
  await project.run(process.execPath, 'example.mjs');
});

test('the example is found where a reader would look for it', () => {
  const readme =
    '# A\n```js\n1\n```\n## In Node\ntext\n```sh\n2\n```\n### More\n```js\n3\n4\n```\n## B\n```js\n5\n```\n';
  assert.equal(nodeExample(readme), '3\n4');
  assert.equal(nodeExample('# Node\n## B\ntext\n# C\n```js\n1\n```\n'), undefined);
});
