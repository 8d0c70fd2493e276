// What an answer means: a real server says all the wrong things.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';

import { Transport } from '../../web/placecard/sync/transport.js';
import { listen } from '../support/http.js';

const html = '<!doctype html><title>Welcome to Hotel Adriatic</title><p>Room number?';

/** The error of a request to a server that answers so, with its port open until the test ends. */
async function asked(t, listener, request) {
  const transport = new Transport(await listen(t, listener), fetch);
  try {
    return { answer: await transport.ask('v1/push', request), transport };
  } catch (error) {
    return { error, transport };
  }
}

/** @returns {import('node:http').RequestListener} */
function saying(status, body, headers = { 'content-type': 'application/json' }) {
  return (_, response) => {
    response.writeHead(status, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

test('an answer comes back as it is, and says which epoch the server is in', async (t) => {
  const { answer, transport } = await asked(t, saying(200, { epoch: 'e1', results: [] }), { body: { ops: [] } });
  assert.deepEqual(answer, { epoch: 'e1', results: [] });
  assert.equal(transport.epoch, 'e1');
});

test('a request is JSON with a bearer, below the folder of the address, and carries no cookie', async (t) => {
  /** @type {any} */
  let seen;
  const url = await listen(t, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen = { url: request.url, method: request.method, headers: request.headers, body };
    response.end(JSON.stringify({ epoch: 'e' }));
  });
  await new Transport(new URL('party/', url), fetch).ask('v1/push', { body: { ops: [] }, token: 'abc' });
  assert.equal(seen.url, '/party/v1/push');
  assert.equal(seen.method, 'POST');
  assert.equal(seen.body, '{"ops":[]}');
  assert.equal(seen.headers['content-type'], 'application/json');
  assert.equal(seen.headers.authorization, 'Bearer abc');
  assert.equal(seen.headers.cookie, undefined);
  await new Transport(url, fetch).ask('v1/pull?cursor=1', {});
  assert.equal(seen.url, '/v1/pull?cursor=1');
  assert.equal(seen.method, 'GET');
  assert.equal(seen.headers.authorization, undefined);
});

const strangers = {
  'a captive portal that answers everything': saying(200, html, { 'content-type': 'text/html' }),
  'a captive portal that says it is JSON': saying(200, html),
  'a captive portal that redirects': saying(302, '', { location: 'http://127.0.0.1:9/login' }),
  'a captive portal with its own status': saying(511, html, { 'content-type': 'text/html' }),
  'a proxy without a server behind it': saying(502, html, { 'content-type': 'text/html' }),
  'a server that fails': saying(500, { epoch: 'e', error: { code: 'server-failed' } }),
  'a server without its database': saying(503, { epoch: 'e', error: { code: 'server-unavailable' } }),
  'an address that is nobody': saying(404, html, { 'content-type': 'text/html' }),
  'JSON of another service': saying(200, { ok: true }),
  'a refusal of another service': saying(403, { error: { code: 'account-inactive' } }),
  'JSON that is no object': saying(200, 'null'),
  'nothing at all': saying(200, ''),
  'an answer cut off': (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"epoch":"e"');
    response.socket?.destroySoon();
  },
  'a connection cut off': (request) => request.socket.destroy(),
};

for (const [name, listener] of Object.entries(strangers)) {
  test(`not reached: ${name}`, async (t) => {
    const { error, transport } = await asked(t, listener, { body: {} });
    assert.equal(error?.code, 'sync-unreachable');
    assert.match(error.message, /kept here and sent later/);
    assert.equal(transport.epoch, '');
  });
}

test('not reached: nobody listens', async () => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${server.address().port}/`);
  server.close();
  await once(server, 'close');
  await assert.rejects(new Transport(url, fetch).ask('v1/push', { body: {} }), { code: 'sync-unreachable' });
});

test('not reached: a request that is aborted', async (t) => {
  const stop = new AbortController();
  const url = await listen(t, () => stop.abort());
  const aborting = (/** @type {any} */ to, /** @type {any} */ init) => fetch(to, { ...init, signal: stop.signal });
  await assert.rejects(new Transport(url, aborting).ask('v1/push', { body: {} }), { code: 'sync-unreachable' });
});

test('a server that never answers is given up after a minute', async (t) => {
  const asked = [];
  const limit = AbortSignal.timeout;
  t.mock.method(AbortSignal, 'timeout', (ms) => {
    asked.push(ms);
    return limit.call(AbortSignal, 1);
  });
  const url = await listen(t, (request) => once(request, 'close'));
  await assert.rejects(new Transport(url, fetch).ask('v1/push', { body: {} }), { code: 'sync-unreachable' });
  assert.deepEqual(asked, [60_000]);
});

const refusals = [
  [401, 'not-logged-in', 'not-logged-in'],
  [401, 'invalid-credentials', 'invalid-credentials'],
  [403, 'account-inactive', 'account-inactive'],
  [409, 'epoch-changed', 'epoch-changed'],
  [400, 'body-invalid', 'sync-refused'],
  [418, undefined, 'sync-refused'],
];
for (const [status, code, expected] of refusals) {
  test(`${status} ${code} is ${expected}`, async (t) => {
    const { error, transport } = await asked(t, saying(status, { epoch: 'e2', error: { code } }), { body: {} });
    assert.equal(error?.code, expected);
    assert.equal(transport.epoch, 'e2');
  });
}

test('a server that wants a pause says how long', async (t) => {
  const body = { epoch: 'e', error: { code: 'too-many-requests', retryAfterMs: 1234 } };
  const { error } = await asked(t, saying(429, body), { body: {} });
  assert.equal(error.code, 'too-many-requests');
  assert.equal(error.retryAfterMs, 1234);
  const down = { epoch: 'e', error: { code: 'server-unavailable', retryAfterMs: 99 } };
  assert.equal((await asked(t, saying(503, down), { body: {} })).error.retryAfterMs, 99);
});
