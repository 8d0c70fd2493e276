// The log in IndexedDB: what a commit adds to it, and what it is when somebody else has been there.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { open } from '../../web/placecard/node.js';
import { indexedDbStorage } from '../../web/placecard/storage/indexeddb.js';
import { wasmModule } from '../support/core.js';

globalThis.IDBKeyRange = IDBKeyRange;
after(() => {
  delete globalThis.IDBKeyRange;
});

test('a commit stores the bytes it changed, not the pages they are in', async (t) => {
  const storage = indexedDbStorage('test', { indexedDB: new IDBFactory() });
  const committed = [];
  const accounts = await open({
    wasm: await wasmModule(),
    storage: {
      ...storage,
      async open() {
        const connection = await storage.open();
        return {
          load: (write) => connection.load(write),
          commit(change) {
            committed.push(change.changes);
            return connection.commit(change);
          },
          close: () => connection.close(),
        };
      },
    },
  });
  t.after(() => accounts.close());
  const guest = (name) => ({ username: name, email: `${name}@example.com`, passwordHash: 'x'.repeat(160) });
  await accounts.importUsers(Array.from({ length: 5000 }, (_, index) => guest(`guest-${index * 2}`)));
  committed.length = 0;
  for (let index = 1; index < 40; index += 2) await accounts.importUsers([guest(`guest-${index}`)]);

  const sizes = committed.map((changes) => changes.filter((_, index) => index % 2 === 1).reduce((a, b) => a + b, 0));
  const pages = committed.map((changes) => new Set(changes.filter((_, i) => i % 2 === 0).map((at) => at >> 12)).size);
  assert.equal(sizes.length, 20);
  const median = (numbers) => numbers.toSorted((a, b) => a - b)[10];
  assert.ok(median(pages) >= 4, `a row, its indexes and the header: ${pages}`);
  assert.ok(median(sizes) < 2048, `less than a page: ${sizes}`);
});

test('a record of another form is said to be one, and nothing is opened', async () => {
  const indexedDB = new IDBFactory();
  const storage = indexedDbStorage('test', { indexedDB });
  const accounts = await open({ wasm: await wasmModule(), storage });
  await accounts.importUsers([{ username: 'ada' }]);
  await accounts.close();
  const database = await new Promise((resolve) => {
    const request = indexedDB.open('placecard/test');
    request.onsuccess = () => resolve(request.result);
  });
  const transaction = database.transaction('log', 'readwrite');
  await new Promise((resolve) => {
    transaction.oncomplete = resolve;
    const cursor = transaction.objectStore('log').openCursor(null, 'prev');
    cursor.onsuccess = () => {
      const { changes: _, ...record } = cursor.result.value;
      cursor.result.update({ ...record, pages: new Uint32Array([1]) });
    };
  });
  database.close();
  await assert.rejects(open({ wasm: await wasmModule(), storage }), { code: 'storage-failed' });
});
