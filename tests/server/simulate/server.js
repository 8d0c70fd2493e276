// The real server over PGlite, in this process: it answers, is started anew, and is put back to an earlier day.

import { createHandler, rotateEpoch, setActive } from '../../../dist/placecard/server/index.js';

const tables = ['user', 'meta', 'account', 'name', 'value', 'op', 'tombstone', 'nonce', 'token'].map((table) =>
  table === 'user' ? '"user"' : `placecard_${table}`,
);

/** @typedef {Map<string, string>} Backup rows as JSON, by table */
/** @typedef {ReturnType<typeof createHandler>} Handler */

export class Server {
  #database;
  #wasm;
  #now;
  /** @type {Handler} */
  #handler = async () => new Response();
  /** Ids of the ops that it has said it applied, as far as it can remember. @type {Set<string>} */
  applied = new Set();
  /** What went wrong in it. @type {unknown[]} */
  errors = [];
  /** @type {string[]} */
  violations = [];
  /** How it is broken, when a test of the simulator breaks it. @type {(handler: Handler) => Handler} */
  flaw = (handler) => handler;

  /**
   * @param {import('../../../web/server/database.js').Database} database
   * @param {WebAssembly.Module} wasm
   * @param {() => number} now
   */
  constructor(database, wasm, now) {
    this.#database = database;
    this.#wasm = wasm;
    this.#now = now;
    this.restart();
  }

  /** Another process: nothing is left but the database. */
  restart() {
    const unlimited = { burst: 1e9, perMinute: 1e9 };
    const limits = { requests: unlimited, pushedOps: unlimited, logInsByAddress: unlimited, logInsByLogin: unlimited };
    const onError = (/** @type {unknown} */ error) => this.errors.push(error);
    const given = { database: this.#database, wasm: this.#wasm, now: this.#now, limits, onError };
    this.#handler = this.flaw(createHandler({ ...given, kdf: { passes: 2, memory: 19 * 1024 * 1024 } }));
  }

  /** @param {import('./network.js').Message['request']} request */
  async answer({ url, init }) {
    const response = await this.#handler(new Request(url, init));
    if (url.endsWith('/v1/push')) await this.#watch(response.clone());
    return response;
  }

  /** No op is applied twice. @param {Response} response */
  async #watch(response) {
    const { results = [] } = await response.json();
    for (const { opId, status } of results) {
      if (status !== 'applied') continue;
      if (this.applied.has(opId)) this.violations.push(`op ${opId} was applied twice`);
      this.applied.add(opId);
    }
  }

  /** @returns {Promise<{ rows: Backup, applied: Set<string> }>} */
  async backup() {
    const rows = new Map();
    for (const table of tables) {
      const [{ all }] = await this.query(`SELECT coalesce(jsonb_agg(t), '[]')::text AS all FROM ${table} t`);
      rows.set(table, all);
    }
    return { rows, applied: new Set(this.applied) };
  }

  /**
   * @param {{ rows: Backup, applied: Set<string> }} backup
   * @param {boolean} isTold whether whoever restored it said so, as the manual asks
   */
  async restore({ rows, applied }, isTold) {
    await this.#database.transaction(async ({ query }) => {
      for (const table of [...tables].reverse()) await query(`DELETE FROM ${table}`);
      for (const table of tables) {
        await query(`INSERT INTO ${table} SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)`, [
          /** @type {string} */ (rows.get(table)),
        ]);
      }
    });
    this.applied = new Set(applied);
    if (isTold) await rotateEpoch(this.#database);
    this.restart();
  }

  /** @param {string} login @param {boolean} active */
  async setActive(login, active) {
    await setActive(this.#database, login, active);
  }

  /**
   * @param {string} sql
   * @param {(string | number)[]} [parameters]
   */
  query(sql, parameters) {
    return this.#database.query(sql, parameters);
  }
}
