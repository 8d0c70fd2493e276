// Names are compared by a folded form that is stored, so the browser's and the native host's must be one. The native one
// is utf8proc's, made from Unicode's CaseFolding.txt; ours is put together from what String offers.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { foldCase, isWellFormed } from '../../web/placecard/unicode.js';
import { root, temporaryFolder } from '../support/placecard.js';
import { randomFrom } from '../support/random.js';

const SEED = 20261122;

/** @param {string} path */
const inRepository = (path) => fileURLToPath(new URL(path, root));

/** @type {string} */
let native;
before(async (t) => {
  native = join(await temporaryFolder(t), 'fold_case');
  const sources = ['tests/support/fold_case.cpp', 'src/host_native.cpp'].map(inRepository);
  const options = ['-std=c++20', '-O1', '-I', inRepository('src'), ...sources, '-lsodium', '-lutf8proc', '-o', native];
  execFileSync('g++', options, { stdio: ['ignore', 'inherit', 'inherit'] });
});

/** Every character utf8proc knows, and what it folds to. */
function nativeTable() {
  const out = execFileSync(native, ['--all'], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const lines = out.trimEnd().split('\n');
  return new Map(
    lines.map((line) => {
      const [point, folded] = line.split(' ');
      return [String.fromCodePoint(Number.parseInt(point, 16)), Buffer.from(folded, 'hex').toString()];
    }),
  );
}

/** Whether this Node's Unicode has the character. */
const isKnown = (text) => !/\p{Unassigned}/u.test(text);

test('every character folds alike, but for those that only one side knows yet', () => {
  const table = nativeTable();
  assert(table.size > 140_000);
  assert([...table].filter(([text, folded]) => text !== folded).length > 1400, 'many fold to something else');
  const differing = [];
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const text = String.fromCodePoint(point);
    // What the native side does not know folds to itself there.
    const folded = table.get(text) ?? text;
    if (foldCase(text) !== folded) differing.push({ point, text, folded, known: table.has(text) && isKnown(text) });
  }
  const wrong = differing.filter(({ known }) => known);
  assert.deepEqual(
    wrong.map(({ point, text, folded }) => `U+${point.toString(16)}: ${foldCase(text)}, natively ${folded}`),
    [],
  );
  // A few capitals of each new version of Unicode.
  assert(differing.length < 200, `${differing.length} differ`);
});

test('whole texts fold alike, with marks in any order', () => {
  const known = [...nativeTable()].filter(([text, folded]) => isKnown(text) && text !== '\n' && folded !== '');
  const folding = known.filter(([text, folded]) => text !== folded).map(([text]) => text);
  const marks = known.map(([text]) => text).filter((text) => /\p{M}/u.test(text));
  assert(folding.length > 1400 && marks.length > 2000);
  const random = randomFrom(SEED);
  const pick = (list) => list[random(list.length)];
  const texts = Array.from({ length: 20_000 }, () => {
    const pieces = Array.from({ length: 1 + random(6) }, () => {
      const base = random(3) === 0 ? String.fromCodePoint(0x41 + random(58)) : pick(folding);
      return (
        base + (random(2) === 0 ? pick(marks) : '') + (random(4) === 0 ? pick(['\u0301', '\u0345', '\u0323']) : '')
      );
    });
    return pieces.join('');
  });
  // The core folds in NFC; utf8proc folds before it orders the marks, so it is given NFC too.
  const input = texts.map((text) => `${text.normalize('NFC')}\n`).join('');
  const out = execFileSync(native, { input, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const folded = out.split('\n');
  for (const [index, text] of texts.entries()) {
    const points = [...text].map((each) => each.codePointAt(0).toString(16)).join(' ');
    assert.equal(foldCase(text), folded[index], `seed ${SEED}: ${points}`);
    assert.equal(foldCase(text.normalize('NFD')), foldCase(text), `seed ${SEED}: ${points}`);
  }
});

test('the well-known cases', () => {
  const alike = [
    ['Ada', 'ADA', 'ada'],
    ['stra\u00dfe', 'STRASSE', 'STRA\u1e9eE'],
    ['\u039f\u0394\u039f\u03a3', '\u03bf\u03b4\u03bf\u03c2', '\u03bf\u03b4\u03bf\u03c3'],
    ['\ufb03', 'FFI'],
    ['\u212b', '\u00c5', '\u00e5', 'A\u030a'],
    ['\u13a0', '\uab70'],
    ['\u0130', 'i\u0307'],
    ['\u{1f80}', '\u1f88', '\u1f00\u03b9'],
  ];
  for (const texts of alike) assert.equal(new Set(texts.map(foldCase)).size, 1, texts.join(' '));
  const apart = [
    ['\u0131', 'i'],
    ['\u00e9', 'e'],
    ['\u0430', 'a'],
    ['\uff41', 'a'],
  ];
  for (const [one, other] of apart) assert.notEqual(foldCase(one), foldCase(other), `${one} ${other}`);
});

test('a text is well formed when each half of a surrogate pair has the other', () => {
  for (const text of ['', 'a', '\ud83c\udf70', 'a\ud83c\udf70b', '\uffff', '\u{10ffff}']) assert(isWellFormed(text));
  for (const text of ['\ud83c', '\udf70', '\udf70\ud83c', 'a\ud83c', '\ud83ca', '\ud83c\ud83c\udf70']) {
    assert(!isWellFormed(text), JSON.stringify(text));
  }
});
