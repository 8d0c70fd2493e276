// Accounts that wait to be synced. Nobody's password is hashed for them: ten thousand would take half an hour, and a
// server sees nothing of it. Everything else is as a device makes it, signature included.

import initSqlJs from 'sql.js';
import { memoryStorage, open } from '../../dist/placecard/node.js';
import { Person } from '../../tests/server/ops.js';

/** @typedef {{ op: string, opId: string, bytes: Buffer, person: Person }} Waiting */

/**
 * Their ops.
 * @param {number} count
 * @param {string} name tells them from all others
 * @returns {Waiting[]}
 */
export function waiting(count, name) {
  return Array.from({ length: count }, (_, index) => {
    const person = new Person(`${name} ${index}`, `${name.replaceAll(' ', '.')}.${index}@example.com`);
    return { ...person.account(), person };
  });
}

/**
 * Where a device keeps them: a database in memory, whose bytes are to begin with those of a real one.
 * @param {Waiting[]} all
 * @returns {Promise<import('../../dist/placecard/storage/storage.js').Storage>}
 */
export async function deviceWith(all) {
  const SQL = await initSqlJs();
  const database = new SQL.Database(await emptyDatabase());
  database.run('BEGIN');
  const user = database.prepare('INSERT INTO user (id, username, email, password_hash, joined_at) VALUES (?,?,?,?,?)');
  const account = database.prepare("INSERT INTO placecard_account VALUES (?, ?, 1, 1, 1, ?, x'00')");
  const outbox = database.prepare(
    "INSERT INTO placecard_outbox (uid, entity, state, code, bytes) VALUES (?, x'', 0, '', ?)",
  );
  all.forEach(({ bytes, person: { uid, identity, state } }, index) => {
    user.run([index + 1, state.username, state.email, state.passwordHash, state.joinedAt]);
    account.run([index + 1, uid, identity.publicKey]);
    outbox.run([uid, bytes]);
  });
  database.run('COMMIT');
  const bytes = database.export();
  database.close();
  return {
    kind: 'memory',
    shared: false,
    open: async () => ({ load: async (write) => write(0, bytes), commit: async () => {}, close: async () => {} }),
  };
}

/** As placecard makes it. */
async function emptyDatabase() {
  const accounts = await open({ storage: memoryStorage() });
  const bytes = await accounts.exportDatabase();
  await accounts.close();
  return bytes;
}
