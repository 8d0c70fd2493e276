// The real server over PGlite in this process, and the network to it, which a test can make as bad as it likes.

import { PGlite } from '@electric-sql/pglite';

import {
  createHandler,
  pgliteDatabase,
  revokeSessions,
  rotateEpoch,
  setActive,
} from '../../dist/placecard/server/index.js';
import { wasmModule } from './core.js';

/** Bytes of everything that went over the wire, base64 decoded. @param {string} text */
function decoded(text) {
  return (text.match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? []).map((part) => Buffer.from(part, 'base64').toString('latin1'));
}

export const url = 'https://sync.example/party/';

/**
 * @typedef {(send: () => Promise<Response>, path: string) => Promise<Response>} Weather what becomes of a request
 */

export class Backend {
  #database;
  #handler;
  /** @type {Weather | null} */
  weather = null;
  /** What was sent. @type {{ path: string, body: any, token: string | null }[]} */
  requests = [];
  #wire = '';

  static async start() {
    return new Backend(pgliteDatabase(await PGlite.create()), await wasmModule());
  }

  /**
   * @param {import('../../web/server/database.js').Database} database
   * @param {WebAssembly.Module} wasm
   */
  constructor(database, wasm) {
    this.#database = database;
    const onError = (/** @type {unknown} */ error) => console.error('the server failed:', error);
    const kdf = { passes: 2, memory: 19 * 1024 * 1024 };
    this.#handler = createHandler({ database, wasm, base: '/party', kdf, onError });
  }

  /** @type {typeof fetch} */
  fetch = /** @type {any} */ (
    async (/** @type {string} */ to, /** @type {RequestInit} */ init) => {
      const path = to.slice(url.length);
      const request = new Request(to, init);
      const text = await request.clone().text();
      this.requests.push({
        path,
        body: text === '' ? null : JSON.parse(text),
        token: request.headers.get('authorization'),
      });
      this.#wire += `${to} ${JSON.stringify([...request.headers])} ${text}\n`;
      const send = () => this.#handler(request);
      return this.weather === null ? send() : this.weather(send, path);
    }
  );

  /** Whether a text was ever sent, in the clear or within base64. @param {string} text */
  hasSeen(text) {
    return [this.#wire, ...decoded(this.#wire)].some((part) => part.includes(text));
  }

  /** Whether a text lies anywhere in the database. @param {string} text */
  async hasStored(text) {
    const tables = await this.query(`SELECT table_name AS name FROM information_schema.tables
      WHERE table_schema = current_schema()`);
    let all = '';
    for (const { name } of tables) {
      const [{ rows }] = await this.query(`SELECT coalesce(jsonb_agg(t), '[]')::text AS rows FROM "${name}" t`);
      all += rows;
    }
    // bytea as JSON is "\\x" and hex.
    const bytes = (all.match(/\\\\x[0-9a-f]+/g) ?? []).map((hex) =>
      Buffer.from(hex.slice(3), 'hex').toString('latin1'),
    );
    return [all, ...bytes].some((part) => part.includes(text));
  }

  /** @param {string} sql @param {(string | number | boolean | null)[]} [parameters] */
  query(sql, parameters) {
    return this.#database.query(sql, parameters);
  }

  async users() {
    return this.query('SELECT username, email FROM "user" ORDER BY id');
  }

  /** @param {string} login @param {boolean} active */
  setActive(login, active) {
    return setActive(this.#database, login, active);
  }

  /** @param {string} login */
  revokeSessions(login) {
    return revokeSessions(this.#database, login);
  }

  rotateEpoch() {
    return rotateEpoch(this.#database);
  }

  close() {
    return this.#database.close();
  }
}

export const portal = async () =>
  new Response('<!doctype html><title>Hotel Adriatic</title>', { headers: { 'content-type': 'text/html' } });

/** @type {Weather} */
export const offline = async () => {
  throw new TypeError('fetch failed');
};
