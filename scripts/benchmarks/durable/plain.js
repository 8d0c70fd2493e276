// Plain IndexedDB with an index for each column: the floor for whoever stores a row there.
import { connect, read, write } from './idb.js';

/** @param {string} name */
export async function open(name) {
  const database = await connect(name, (database) => {
    const store = database.createObjectStore('user', { keyPath: 'id', autoIncrement: true });
    store.createIndex('username', 'username', { unique: true });
    store.createIndex('email', 'email', { unique: true });
    store.createIndex('joinedAt', 'joinedAt');
  });
  return {
    insert: (all) =>
      write(database, 'user', (store) => {
        for (const row of all) store.add(row);
      }),
    has: async (username) =>
      (await read(database.transaction('user').objectStore('user').index('username').get(username))) !== undefined,
    close: () => database.close(),
  };
}
