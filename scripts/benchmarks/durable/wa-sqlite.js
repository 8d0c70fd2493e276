// wa-sqlite with either of its two file systems on IndexedDB, in the build that may wait for it (Asyncify).
// `synchronous` is full, their default: a commit resolves when its transaction is complete.

import { insertSql, SCHEMA } from './rows.js';
import factory from './wa-sqlite/dist/wa-sqlite-async.mjs';
import * as SQLite from './wa-sqlite/src/sqlite-api.js';

/** @param {string} name @param {{ vfs: 'IDBBatchAtomicVFS' | 'IDBMirrorVFS' }} options */
export async function open(name, { vfs: kind }) {
  if (kind === 'IDBMirrorVFS') waitForTheDisk();
  const [module, { [kind]: Vfs }] = await Promise.all([factory(), import(`./wa-sqlite/src/examples/${kind}.js`)]);
  const sqlite = SQLite.Factory(module);
  const vfs = await Vfs.create(name, module);
  sqlite.vfs_register(vfs, true);
  const handle = await sqlite.open_v2(name);
  await sqlite.exec(handle, `PRAGMA cache_size = -32000; ${SCHEMA}`);
  return {
    insert: (all) => sqlite.exec(handle, insertSql(all)),
    async has(username) {
      let found = false;
      await sqlite.exec(handle, `SELECT 1 FROM user WHERE username = '${username}'`, () => {
        found = true;
      });
      return found;
    },
    async close() {
      await sqlite.close(handle);
      await vfs.close();
    },
  };
}

/**
 * IDBMirrorVFS does not say how durable its transactions shall be, which Chromium takes for relaxed: complete before the
 * disk has them. Here they are strict, as everybody else's.
 */
function waitForTheDisk() {
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function strict(stores, mode, options) {
    return transaction.call(this, stores, mode, { ...options, durability: 'strict' });
  };
}
