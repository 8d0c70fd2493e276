// Files made and read by the sqlite3 shell: somebody else's SQLite, not ours.

import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { root, temporaryFolder } from './placecard.js';

/**
 * Runs statements and gives the rows of the last ones as objects.
 * @param {string} file
 * @param {string} sql
 * @returns {Record<string, unknown>[]}
 */
export function sqlite(file, sql) {
  const options = { input: sql, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] };
  // Its files are for this test only and need not outlive a power cut.
  const out = execFileSync(
    'sqlite3',
    ['-bail', '-json', '-cmd', 'PRAGMA synchronous = OFF', file],
    /** @type {any} */ (options),
  );
  return out === '' ? [] : JSON.parse(out);
}

/**
 * The bytes of a fresh file in which these statements were run.
 * @param {import('node:test').TestContext} t
 * @param {string} sql
 */
export async function sqliteBytes(t, sql) {
  const file = join(await temporaryFolder(t), 'made.sqlite');
  sqlite(file, sql);
  return new Uint8Array(await readFile(file));
}

/** The lesson's `user` table as db.create_all() makes it. */
export const lessonSchema = (await readFile(new URL('tests/vectors/schema.sql', root), 'utf8')).replace(
  /CREATE TABLE dinner_party[^;]*;/,
  '',
);

/** @param {string | number | null | undefined} value */
function literal(value) {
  if (value === null || value === undefined) return 'NULL';
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}

/**
 * @param {Record<string, string | number | null>[]} rows by column name
 * @param {string} [table]
 */
export function insertOf(rows, table = 'user') {
  return rows
    .map((row) => {
      const values = Object.values(row).map(literal);
      return `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${values.join(', ')});`;
    })
    .join('\n');
}
