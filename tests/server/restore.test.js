// A server that was put back to an older state by its backup: devices give it what it has lost.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { PGlite } from '@electric-sql/pglite';

import { openDatabase, pgliteDatabase, rotateEpoch } from '../../dist/placecard/server/node.js';
import { emptyDatabase, kinds, postgresServer, sharedPglite } from './databases.js';
import { Person } from './ops.js';
import { startServer } from './talk.js';

const NAME = Buffer.alloc(32, 1);

/**
 * Saves a database as one would, and gives what puts the copy in a database of its own.
 * @param {import('node:test').TestContext} t
 * @param {typeof kinds[number]} kind
 * @param {{ name?: string }} database
 */
async function backedUp(t, kind, { name }) {
  if (kind === 'PGlite') {
    const copy = await (await sharedPglite()).dumpDataDir('none');
    return async () => {
      const restored = pgliteDatabase(await PGlite.create({ loadDataDir: copy }));
      t.after(() => restored.close());
      return restored;
    };
  }
  const server = await postgresServer();
  const file = join(server.folder, `${name}.dump`);
  await server.run('pg_dump', '-Fc', '-f', file, '-d', name);
  return async () => {
    const into = await server.create();
    await server.run('pg_restore', '-d', into, file);
    const restored = await openDatabase({ url: server.urlOf(into) });
    t.after(() => restored.close());
    return restored;
  };
}

for (const kind of kinds) {
  test(`${kind}: restored from a backup, it says so, and is given everything again`, async (t) => {
    const database = await emptyDatabase(t, kind);
    const before = await startServer(t, kind, { database });
    const [ada, grace] = [new Person('ada'), new Person('grace')];
    const first = ada.account();
    await before.push(first);
    const { token, epoch } = await before.logIn(ada);
    const restore = await backedUp(t, kind, database);

    // What the backup does not know.
    const later = [ada.account({ email: 'ada@new.example' }), ada.data(NAME, Buffer.from('1')), grace.account()];
    await before.push(...later);
    const { cursor } = await before.pull(token);
    const { token: lateToken } = await before.logIn(grace);

    const restored = await restore();
    await rotateEpoch(restored);
    const after = await startServer(t, kind, { database: restored });
    const ops = later.map(({ op, value }) => ({ op, value }));
    const { body } = await after.refusedAs(409, 'epoch-changed', 'POST', '/v1/push', { body: { epoch, ops } });
    assert.notEqual(body.epoch, epoch);
    const lost = await after.refusedAs(401, 'not-logged-in', 'GET', '/v1/pull', { token: lateToken });
    assert.equal(lost.body.epoch, body.epoch, 'a refusal tells of it as well');
    const page = await after.pull(token, cursor);
    assert.deepEqual([page.reset, page.ops], [true, [{ op: first.op }]]);

    const again = await after.post('/v1/push', { epoch: body.epoch, ops: [{ op: first.op }, ...ops] });
    assert.deepEqual(
      again.results.map(({ status }) => status),
      ['duplicate', 'applied', 'applied', 'applied'],
    );
    assert.equal((await after.logIn(grace)).uid, grace.uidHex);
    assert.equal((await after.pull(token)).ops.length, 2);
  });

  test(`${kind}: restored without a word, cursors still notice`, async (t) => {
    const database = await emptyDatabase(t, kind);
    const before = await startServer(t, kind, { database });
    const ada = new Person('ada');
    await before.push(ada.account());
    const { token } = await before.logIn(ada);
    const restore = await backedUp(t, kind, database);
    const phone = ada.otherDevice();
    const lost = phone.account({ username: 'lovelace' });
    await before.push(lost);
    const { cursor } = await before.pull(token);

    const after = await startServer(t, kind, { database: await restore() });
    // Another change takes the number of the lost one.
    const other = ada.account({ username: 'countess' });
    assert.equal((await after.push(other))[0].change, Number(cursor.split('.')[0]));
    const page = await after.pull(token, cursor);
    assert.deepEqual([page.reset, page.ops], [true, [{ op: other.op }]]);
    const [{ code, theirs }] = await after.push(lost);
    assert.deepEqual([code, theirs], ['changed-meanwhile', other.op]);
  });

  test(`${kind}: a nonce that was used after the backup is not good again`, async (t) => {
    const database = await emptyDatabase(t, kind);
    const before = await startServer(t, kind, { database });
    const ada = new Person('ada');
    await before.push(ada.account());
    const { nonce } = await before.post('/v1/prelogin', { login: 'ada' });
    const restore = await backedUp(t, kind, database);
    const body = { login: 'ada', nonce, signature: ada.signLogIn(nonce) };
    await before.post('/v1/sessions', body);
    const restored = await restore();
    await rotateEpoch(restored);
    const after = await startServer(t, kind, { database: restored });
    await after.refusedAs(401, 'invalid-credentials', 'POST', '/v1/sessions', { body });
  });
}
