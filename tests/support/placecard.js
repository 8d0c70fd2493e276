// What the suites share: the built package, and places that clean up after themselves.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AccountError, open } from '../../dist/placecard/node.js';

export * from '../../dist/placecard/node.js';

export const root = new URL('../..', import.meta.url);
export const packageFolder = new URL('dist/placecard/', root);

/** @param {string} name of a file in tests/vectors */
export async function vectors(name) {
  return JSON.parse(await readFile(new URL(`tests/vectors/${name}`, root), 'utf8'));
}

/**
 * Accounts that are closed when the test ends.
 * @param {import('node:test').TestContext} t
 * @param {import('../../dist/placecard/accounts.js').OpenOptions} [options]
 */
export async function opened(t, options) {
  const accounts = await open(options);
  t.after(() => accounts.close());
  return accounts;
}

/**
 * An empty folder that is gone when the test ends.
 * @param {import('node:test').TestContext} t
 */
export async function temporaryFolder(t) {
  const folder = await mkdtemp(join(tmpdir(), 'placecard-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Checks that the work is refused with an AccountError of this code, and gives the error.
 * @param {string} code
 * @param {() => unknown} work
 * @param {string} [message]
 * @returns {Promise<AccountError>}
 */
export async function refused(code, work, message = '') {
  try {
    await work();
  } catch (error) {
    assert(error instanceof AccountError, `${message} an AccountError, not ${error}`);
    assert.equal(error.code, code, message);
    assert.notEqual(error.message, '', message);
    return error;
  }
  assert.fail(`${message} was not refused, expected ${code}`);
}

/**
 * Rows to import: u0001 and so on.
 * @param {number} count
 * @param {number} [from]
 */
export function people(count, from = 1) {
  return Array.from({ length: count }, (_, index) => {
    const name = `u${String(from + index).padStart(4, '0')}`;
    return { username: name, email: `${name}@example.com` };
  });
}
