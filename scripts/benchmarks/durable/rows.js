// The rows that everybody stores, and the lesson's table that they go into.

export const SCHEMA = `CREATE TABLE IF NOT EXISTS user (id INTEGER NOT NULL PRIMARY KEY, username VARCHAR(64),
  email VARCHAR(120), password_hash VARCHAR(128), joined_at DATETIME);
CREATE UNIQUE INDEX IF NOT EXISTS ix_user_username ON user (username);
CREATE UNIQUE INDEX IF NOT EXISTS ix_user_email ON user (email);
CREATE INDEX IF NOT EXISTS ix_user_joined_at ON user (joined_at);`;

const HASH = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g';
const JOINED_AT = '2025-11-22 08:40:39.855342';
const ROWS_A_STATEMENT = 500;

/** @param {number} count @param {string} prefix */
export function rows(count, prefix) {
  return Array.from({ length: count }, (_, index) => ({
    username: `${prefix}-${index}`,
    email: `${prefix}-${index}@example.com`,
    passwordHash: HASH,
    joinedAt: JOINED_AT,
  }));
}

/** One transaction; statements of many rows, because a call for each is dear where calls are asynchronous. */
export function insertSql(all) {
  const statements = ['BEGIN'];
  for (let from = 0; from < all.length; from += ROWS_A_STATEMENT) {
    const values = all
      .slice(from, from + ROWS_A_STATEMENT)
      .map((row) => `('${row.username}','${row.email}','${row.passwordHash}','${row.joinedAt}')`);
    statements.push(`INSERT INTO user (username, email, password_hash, joined_at) VALUES ${values.join(',')}`);
  }
  return `${[...statements, 'COMMIT'].join(';')};`;
}
