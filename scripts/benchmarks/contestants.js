// Runs in the page: the same three things, done by each contestant with its own means.
import * as placecard from './placecard/index.js';

const schema = `CREATE TABLE IF NOT EXISTS user (id INTEGER NOT NULL PRIMARY KEY, username VARCHAR(64), email VARCHAR(120),
  password_hash VARCHAR(128), joined_at DATETIME);
CREATE UNIQUE INDEX IF NOT EXISTS ix_user_username ON user (username);
CREATE UNIQUE INDEX IF NOT EXISTS ix_user_email ON user (email);
CREATE INDEX IF NOT EXISTS ix_user_joined_at ON user (joined_at);`;
const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g';
const joinedAt = '2025-11-22 08:40:39.855342';
const ROWS_A_STATEMENT = 500;

function rows(count, prefix) {
  return Array.from({ length: count }, (_, index) => ({
    username: `${prefix}-${index}`,
    email: `${prefix}-${index}@example.com`,
    passwordHash: hash,
    joinedAt,
  }));
}

/** One transaction; statements of many rows, which is as fast as these libraries get. */
function insertSql(all) {
  const statements = ['BEGIN'];
  for (let from = 0; from < all.length; from += ROWS_A_STATEMENT) {
    const values = all
      .slice(from, from + ROWS_A_STATEMENT)
      .map((row) => `('${row.username}','${row.email}','${row.passwordHash}','${row.joinedAt}')`);
    statements.push(`INSERT INTO user (username, email, password_hash, joined_at) VALUES ${values.join(',')}`);
  }
  return `${[...statements, 'COMMIT'].join(';')};`;
}

function idb(name, upgrade) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => upgrade(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function write(database, store, fill) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, 'readwrite', { durability: 'strict' });
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
    fill(transaction.objectStore(store));
  });
}

function read(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function openPlacecard(name, worker) {
  const accounts = await placecard.open({ name, worker });
  return {
    insertMany: (all) => accounts.importUsers(all),
    has: async (username) => (await accounts.users.filterBy({ username }).first()) !== null,
    close: () => accounts.close(),
  };
}

async function openSqlJs(name) {
  const opening = idb(name, (database) => database.createObjectStore('file'));
  const SQL = await initSqlJs({ locateFile: (file) => `node_modules/sql.js/dist/${file}` });
  const store = await opening;
  const stored = await read(store.transaction('file').objectStore('file').get('database'));
  const database = new SQL.Database(stored);
  database.run(schema);
  return {
    insertMany(all) {
      database.run(insertSql(all));
      const bytes = database.export();
      return write(store, 'file', (file) => file.put(bytes, 'database'));
    },
    has: (username) => database.exec('SELECT 1 FROM user WHERE username = ?', [username]).length === 1,
    close() {
      database.close();
      store.close();
    },
  };
}

async function openWaSqlite(name) {
  const [{ default: factory }, SQLite, { IDBBatchAtomicVFS }] = await Promise.all([
    import('./node_modules/wa-sqlite/dist/wa-sqlite-async.mjs'),
    import('./node_modules/wa-sqlite/src/sqlite-api.js'),
    import('./node_modules/wa-sqlite/src/examples/IDBBatchAtomicVFS.js'),
  ]);
  const sqlite = SQLite.Factory(await factory());
  const vfs = new IDBBatchAtomicVFS(name, { durability: 'strict' });
  sqlite.vfs_register(vfs, true);
  const handle = await sqlite.open_v2('database');
  await sqlite.exec(handle, `PRAGMA page_size = 4096; PRAGMA cache_size = -32000; ${schema}`);
  return {
    insertMany: (all) => sqlite.exec(handle, insertSql(all)),
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

async function openPlain(name) {
  const database = await idb(name, (database) => {
    const store = database.createObjectStore('user', { keyPath: 'id', autoIncrement: true });
    store.createIndex('username', 'username', { unique: true });
    store.createIndex('email', 'email', { unique: true });
    store.createIndex('joinedAt', 'joinedAt');
  });
  return {
    insertMany: (all) =>
      write(database, 'user', (store) => {
        for (const row of all) store.add(row);
      }),
    async has(username) {
      return (
        (await read(database.transaction('user').objectStore('user').index('username').getKey(username))) !== undefined
      );
    },
    close: () => database.close(),
  };
}

const openers = {
  placecard: (name) => openPlacecard(name, false),
  'placecard (Worker)': (name) => openPlacecard(name, true),
  'sql.js + export': openSqlJs,
  'wa-sqlite IDBBatchAtomic': openWaSqlite,
  'plain IndexedDB': openPlain,
};

export const contestants = {
  rows,
  open: (who, name) => openers[who](`${name}-${who}`),
  median: (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)],
};
