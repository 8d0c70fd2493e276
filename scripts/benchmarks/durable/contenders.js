// Who competes, by name. Each is loaded when it is opened, so that a cold start pays for its own code and nobody else's.

const contenders = {
  placecard: { file: 'placecard', options: { worker: false } },
  'placecard in its Worker': { file: 'placecard', options: { worker: true } },
  'sql.js + export': { file: 'sql-js' },
  'wa-sqlite IDBMirror': { file: 'wa-sqlite', options: { vfs: 'IDBMirrorVFS' } },
  'wa-sqlite IDBBatchAtomic': { file: 'wa-sqlite', options: { vfs: 'IDBBatchAtomicVFS' } },
  'plain IndexedDB': { file: 'plain' },
};

/**
 * @param {string} who
 * @param {string} set tells one set of databases from another
 */
export async function openContender(who, set) {
  const { file, options } = contenders[who];
  const { open } = await import(`./${file}.js`);
  return open(`${set}-${file}-${options?.vfs ?? options?.worker ?? ''}`, options);
}
