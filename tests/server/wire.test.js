// The server as anybody meets it: addresses, methods, origins, sizes, and what is not JSON.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'node:test';

import { root } from '../support/placecard.js';
import { kinds } from './databases.js';
import { Person, sent } from './ops.js';
import { startServer } from './talk.js';

for (const port of [false, true]) {
  const how = port ? 'over a port' : 'by a call';

  test(`healthz says which version of what is well, ${how}`, async (t) => {
    const { ask } = await startServer(t, 'PGlite', { port });
    const { status, body, headers } = await ask('GET', '/healthz');
    const [, version] = readFileSync(new URL('CMakeLists.txt', root), 'utf8').match(
      /^project\(placecard VERSION (\S+)/m,
    );
    assert.equal(status, 200);
    assert.match(body.epoch, /^[0-9a-f]{16}$/);
    assert.deepEqual(body, { ok: true, version, epoch: body.epoch });
    assert.equal(headers.get('cache-control'), 'no-store');
  });

  test(`an address that is none, and a method that is not its, ${how}`, async (t) => {
    const { refusedAs } = await startServer(t, 'PGlite', { port });
    for (const path of ['/', '/v1', '/v1/pushes', '/v1/push/', '/__proto__', '/v1/constructor', '/%00']) {
      await refusedAs(404, 'not-found', 'GET', path);
    }
    const { headers } = await refusedAs(405, 'method-not-allowed', 'PUT', '/v1/sessions', { body: {} });
    assert.equal(headers.get('allow'), 'POST, DELETE');
    await refusedAs(405, 'method-not-allowed', 'GET', '/v1/push');
    // Over a port, node:http lets only methods through that it knows.
    for (const method of port ? ['PROPFIND'] : ['constructor', 'toString', '__proto__']) {
      await refusedAs(405, 'method-not-allowed', method, '/v1/push', { body: {} });
    }
  });

  test(`bodies that are no JSON objects, ${how}`, async (t) => {
    const { refusedAs, ask } = await startServer(t, 'PGlite', { port });
    const bodies = ['', '{', 'null', '[]', '5', '"push"', '{"ops":', '\uFEFF{}', '[['.repeat(100_000)];
    for (const path of ['/v1/push', '/v1/prelogin', '/v1/sessions', '/v1/nonce']) {
      for (const body of bodies) {
        if (path !== '/v1/push' && body.length > 10_000) continue;
        await refusedAs(400, 'body-invalid', 'POST', path, { body });
      }
      const type = { 'content-type': 'text/plain' };
      await refusedAs(415, 'type-unsupported', 'POST', path, { body: '{}', headers: type });
    }
    assert.equal((await ask('GET', '/healthz')).status, 200);
  });

  test(`deep nesting, wrong types and unknown fields in a push, ${how}`, async (t) => {
    const { ask, refusedAs, post, errors } = await startServer(t, 'PGlite', { port });
    for (const ops of [undefined, null, 5, 'ops', {}, { length: 1 }]) {
      await refusedAs(400, 'body-invalid', 'POST', '/v1/push', { body: { ops } });
    }
    const deep = `{"ops":[${'['.repeat(200_000)}${']'.repeat(200_000)}]}`;
    const strange = [
      null,
      5,
      'op',
      [],
      {},
      { op: null },
      { op: 5 },
      { op: {} },
      { op: '' },
      { op: 'A' },
      { op: 'ä===' },
    ];
    for (const body of [deep, ...strange.map((each) => ({ ops: [each], more: 1 }))]) {
      const { status, body: said } = await ask('POST', '/v1/push', { body });
      assert.equal(status, 200);
      assert.deepEqual(said.results, [{ opId: null, status: 'rejected', code: 'op-invalid' }]);
    }
    const ada = new Person('ada');
    const { results } = await post('/v1/push', { ops: [null, ...sent(ada.account()), { op: 'AAAA' }, [[]]] });
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'applied', 'rejected', 'rejected'],
    );
    assert.deepEqual(errors, []);
  });

  test(`four megabytes are taken, and not a byte more, ${how}`, async (t) => {
    const { ask, refusedAs } = await startServer(t, 'PGlite', { port });
    const most = 4 * 1024 * 1024;
    const padded = (size) => `{"ops":[],"padding":"${'x'.repeat(size - 23)}"}`;
    assert.equal(padded(most).length, most);
    assert.equal((await ask('POST', '/v1/push', { body: padded(most) })).status, 200);
    await refusedAs(413, 'body-too-large', 'POST', '/v1/push', { body: padded(most + 1) });
    await refusedAs(413, 'body-too-large', 'POST', '/v1/prelogin', { body: padded(20_000) });
    await refusedAs(413, 'body-too-large', 'POST', '/v1/push', { body: { ops: Array(257).fill({}) } });
    assert.equal((await ask('GET', '/healthz')).status, 200);
  });

  test(`pages of named origins may ask, others may not, ${how}`, async (t) => {
    const party = 'https://party.example';
    const { ask } = await startServer(t, 'PGlite', { port, origins: [party, 'https://other.example'] });
    const asked = await ask('OPTIONS', '/v1/push', {
      headers: { origin: party, 'access-control-request-method': 'POST' },
    });
    assert.equal(asked.status, 204);
    assert.equal(asked.headers.get('access-control-allow-origin'), party);
    assert.match(asked.headers.get('access-control-allow-headers'), /authorization, content-type/);
    assert.match(asked.headers.get('access-control-allow-methods'), /GET, POST, DELETE/);
    const refused = await ask('GET', '/v1/pull', { headers: { origin: party } });
    assert.equal(refused.status, 401);
    assert.equal(refused.headers.get('access-control-allow-origin'), party, 'an error can be read too');
    for (const origin of ['https://party.example.evil', 'http://party.example', 'null', 'https://PARTY.example']) {
      const { headers } = await ask('OPTIONS', '/v1/push', { headers: { origin } });
      assert.equal(headers.get('access-control-allow-origin'), null, origin);
      assert.equal(headers.get('vary'), 'Origin');
    }
  });
}

for (const kind of kinds) {
  test(`${kind}, over a port: an account made offline, a new device, a change, a deletion`, async (t) => {
    const { push, logIn, pull, ask } = await startServer(t, kind, { port: true });
    const ada = new Person('ada');
    const value = Buffer.alloc(1024 * 1024, 5);
    const first = [ada.account(), ada.data(Buffer.alloc(32, 1), value)];
    assert.deepEqual(
      (await push(...first)).map(({ status }) => status),
      ['applied', 'applied'],
    );
    const { token, op } = await logIn(ada);
    assert.equal(op, first[0].op);
    const page = await pull(token);
    assert.deepEqual(page.ops, sent(...first));
    const renamed = ada.account({ username: 'Ada 🎂 Lovelace' });
    await push(renamed);
    assert.deepEqual((await pull(token, page.cursor)).ops, sent(renamed));
    const gone = ada.deletion();
    await push(gone);
    assert.deepEqual((await pull(token, page.cursor)).deleted, { op: gone.op });
    assert.equal((await ask('DELETE', '/v1/sessions', { token })).status, 200);
    assert.equal((await ask('GET', '/v1/pull', { token })).status, 401);
  });
}

test('a server mounted below a path answers there and nowhere else', async (t) => {
  const { ask } = await startServer(t, 'PGlite', { base: '/api' });
  assert.equal((await ask('GET', '/api/healthz')).status, 200);
  assert.equal((await ask('GET', '/healthz')).status, 404);
});

test('a body that says it is too large is answered before it has come', async (t) => {
  const { port } = await startServer(t, 'PGlite', { port: true });
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  const head =
    'POST /v1/push HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99999999\r\n\r\n';
  socket.write(`${head}{"ops":[`);
  const [first] = await once(socket, 'data');
  assert.match(String(first), /^HTTP\/1\.1 413 (.|\r\n)*connection: close/i);
});

test('a body without an end is cut off at the limit', async (t) => {
  const { port } = await startServer(t, 'PGlite', { port: true });
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  const head =
    'POST /v1/push HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
  const answered = once(socket, 'data');
  socket.write(head);
  const chunk = `10000\r\n${'['.repeat(65_536)}\r\n`;
  for (let count = 0; count < 65; ++count) socket.write(chunk);
  assert.match(String((await answered)[0]), /^HTTP\/1\.1 413 /);
});

test('a sender who goes away in the middle leaves the server as it was', async (t) => {
  const { ask, port, errors } = await startServer(t, 'PGlite', { port: true });
  const socket = connect(port, '127.0.0.1');
  const head = 'POST /v1/push HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n';
  await new Promise((done) => socket.write(`${head}{"ops":[`, done));
  socket.destroy();
  await once(socket, 'close');
  assert.equal((await ask('GET', '/healthz')).status, 200);
  assert.deepEqual(errors, []);
});

test('a database that is away is said to be, and its return needs no restart', async (t) => {
  const { ask, refusedAs, errors, database } = await startServer(t, 'PGlite');
  let away = true;
  const flaky = {
    query: async (...args) => {
      if (away) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      return database.query(...args);
    },
    transaction: async (work) => {
      if (away) throw Object.assign(new Error('the database system is shutting down'), { code: '57P03' });
      return database.transaction(work);
    },
    close: async () => {},
  };
  const { ask: asked, refusedAs: refused } = await startServer(t, 'PGlite', { database: flaky, onError: () => {} });
  for (const path of ['/healthz', '/v1/pull']) await refused(503, 'server-unavailable', 'GET', path);
  away = false;
  assert.equal((await asked('GET', '/healthz')).status, 200);
  away = true;
  const { body } = await refused(503, 'server-unavailable', 'GET', '/healthz');
  assert.match(body.epoch, /^[0-9a-f]{16}$/);
  assert.deepEqual(errors, []);
  assert.equal((await ask('GET', '/healthz')).status, 200);
  await refusedAs(404, 'not-found', 'GET', '/no');
});
