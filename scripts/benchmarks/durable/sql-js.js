// sql.js keeps its database in memory: to be durable, all of it is exported and stored after each change.
import { connect, read, write } from './idb.js';
import { SCHEMA } from './rows.js';
import initSqlJs from './sql.js';

const INSERT = 'INSERT INTO user (username, email, password_hash, joined_at) VALUES (?, ?, ?, ?)';
const FIND = 'SELECT id, username, email, password_hash, joined_at FROM user WHERE username = ? ORDER BY id LIMIT 1';

/** @param {string} name */
export async function open(name) {
  const opening = connect(name, (database) => database.createObjectStore('file'));
  const loading = initSqlJs({ locateFile: () => new URL('sql-wasm-browser.wasm', import.meta.url).href });
  const store = await opening;
  const stored = await read(store.transaction('file').objectStore('file').get('database'));
  const SQL = await loading;
  const database = new SQL.Database(stored);
  database.run(SCHEMA);
  let find = null;
  return {
    insert(all) {
      database.run('BEGIN');
      const insert = database.prepare(INSERT);
      for (const { username, email, passwordHash, joinedAt } of all) {
        insert.run([username, email, passwordHash, joinedAt]);
      }
      insert.free();
      database.run('COMMIT');
      const bytes = database.export();
      find = null; // export() frees every statement
      return write(store, 'file', (file) => file.put(bytes, 'database'));
    },
    has(username) {
      find ??= database.prepare(FIND);
      return find.getAsObject([username]).username === username;
    },
    close() {
      database.close();
      store.close();
    },
  };
}
