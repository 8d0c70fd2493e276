// One PostgreSQL, two programs: the lesson's app through psycopg2, and the sync server.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { pbkdf2Sync } from 'node:crypto';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { openDatabase } from '../../dist/placecard/server/node.js';
import { emptyDatabase, postgresServer } from './databases.js';
import { hashProof, Person } from './ops.js';
import { startServer } from './talk.js';

const app = fileURLToPath(new URL('../interop/flask/app.py', import.meta.url));
const PASSWORD = 'lace and engines';

/** Runs the app over a database, by the system's own Python: that is where its Flask is. */
function flask(url, command, input = null) {
  const options = { input: JSON.stringify(input), encoding: 'utf8', maxBuffer: 2 ** 26 };
  const place = url.replace('postgres:', 'postgresql:');
  return JSON.parse(execFileSync('/usr/bin/python3', ['-W', 'ignore', app, place, command], options));
}

/** What PostgreSQL says of the table. */
async function factsOf({ query }) {
  const columns = await query(
    `SELECT column_name, data_type, character_maximum_length AS length, is_nullable, column_default
     FROM information_schema.columns WHERE table_name = 'user' AND table_schema = current_schema() ORDER BY ordinal_position`,
  );
  const indexes = await query(
    `SELECT indexdef FROM pg_indexes WHERE tablename = 'user' AND schemaname = current_schema() ORDER BY indexname`,
  );
  return { columns, indexes };
}

async function withApp(t) {
  const database = await emptyDatabase(t, 'PostgreSQL');
  const server = await startServer(t, 'PostgreSQL', { database });
  return { ...server, url: database.url };
}

test("the server's user table is what create_all() makes, whoever comes first", async (t) => {
  const { ask, database, url } = await withApp(t);
  await ask('GET', '/healthz');
  const ours = await factsOf(database);
  assert.equal(ours.columns.length, 5);
  assert.equal(ours.indexes.length, 4);
  assert.deepEqual(flask(url, 'read'), []);
  assert.deepEqual(await factsOf(database), ours, 'create_all() found nothing to make');

  const postgres = await postgresServer();
  const other = postgres.urlOf(await postgres.create());
  flask(other, 'read');
  const theirs = await openDatabase({ url: other });
  t.after(() => theirs.close());
  const made = await factsOf(theirs);
  const { push } = await startServer(t, 'PostgreSQL', { database: theirs });
  assert.equal((await push(new Person('ada').account()))[0].status, 'applied');
  assert.deepEqual(await factsOf(theirs), made);
  assert.deepEqual(made, ours);
});

test('the app logs in a user who signed up offline', async (t) => {
  const { push, url } = await withApp(t);
  const ada = Person.withPassword('ada', PASSWORD);
  await push(ada.account());
  const { username, email, passwordHash, joinedAt } = ada.state;
  assert.deepEqual(flask(url, 'read'), [[1, username, email, passwordHash, joinedAt]]);
  const visits = [
    ['ada', PASSWORD],
    ['ada', `${PASSWORD}!`],
  ];
  assert.deepEqual(flask(url, 'visit', visits), [
    [302, 'ada'],
    [401, null],
  ]);
});

// Werkzeug's scrypt hashes are longer than the lesson's column, which PostgreSQL takes at its word.
const hashes = {
  'argon2-cffi': (url) =>
    flask(url, 'hash', {
      type: 'ID',
      cost: { time_cost: 2, memory_cost: 19_456, parallelism: 1 },
      passwords: [PASSWORD],
    })[0],
  'Werkzeug pbkdf2': () =>
    `pbkdf2:sha256:1000$saltsalt$${pbkdf2Sync(PASSWORD, 'saltsalt', 1000, 32, 'sha256').toString('hex')}`,
};
for (const [scheme, hashOf] of Object.entries(hashes)) {
  test(`a user whom the app made (${scheme}) proves the password and puts an account over the row`, async (t) => {
    const { push, post, pull, refusedAs, logIn, url } = await withApp(t);
    const passwordHash = hashOf(url);
    const joinedAt = '2020-02-29 12:00:00.000001';
    const row = { username: 'grace', email: 'grace@example.com' };
    flask(url, 'change', {
      insert: [{ username: 'first' }, { ...row, password_hash: passwordHash, joined_at: joinedAt }],
    });

    const { nonce, hashHead, salt } = await post('/v1/prelogin', { login: 'Grace@EXAMPLE.com'.toLowerCase() });
    assert.equal(salt, undefined);
    assert.equal(hashHead, passwordHash.slice(0, passwordHash.lastIndexOf('$') + 1));
    // The digest is what the device makes from the password; here it is taken from where the app has put it.
    const digest = passwordHash.slice(hashHead.length);
    const wrong = { login: 'grace', nonce, proof: hashProof('another digest', nonce) };
    await refusedAs(401, 'invalid-credentials', 'POST', '/v1/sessions', { body: wrong });
    const { nonce: fresh } = await post('/v1/prelogin', { login: 'grace' });
    const session = await post('/v1/sessions', { login: 'grace', nonce: fresh, proof: hashProof(digest, fresh) });
    assert.deepEqual(session.row, { ...row, joinedAt });
    assert.equal(session.uid, undefined);
    const page = await pull(session.token);
    assert.deepEqual([page.ops, page.row], [[], { ...row, joinedAt }]);

    const grace = Person.withPassword('grace', PASSWORD);
    const account = grace.account({ ...row, joinedAt });
    assert.equal((await push(account))[0].code, 'username-taken', 'not without the session');
    const stranger = await post('/v1/push', { ops: [{ op: new Person('stranger').account().op }] }, session.token);
    assert.equal(stranger.results[0].status, 'applied', 'another account is no adoption');
    const { results } = await post('/v1/push', { ops: [{ op: account.op }] }, session.token);
    assert.deepEqual(results, [{ opId: account.opId, status: 'applied', change: 1 }]);

    const users = flask(url, 'read');
    assert.deepEqual(users[1], [2, row.username, row.email, grace.state.passwordHash, joinedAt], 'the row kept its id');
    assert.deepEqual((await pull(session.token)).ops, [{ op: account.op }], "the session is now the account's");
    assert.equal((await logIn(grace)).uid, grace.uidHex);
    assert.deepEqual(flask(url, 'visit', [['grace', PASSWORD]]), [[302, 'grace']]);
    const second = Person.withPassword('grace', PASSWORD);
    const [again] = (await post('/v1/push', { ops: [{ op: second.account(row).op }] }, session.token)).results;
    assert.deepEqual([again.code, again.fields], ['username-taken', ['username', 'email']], 'a row is adopted once');
  });
}

test('a hash that nobody can prove is said to be one; a row without a hash looks like nobody', async (t) => {
  const { post, refusedAs, url } = await withApp(t);
  flask(url, 'change', { insert: [{ username: 'old', password_hash: 'plain' }, { username: 'none' }] });
  await refusedAs(422, 'password-scheme-unsupported', 'POST', '/v1/prelogin', { body: { login: 'old' } });
  assert.equal((await post('/v1/prelogin', { login: 'none' })).passes, 2);
});

test('two people of the app whose names differ only in case both get accounts', async (t) => {
  const { post, push, logIn, url } = await withApp(t);
  const hash = hashes['Werkzeug pbkdf2']();
  const digest = hash.slice(hash.lastIndexOf('$') + 1);
  flask(url, 'change', { insert: ['Ada', 'ada'].map((username) => ({ username, password_hash: hash })) });
  const people = [];
  for (const username of ['Ada', 'ada']) {
    const { nonce } = await post('/v1/prelogin', { login: username });
    const { token } = await post('/v1/sessions', { login: username, nonce, proof: hashProof(digest, nonce) });
    const person = Person.withPassword(username, PASSWORD);
    const { results } = await post('/v1/push', { ops: [{ op: person.account({ email: null }).op }] }, token);
    assert.equal(results[0].status, 'applied');
    people.push(person);
  }
  for (const person of people) assert.equal((await logIn(person)).uid, person.uidHex);
  assert.equal((await push(people[1].account({ email: 'ada@example.com' })))[0].status, 'applied');
  assert.equal((await push(new Person('ADA').account()))[0].code, 'username-taken');
});
