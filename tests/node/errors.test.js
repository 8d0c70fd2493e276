import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { Core } from '../../web/placecard/core.js';
import { AccountError, errorTable } from '../../web/placecard/errors.js';
import { wasmModule } from '../support/core.js';

test("JavaScript's table of errors is the core's", async (t) => {
  const core = new Core(await wasmModule(), { minPasswordChars: 8, kdf: { passes: 2, memory: 64 * 1024 * 1024 } });
  t.after(() => core.close());
  const pairs = errorTable.map(([number, code, field]) => [number, code, field]);
  assert.deepEqual(pairs, core.errorTable());
});

test('the ErrorCode type names every code, and no other', async () => {
  const source = await readFile(new URL('../../web/placecard/errors.js', import.meta.url), 'utf8');
  const [, union] = source.match(/@typedef \{([^}]*)\} ErrorCode/);
  const named = [...union.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code);
  assert.deepEqual(named.toSorted(), errorTable.map(([, code]) => code).toSorted());
});

test('every code is kebab-case, stands once, and has a sentence to show', () => {
  assert.equal(new Set(errorTable.map(([number]) => number)).size, errorTable.length);
  assert.equal(new Set(errorTable.map(([, code]) => code)).size, errorTable.length);
  for (const [, code, field, message] of errorTable) {
    assert.match(code, /^[a-z]+(-[a-z]+)*$/);
    assert.match(message, /^[A-Z].*[.?]$/, code);
    const error = new AccountError([{ code, field }]);
    assert.equal(error.message, message);
    assert.deepEqual(error.fields, field === '' ? [] : [field]);
  }
});

test('an error with several problems is named after the first and lists the fields of all', () => {
  const error = new AccountError([
    { code: 'email-taken', field: 'email' },
    { code: 'username-taken', field: 'username' },
    { code: 'not-found', field: '' },
  ]);
  assert.equal(error.code, 'email-taken');
  assert.deepEqual(error.fields, ['email', 'username']);
  assert.deepEqual(
    error.problems.map(({ code }) => code),
    ['email-taken', 'username-taken', 'not-found'],
  );
  assert(error instanceof Error);
  assert.equal(error.name, 'AccountError');
});
