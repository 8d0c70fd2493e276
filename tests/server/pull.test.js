// What a device gets to hear, and from where on.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';

import { prune, revokeSessions, setActive } from '../../dist/placecard/server/node.js';
import { kinds } from './databases.js';
import { Person } from './ops.js';
import { startServer } from './talk.js';

const nameOf = (number) => Buffer.alloc(32, number);

/** All there is from a cursor on, page by page. */
async function pullAll(pull, token, cursor) {
  const ops = [];
  for (;;) {
    const page = await pull(token, cursor);
    ops.push(...page.ops);
    cursor = page.cursor;
    if (!page.more) return { ops, cursor };
    assert.notEqual(page.ops.length, 0);
  }
}

for (const kind of kinds) {
  test(`${kind}: a cursor gives what came after it, the latest of each thing, in order`, async (t) => {
    const { push, pull, logIn } = await startServer(t, kind);
    const ada = new Person('ada');
    const account = ada.account();
    const values = [1, 2, 3].map((number) => ada.data(nameOf(number), Buffer.from(String(number))));
    await push(account, ...values);
    const { token } = await logIn(ada);
    const all = await pull(token);
    assert.deepEqual(
      all.ops.map(({ op }) => op),
      [account, ...values].map(({ op }) => op),
    );
    assert.deepEqual(
      [all.more, all.disabled, all.reset, all.row, all.deleted],
      [false, false, undefined, undefined, undefined],
    );
    assert.match(all.cursor, /^4\.[0-9a-f]{8}$/);
    const nothing = await pull(token, all.cursor);
    assert.deepEqual([nothing.ops, nothing.cursor, nothing.reset], [[], all.cursor, undefined]);
    const newer = [ada.data(nameOf(1), Buffer.from('new'), { rev: 2 }), ada.account({ username: 'lovelace' })];
    await push(...newer);
    const later = await pull(token, all.cursor);
    assert.deepEqual(
      later.ops.map(({ op }) => op),
      newer.map(({ op }) => op),
    );
    const { ops } = await pull(token);
    assert.equal(ops.length, 4, 'what was replaced is not told again');
  });

  test(`${kind}: nobody hears of somebody else's account`, async (t) => {
    const { push, pull, logIn } = await startServer(t, kind);
    const [ada, grace] = [new Person('ada'), new Person('grace')];
    await push(ada.account(), grace.account(), grace.data(nameOf(1), Buffer.from('secret')));
    const { token } = await logIn(ada);
    const { ops } = await pull(token);
    assert.equal(ops.length, 1);
  });

  test(`${kind}: many values come in pages, whether they are many or large`, async (t) => {
    const { push, pull, tokenOf } = await startServer(t, kind);
    const ada = new Person('ada');
    await push(ada.account());
    const small = Array.from({ length: 300 }, () => ada.data(randomBytes(32), randomBytes(10)));
    await push(...small.slice(0, 150));
    await push(...small.slice(150));
    const large = Array.from({ length: 6 }, () => ada.data(randomBytes(32), randomBytes(1024 * 1024)));
    for (const each of large) assert.equal((await push(each))[0].status, 'applied');
    const token = await tokenOf(ada);
    const { ops } = await pullAll(pull, token);
    assert.equal(ops.length, 307);
    assert.deepEqual(new Set(ops.map(({ value }) => value).filter(Boolean)).size, 306);
    const older = ada.data(Buffer.alloc(32, 3), null);
    await push(older);
    assert.equal((await pull(token, (await pullAll(pull, token)).cursor)).ops.length, 0);
  });

  test(`${kind}: large values in conflict are shown as far as there is room; the others are to be pushed again`, async (t) => {
    const { push } = await startServer(t, kind);
    const ada = new Person('ada');
    await push(ada.account());
    const names = Array.from({ length: 8 }, () => randomBytes(32));
    for (const name of names) await push(ada.data(name, randomBytes(1_000_000), { rev: 2 }));
    let waiting = names.map((name) => ada.data(name, Buffer.from('late')));
    let rounds = 0;
    while (waiting.length > 0) {
      const results = await push(...waiting);
      assert(results.every(({ status, theirsValue }) => (status === 'conflict') === (theirsValue !== undefined)));
      waiting = waiting.filter((_, index) => results[index].status === 'retry');
      ++rounds;
    }
    assert.equal(rounds, 2);
  });

  test(`${kind}: a cursor that nobody gave begins from the start and says so`, async (t) => {
    const { push, pull, logIn, database, clock } = await startServer(t, kind);
    const ada = new Person('ada');
    await push(ada.account());
    await push(ada.data(nameOf(1), Buffer.from('1')));
    const { token } = await logIn(ada);
    const { cursor } = await pull(token);
    await push(ada.data(nameOf(1), Buffer.from('2'), { rev: 2 }), ada.data(nameOf(2), Buffer.from('2')));
    const old = await pull(token, cursor);
    assert.deepEqual([old.ops.length, old.reset], [2, undefined], 'the log knows a change that was replaced');
    for (const odd of [
      '2.00000000',
      '99.abcdef01',
      '-1.abcdef01',
      '2',
      'x',
      "2.'; DROP",
      `${'9'.repeat(30)}.abcdef01`,
      '0.',
    ]) {
      const { ops, reset } = await pull(token, encodeURIComponent(odd));
      assert.deepEqual([ops.length, reset], [3, true], odd);
    }
    await prune(database, { now: () => clock.ms + 91 * 24 * 3_600_000, keepOpsMs: 0 });
    const again = await startServer(t, kind, { database });
    const token2 = await again.tokenOf(ada);
    const { ops, reset, cursor: latest } = await again.pull(token2, cursor);
    assert.deepEqual([ops.length, reset], [3, true], 'pruned');
    assert.equal((await again.pull(token2, latest)).reset, undefined, 'the latest is always known');
  });

  test(`${kind}: a deactivated account hears that it is, logs in nowhere and changes nothing`, async (t) => {
    const { push, pull, logIn, database, refusedAs, post } = await startServer(t, kind);
    const ada = new Person('ada');
    await push(ada.account());
    const { token } = await logIn(ada);
    assert.equal(await setActive(database, 'ada', false), true);
    assert.equal(await setActive(database, 'nobody', false), false);
    const { disabled, ops } = await pull(token);
    assert.deepEqual([disabled, ops], [true, []]);
    const { nonce } = await post('/v1/prelogin', { login: 'ada' });
    const body = { login: 'ada', nonce, signature: ada.signLogIn(nonce) };
    await refusedAs(403, 'account-inactive', 'POST', '/v1/sessions', { body });
    const { nonce: other } = await post('/v1/nonce', {});
    const identity = { uid: ada.uidHex, nonce: other, signature: ada.signToken(other) };
    await refusedAs(403, 'account-inactive', 'POST', '/v1/sessions', { body: identity });
    const changes = [ada.account({ username: 'lovelace' }), ada.data(nameOf(1), Buffer.from('1'))];
    for (const { status, code } of await push(...changes)) {
      assert.deepEqual([status, code], ['rejected', 'account-inactive']);
    }
    await setActive(database, 'ada', true);
    assert.equal((await push(...changes))[0].status, 'applied');
    assert.equal((await pull(token)).disabled, false);
  });

  test(`${kind}: a revoked session is refused, and an open account gets another`, async (t) => {
    const { push, pull, logIn, tokenOf, refusedAs, ask, database } = await startServer(t, kind);
    const ada = new Person('ada');
    await push(ada.account());
    const [{ token: first }, { token: second }] = [await logIn(ada), await logIn(ada)];
    assert.equal((await ask('DELETE', '/v1/sessions', { token: first })).status, 200);
    const { headers } = await refusedAs(401, 'not-logged-in', 'GET', '/v1/pull', { token: first });
    assert.equal(headers.get('www-authenticate'), 'Bearer');
    await refusedAs(401, 'not-logged-in', 'DELETE', '/v1/sessions', { token: first });
    assert.equal((await pull(second)).ops.length, 1);
    assert.equal(await revokeSessions(database, 'ada'), true);
    await refusedAs(401, 'not-logged-in', 'GET', '/v1/pull', { token: second });
    assert.equal((await pull(await tokenOf(ada))).ops.length, 1);
    for (const token of ['', 'x', 'ä', 'A'.repeat(5000), `${second}=`]) {
      const headers = { authorization: `Bearer ${encodeURIComponent(token)}` };
      await refusedAs(401, 'not-logged-in', 'GET', '/v1/pull', { headers });
    }
    assert.equal((await push(ada.account({ username: 'lovelace' })))[0].status, 'applied', 'pushing needs no session');
  });

  test(`${kind}: a session lives while it is used, and ends when it was not for ninety days`, async (t) => {
    const { push, pull, logIn, refusedAs, clock, database } = await startServer(t, kind);
    const day = 24 * 3_600_000;
    const ada = new Person('ada');
    await push(ada.account());
    const { token } = await logIn(ada);
    for (const days of [80, 80, 80]) {
      clock.ms += days * day;
      await pull(token);
    }
    clock.ms += 91 * day;
    await refusedAs(401, 'not-logged-in', 'GET', '/v1/pull', { token });
    await prune(database, { now: () => clock.ms });
    assert.deepEqual(await database.query('SELECT 1 FROM placecard_token UNION ALL SELECT 1 FROM placecard_nonce'), []);
  });

  test(`${kind}: who was deleted elsewhere is told by the op that did it`, async (t) => {
    const { push, pull, logIn, tokenOf } = await startServer(t, kind);
    const ada = new Person('ada');
    await push(ada.account());
    const { token } = await logIn(ada);
    const { cursor } = await pull(token);
    const gone = ada.deletion();
    await push(gone);
    assert.deepEqual((await pull(token, cursor)).deleted, { op: gone.op });
    assert.deepEqual((await pull(await tokenOf(ada))).deleted, { op: gone.op }, 'also on a device without a session');
  });

  test(`${kind}: what an app changes in the row is told beside the op, until an op says the same`, async (t) => {
    const { push, pull, logIn, database } = await startServer(t, kind);
    const ada = new Person('ada');
    await push(ada.account());
    const { token } = await logIn(ada);
    await database.query(`UPDATE "user" SET email = 'ada@app.example' WHERE username = 'ada'`);
    const { row, cursor } = await pull(token);
    const { username, passwordHash, joinedAt } = ada.state;
    assert.deepEqual(row, { username, email: 'ada@app.example', passwordHash, joinedAt });
    assert.deepEqual((await pull(token, cursor)).row, row);
    assert.equal((await push(ada.account({ email: 'ada@app.example' })))[0].status, 'applied');
    assert.equal((await pull(token, cursor)).row, undefined);
  });

  test(`${kind}: a row that an app deletes deactivates its account and frees its name`, async (t) => {
    const { push, pull, logIn, database } = await startServer(t, kind);
    const ada = new Person('ada');
    await push(ada.account());
    const { token } = await logIn(ada);
    await database.query(`DELETE FROM "user" WHERE username = 'ada'`);
    assert.equal((await pull(token)).disabled, true);
    assert.equal((await push(ada.account({ username: 'lovelace' })))[0].code, 'account-inactive');
    await assert.rejects(logIn(ada), /invalid-credentials/);
    assert.equal((await push(ada.deletion()))[0].status, 'applied');
    assert.equal((await push(new Person('ada').account()))[0].status, 'applied');
  });
}
