// @ts-check
// The two ways to a database: a pool of npm's `pg`, or PGlite, which is PostgreSQL itself in this process. Neither is
// imported here: who has one hands it over, and openDatabase loads the one it needs.

/** @typedef {Record<string, any>} Row */

/**
 * What is run within a transaction, or by itself. Whole numbers come as numbers, whatever their width.
 * @typedef {object} Queries
 * @property {(sql: string, parameters?: (string | number | boolean | null)[]) => Promise<Row[]>} query
 */

/**
 * @typedef {object} Database
 * @property {(sql: string, parameters?: (string | number | boolean | null)[]) => Promise<Row[]>} query
 * @property {<T>(work: (queries: Queries) => Promise<T>) => Promise<T>} transaction read committed; rolled back when the work rejects
 * @property {() => Promise<void>} close
 */

/**
 * What is used of a pool of `pg`.
 * @typedef {object} PostgresPool
 * @property {(query: any) => Promise<{ rows: any[] }>} query
 * @property {() => Promise<{ query: (query: any) => Promise<{ rows: any[] }>, release: (error?: any) => void }>} connect
 * @property {() => Promise<void>} end
 */

/**
 * What is used of PGlite.
 * @typedef {object} PgliteLike
 * @property {(sql: string, parameters?: any[], options?: any) => Promise<{ rows: any[] }>} query
 * @property {<T>(work: (transaction: any) => Promise<T>) => Promise<T>} transaction
 * @property {() => Promise<void>} close
 */

const INT8 = 20; // pg_type.oid

/**
 * @param {PostgresPool} pool closed with the database
 * @returns {Database}
 */
export function postgresDatabase(pool) {
  /** @param {{ query: (query: any) => Promise<{ rows: any[] }> }} connection @returns {Queries['query']} */
  const queryOn =
    (connection) =>
    async (text, values = []) =>
      (await connection.query({ text, values, types })).rows;
  return {
    query: queryOn(pool),
    transaction: async (work) => {
      const client = await pool.connect();
      const query = queryOn(client);
      /** @type {unknown} */
      let broken;
      try {
        await query('BEGIN');
        const result = await work({ query });
        await query('COMMIT');
        return result;
      } catch (error) {
        // A connection that cannot even roll back is not given to the next one.
        await query('ROLLBACK').catch((cause) => {
          broken = cause;
        });
        throw error;
      } finally {
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

/** Everything but wide numbers as text: no query asks for anything else. */
const types = {
  /** @param {number} oid @returns {(text: string) => unknown} */
  getTypeParser: (oid) => {
    if (oid === INT8 || oid === 23) return Number;
    return oid === 16 ? (text) => text === 't' : (text) => text;
  },
};

/**
 * @param {PgliteLike} pglite closed with the database
 * @returns {Database}
 */
export function pgliteDatabase(pglite) {
  const options = { parsers: { [INT8]: Number } };
  /** @param {any} connection @returns {Queries['query']} */
  const queryOn =
    (connection) =>
    async (sql, parameters = []) =>
      (await connection.query(sql, parameters, options)).rows;
  return {
    query: queryOn(pglite),
    transaction: (work) => pglite.transaction((transaction) => work({ query: queryOn(transaction) })),
    close: () => pglite.close(),
  };
}

/**
 * Opens PostgreSQL by its URL, or PGlite in a folder. The one that is asked for has to be installed: `pg` or
 * `@electric-sql/pglite`.
 * @param {{ url: string, connections?: number } | { folder: string }} where
 * @returns {Promise<Database>}
 */
export async function openDatabase(where) {
  // By a name that TypeScript takes for any text: its types are for who installs it.
  if ('url' in where) {
    const { default: pg } = await import(/** @type {string} */ ('pg'));
    const pool = new pg.Pool({ connectionString: where.url, max: where.connections ?? 10 });
    // An idle connection that breaks is replaced; without a listener it would end the process.
    pool.on('error', () => {});
    return postgresDatabase(pool);
  }
  const { PGlite } = await import(/** @type {string} */ ('@electric-sql/pglite'));
  return pgliteDatabase(await PGlite.create(where.folder));
}
