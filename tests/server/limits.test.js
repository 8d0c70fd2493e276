// Who asks too often has to wait, and is told how long.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Person, sent } from './ops.js';
import { startServer } from './talk.js';

test('an address has so many requests at once, and more with time', async (t) => {
  const limits = { requests: { burst: 3, perMinute: 6 } };
  const { ask, refusedAs, clock, handler } = await startServer(t, 'PGlite', { limits, address: '192.0.2.1' });
  for (let count = 0; count < 3; ++count) assert.equal((await ask('GET', '/healthz')).status, 200);
  const { body, headers } = await refusedAs(429, 'too-many-requests', 'GET', '/healthz');
  assert.equal(body.error.retryAfterMs, 10_000);
  assert.equal(headers.get('retry-after'), '10');
  const other = await handler(new Request('https://sync.example/healthz'), { address: '192.0.2.2' });
  assert.equal(other.status, 200, 'another address is not concerned');
  clock.ms += 9_999;
  await refusedAs(429, 'too-many-requests', 'GET', '/healthz');
  clock.ms += 1;
  assert.equal((await ask('GET', '/healthz')).status, 200);
  await refusedAs(429, 'too-many-requests', 'GET', '/healthz');
  clock.ms -= 60_000;
  await refusedAs(429, 'too-many-requests', 'GET', '/healthz');
});

test('all of an IPv6 network counts as one, and an IPv4 address is the same in both spellings', async (t) => {
  const limits = { requests: { burst: 1, perMinute: 1 } };
  const { handler } = await startServer(t, 'PGlite', { limits });
  const statusOf = async (address) => (await handler(new Request('https://sync.example/healthz'), { address })).status;
  assert.equal(await statusOf('2001:db8:1:2::1'), 200);
  assert.equal(await statusOf('2001:db8:1:2:ffff:0:0:9'), 429);
  assert.equal(await statusOf('2001:0db8:0001:0002::7'), 429);
  assert.equal(await statusOf('2001:db8:1:3::1'), 200);
  assert.equal(await statusOf('::1'), 200);
  assert.equal(await statusOf('203.0.113.9'), 200);
  assert.equal(await statusOf('::ffff:203.0.113.9'), 429);
});

test('a login can be tried so often from wherever, in whatever capitals', async (t) => {
  const limits = { logInsByLogin: { burst: 2, perMinute: 1 } };
  const { ask, refusedAs, push, logIn, clock } = await startServer(t, 'PGlite', { limits });
  const ada = new Person('ada');
  await push(ada.account());
  for (const login of ['ada', 'ADA', 'Ada', 'ada']) {
    const { body } = await ask('POST', '/v1/sessions', { body: { login, nonce: '', signature: '' } });
    assert.equal(body.error.code, 'invalid-credentials');
  }
  await refusedAs(429, 'too-many-requests', 'POST', '/v1/sessions', { body: { login: 'aDa' } });
  await refusedAs(429, 'too-many-requests', 'POST', '/v1/prelogin', { body: { login: 'ada' } });
  await refusedAs(401, 'invalid-credentials', 'POST', '/v1/sessions', { body: { login: 'grace' } });
  clock.ms += 120_000;
  assert.equal((await logIn(ada)).uid, ada.uidHex);
});

test('ops are counted, however few requests they come in', async (t) => {
  const limits = { pushedOps: { burst: 3, perMinute: 1 } };
  const { ask, refusedAs } = await startServer(t, 'PGlite', { limits, address: '192.0.2.1' });
  const pushOf = (...people) => ({ body: { ops: sent(...people.map((name) => new Person(name).account())) } });
  assert.equal((await ask('POST', '/v1/push', pushOf('a', 'b'))).status, 200);
  await refusedAs(429, 'too-many-requests', 'POST', '/v1/push', pushOf('c', 'd'));
  assert.equal((await ask('POST', '/v1/push', pushOf('e'))).status, 200);
});
