// Talking to the server, by a plain call or over a real port.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';

import { createHandler, nodeListener } from '../../dist/placecard/server/node.js';
import { emptyDatabase } from './databases.js';

export const ORIGIN = 'https://sync.example';

/**
 * A server over an empty database.
 * @param {import('node:test').TestContext} t
 * @param {'PGlite' | 'PostgreSQL'} kind
 * @param {Partial<import('../../dist/placecard/server/node.js').HandlerOptions> & { port?: boolean, address?: string, heard?: string[] }} [options] heard: gets all that is answered
 */
export async function startServer(t, kind, options = {}) {
  const database = options.database ?? (await emptyDatabase(t, kind));
  /** @type {unknown[]} */
  const errors = [];
  const clock = { ms: Date.now() };
  const handler = createHandler({ database, now: () => clock.ms, onError: (error) => errors.push(error), ...options });
  const port = options.port ? await listen(t, handler) : null;
  const fetchIt =
    port === null
      ? (path, init) => handler(new Request(ORIGIN + path, init), options)
      : (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init);
  const heard = async (path, init) => {
    const response = await fetchIt(path, init);
    options.heard?.push(JSON.stringify([...response.headers]), await response.clone().text());
    return response;
  };
  return { ...talker(heard), database, errors, clock, handler, port };
}

/** @returns {Promise<number>} the port the system chose */
async function listen(t, handler) {
  const server = createServer(nodeListener(handler));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  return server.address().port;
}

export function talker(fetchIt) {
  /** @returns {Promise<{ status: number, body: any, headers: Headers }>} */
  const ask = async (method, path, { body, token, headers = {} } = {}) => {
    const response = await fetchIt(path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
    const said = await response.text();
    return { status: response.status, headers: response.headers, body: said === '' ? null : JSON.parse(said) };
  };
  const fine = async (method, path, options) => {
    const { status, body } = await ask(method, path, options);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  };
  const post = (path, body, token) => fine('POST', path, { body, token });
  const push = async (...ops) => (await post('/v1/push', { ops: ops.map(({ op, value }) => ({ op, value })) })).results;
  const pull = (token, cursor) =>
    fine('GET', `/v1/pull${cursor === undefined || cursor === null ? '' : `?cursor=${cursor}`}`, { token });
  return {
    ask,
    post,
    push,
    pull,
    /** Logs a person in on a new device. */
    logIn: async (person, login = person.state.username) => {
      const { nonce } = await post('/v1/prelogin', { login });
      return post('/v1/sessions', { login, nonce, signature: person.signLogIn(nonce) });
    },
    /** A token for a device on which the account is open. */
    tokenOf: async (person) => {
      const { nonce } = await post('/v1/nonce', {});
      return (await post('/v1/sessions', { uid: person.uidHex, nonce, signature: person.signToken(nonce) })).token;
    },
    refusedAs: async (status, code, method, path, options) => {
      const answer = await ask(method, path, options);
      assert.equal(answer.body?.error?.code, code, JSON.stringify(answer.body));
      assert.equal(answer.status, status);
      assert(answer.body.error.message.length > 0);
      return answer;
    },
  };
}
