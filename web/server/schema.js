// @ts-check
// The tables, in the SQL that PostgreSQL, PGlite and what speaks their wire have in common. Bytes go in as base64 or hex
// text and come out so: no driver's idea of bytea is needed.

/** @typedef {import('./database.js').Queries} Queries */
/** @typedef {import('./database.js').Database} Database */

/** A column of bytes as base64 in one line. @param {string} column */
export const base64 = (column) => `translate(encode(${column}, 'base64'), E'\\n', '')`;

/** A moment as the lesson's rows tell it. @param {string} column */
export const moment = (column) => `to_char(${column}, 'YYYY-MM-DD HH24:MI:SS.US')`;

// What db.create_all() makes of the lesson's model on PostgreSQL.
const user = [
  `CREATE TABLE IF NOT EXISTS "user" (
     id SERIAL NOT NULL,
     username VARCHAR(64),
     email VARCHAR(120),
     password_hash VARCHAR(128),
     joined_at TIMESTAMP WITHOUT TIME ZONE,
     PRIMARY KEY (id))`,
  'CREATE UNIQUE INDEX IF NOT EXISTS ix_user_username ON "user" (username)',
  'CREATE UNIQUE INDEX IF NOT EXISTS ix_user_email ON "user" (email)',
  'CREATE INDEX IF NOT EXISTS ix_user_joined_at ON "user" (joined_at)',
];

// Everything hangs on the uid, so all of an account can live on one machine of several; placecard_name and the unique
// indexes of "user" are what is shared.
//
// An account whose row another program deleted keeps no row (user_id is null) and counts as disabled.
// `change` counts what has been applied to an account; `account_change` is its value when the account op was.
// `told_row` is the digest of the row as the account op tells it: another one in "user" means that an app changed it.
const version1 = [
  'CREATE TABLE placecard_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)',
  `CREATE TABLE placecard_account (
     uid BYTEA PRIMARY KEY,
     user_id INTEGER UNIQUE REFERENCES "user" (id) ON DELETE SET NULL,
     identity_key BYTEA NOT NULL,
     head BYTEA NOT NULL,
     rev BIGINT NOT NULL,
     change BIGINT NOT NULL,
     account_change BIGINT NOT NULL,
     op BYTEA NOT NULL,
     told_row TEXT NOT NULL,
     log_in_key BYTEA,
     salt BYTEA,
     passes BIGINT,
     memory BIGINT,
     disabled BOOLEAN NOT NULL DEFAULT FALSE)`,
  // Names by their case-folded keys, usernames and addresses in one room: nobody can be called another's address.
  'CREATE TABLE placecard_name (name TEXT PRIMARY KEY, uid BYTEA NOT NULL)',
  'CREATE INDEX placecard_name_uid ON placecard_name (uid)',
  // A deleted value keeps its row, without a value: the next device must hear of it.
  `CREATE TABLE placecard_value (
     uid BYTEA NOT NULL,
     name BYTEA NOT NULL,
     op_id BYTEA NOT NULL,
     rev BIGINT NOT NULL,
     change BIGINT NOT NULL,
     op BYTEA NOT NULL,
     value BYTEA,
     PRIMARY KEY (uid, name))`,
  'CREATE INDEX placecard_value_change ON placecard_value (uid, change)',
  // What was applied, so that a repeated push changes nothing. The signature tells an op from another of the same id.
  `CREATE TABLE placecard_op (
     uid BYTEA NOT NULL,
     op_id BYTEA NOT NULL,
     change BIGINT NOT NULL,
     signature BYTEA NOT NULL,
     received_at BIGINT NOT NULL,
     PRIMARY KEY (uid, op_id))`,
  `CREATE TABLE placecard_tombstone (
     uid BYTEA PRIMARY KEY,
     op_id BYTEA NOT NULL,
     identity_key BYTEA NOT NULL,
     op BYTEA NOT NULL,
     at BIGINT NOT NULL)`,
  // Nonces that have been used, until they would have expired.
  'CREATE TABLE placecard_nonce (nonce TEXT PRIMARY KEY, expires_at BIGINT NOT NULL)',
  // A token is of an account, or of a row that has none yet.
  `CREATE TABLE placecard_token (
     digest TEXT PRIMARY KEY,
     uid BYTEA,
     user_id INTEGER,
     expires_at BIGINT NOT NULL,
     last_used BIGINT NOT NULL)`,
  'CREATE INDEX placecard_token_uid ON placecard_token (uid)',
];

const migrations = [version1];
export const schemaVersion = migrations.length;

const columns = ['id', 'username', 'email', 'password_hash', 'joined_at'];

// Two servers that start at once: one of them finds what it is about to make.
const madeMeanwhile = new Set(['23505', '42P07', '42710', '40001', '40P01']);
const MOST_TRIES = 5;

/**
 * Makes or updates the tables, in one transaction.
 * @param {Database} database
 */
export async function migrate(database) {
  for (let tries = 1; ; ++tries) {
    try {
      return await database.transaction(migrateIn);
    } catch (error) {
      const { code } = /** @type {{ code?: string }} */ (error);
      if (tries === MOST_TRIES || code === undefined || !madeMeanwhile.has(code)) throw error;
    }
  }
}

/** @param {Queries} queries */
async function migrateIn({ query }) {
  const version = await storedVersion(query);
  if (version > schemaVersion) {
    throw new Error('The database was written by a newer version of placecard. Update this server first.');
  }
  if (version === schemaVersion) return;
  for (const statement of user) await query(statement);
  await checkUserTable(query);
  for (const statements of migrations.slice(version)) {
    for (const statement of statements) await query(statement);
  }
  await query(
    `INSERT INTO placecard_meta (key, value) VALUES ('schema_version', $1)
     ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value`,
    [String(schemaVersion)],
  );
}

/**
 * @param {Queries['query']} query
 * @returns {Promise<number>}
 */
async function storedVersion(query) {
  const tables = await query(
    `SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'placecard_meta'`,
  );
  if (tables.length === 0) return 0;
  const [row] = await query("SELECT value FROM placecard_meta WHERE key = 'schema_version'");
  return Number(row?.value ?? 0);
}

/** @param {Queries['query']} query */
async function checkUserTable(query) {
  const found = await query(
    `SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 'user'`,
  );
  const names = new Set(found.map((row) => row.column_name));
  const missing = columns.filter((name) => !names.has(name));
  if (missing.length > 0) {
    throw new Error(
      `The table "user" has no column ${missing.join(', ')}. Rename its columns, or use another database.`,
    );
  }
}
