// IndexedDB with promises, as much of it as the contenders need.

/** @param {string} name @param {(database: IDBDatabase) => void} upgrade @returns {Promise<IDBDatabase>} */
export function connect(name, upgrade) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => upgrade(request.result);
  return read(request);
}

/** @param {IDBRequest} request */
export function read(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Resolves when it is durable. @param {IDBDatabase} database @param {string} store @param {Function} fill */
export function write(database, store, fill) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, 'readwrite', { durability: 'strict' });
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
    fill(transaction.objectStore(store));
  });
}
