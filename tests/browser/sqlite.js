// What another SQLite thinks of an exported database.
import initSqlJs from 'sql.js';

/** @param {Uint8Array} bytes */
export async function inspect(bytes) {
  const SQL = await initSqlJs();
  const database = new SQL.Database(bytes);
  try {
    const integrity = database.exec('PRAGMA integrity_check')[0].values[0][0];
    const users = database.exec('SELECT count(*) FROM user')[0].values[0][0];
    return { integrity, users };
  } finally {
    database.close();
  }
}
