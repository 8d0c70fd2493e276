// What needs no browser: two languages that say the same things, a password's judgement, and the weight of a visit.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { weightOf } from '../../scripts/site.mjs';
import { de } from '../../web/party/page/messages/de.js';
import { en } from '../../web/party/page/messages/en.js';
import { strengthOf } from '../../web/party/page/strength.js';
import { errorTable } from '../../web/placecard/errors.js';
import { site } from './world.js';

const PAGE_BUDGET = 45_000; // bytes after gzip -9
const VISIT_BUDGET = 380_000;

/** What only a program meets. */
const ofPrograms = new Set([
  'multiple-found',
  'column-unknown',
  'id-taken',
  'joined-at-invalid',
  'password-hash-invalid',
  'data-key-invalid',
  'database-in-wal-mode',
  'database-foreign',
  'argument-invalid',
]);

/** Paths and kinds of all words but the errors. */
function shape(table, path = '') {
  return Object.entries(table).flatMap(([key, value]) => {
    const name = `${path}.${key}`;
    if (name === '.errors') return [];
    if (typeof value === 'object') return shape(value, name);
    return [`${name} ${typeof value === 'function' ? value.length : 'text'}`];
  });
}

test('German has every word English has, taking the same values', () => {
  assert.deepEqual(shape(de), shape(en));
});

test('every error a person can meet has its German sentence, and every one says enough in English', () => {
  const codes = errorTable.map(([, code]) => code).filter((code) => !ofPrograms.has(code));
  const own = [
    'login-required',
    'password-wrong',
    'passwords-differ',
    'credentials-unasked',
    'username-taken-there',
    'email-taken-there',
    'unexpected',
  ];
  assert.deepEqual(
    [...codes, ...own].filter((code) => !de.errors[code]),
    [],
  );
  const known = new Set([...errorTable.map(([, code]) => code), ...own]);
  for (const { errors } of [de, en])
    assert.deepEqual(
      Object.keys(errors).filter((code) => !known.has(code)),
      [],
    );
  for (const code of Object.keys(en.errors)) {
    assert.deepEqual(de.errors[code].match(/\{\w+\}/g), en.errors[code].match(/\{\w+\}/g), code);
  }
});

for (const [password, verdict] of [
  ['', 'empty'],
  ['seven77', 'short'],
  ['aaaaaaaaaaaa', 'pattern'],
  ['12345678901234', 'pattern'],
  ['qwertyuiopasdf', 'pattern'],
  ['abcabcabcabcabc', 'pattern'],
  ['josephine1', 'personal'],
  ['Josephine!!', 'personal'],
  ['mint tea', 'fair'],
  ['lace and engines', 'good'],
  ['paper tigers eat lace', 'strong'],
  ['Ünter den Linden, 1912', 'strong'],
]) {
  test(`the password ${JSON.stringify(password)} is judged ${verdict}`, () => {
    assert.equal(strengthOf(password, ['Josephine', 'josephine@example.com']).verdict, verdict);
  });
}

test('the service worker is type-checked, as a worker and not as a page', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync('npx', ['--no-install', 'tsc', '-p', 'web/party/tsconfig.worker.json'], { cwd: root, encoding: 'utf8' });
});

test('the page and a whole visit keep their budgets', () => {
  const { page, all } = weightOf(site);
  console.log(`# the page: ${page} bytes, a visit: ${all} bytes, after gzip -9`);
  assert.ok(page > 10_000 && page <= PAGE_BUDGET, `${page} bytes`);
  assert.ok(all > 300_000 && all <= VISIT_BUDGET, `${all} bytes`);
});
