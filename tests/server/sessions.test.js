// Logging in from a new device: nothing secret goes over the wire, and nobody learns who exists.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';

import { kinds } from './databases.js';
import { KDF, Person } from './ops.js';
import { startServer } from './talk.js';

const base64Of = (size) => new RegExp(`^[A-Za-z0-9+/]{${Math.ceil((size * 4) / 3)}}={0,2}$`);
const shapeOf = (value) => Object.entries(value).map(([key, each]) => [key, typeof each, String(each).length]);

for (const kind of kinds) {
  test(`${kind}: whoever knows the password gets the account on a new device`, async (t) => {
    const { push, post, pull } = await startServer(t, kind);
    const ada = new Person('Ada');
    const account = ada.account();
    await push(account);
    for (const login of ['Ada', 'ada', 'ADA', 'Ada@example.com', 'Ada@EXAMPLE.com']) {
      const { nonce, salt, passes, memory } = await post('/v1/prelogin', { login });
      assert.deepEqual([salt, passes, memory], [ada.salt.toString('base64'), KDF.passes, KDF.memory], login);
      const session = await post('/v1/sessions', { login, nonce, signature: ada.signLogIn(nonce) });
      assert.deepEqual([session.uid, session.op], [ada.uidHex, account.op]);
      assert.match(session.token, base64Of(32));
      assert.equal((await pull(session.token)).ops.length, 1);
    }
  });

  test(`${kind}: a name nobody has is answered as one that somebody has, for ever the same`, async (t) => {
    const { push, post, database } = await startServer(t, kind);
    const ada = new Person('ada');
    await push(ada.account());
    const real = await post('/v1/prelogin', { login: 'ada' });
    const fake = await post('/v1/prelogin', { login: 'nobody' });
    assert.deepEqual(shapeOf(fake), shapeOf(real));
    assert.deepEqual([fake.passes, fake.memory], [real.passes, real.memory]);
    assert.notEqual(fake.salt, (await post('/v1/prelogin', { login: 'nobody2' })).salt);
    assert.notEqual(fake.nonce, (await post('/v1/prelogin', { login: 'nobody' })).nonce);
    const restarted = await startServer(t, kind, { database });
    for (const login of ['nobody', 'NOBODY'])
      assert.equal((await restarted.post('/v1/prelogin', { login })).salt, fake.salt);
    const other = await startServer(t, kind);
    assert.notEqual(
      (await other.post('/v1/prelogin', { login: 'nobody' })).salt,
      fake.salt,
      'another server, another secret',
    );
  });

  test(`${kind}: every wrong proof is refused in the same words`, async (t) => {
    const { push, post, refusedAs, clock, tokenOf } = await startServer(t, kind, {
      limits: { logInsByLogin: { burst: 1000, perMinute: 1 } },
    });
    const [ada, grace] = [new Person('ada'), new Person('grace')];
    await push(ada.account(), grace.account());
    const nonceFor = async (login) => (await post('/v1/prelogin', { login })).nonce;
    const messages = new Set();
    const refused = async (body) => {
      const answer = await refusedAs(401, 'invalid-credentials', 'POST', '/v1/sessions', { body });
      messages.add(JSON.stringify(answer.body));
    };
    const nonce = await nonceFor('ada');
    const signature = ada.signLogIn(nonce);
    await post('/v1/sessions', { login: 'ada', nonce, signature });
    await refused({ login: 'ada', nonce, signature }); // replayed
    const fresh = await nonceFor('ada');
    await refused({ login: 'ada', nonce: fresh, signature: grace.signLogIn(fresh) }); // another's key
    await refused({ login: 'ada', nonce: fresh, signature: ada.signLogIn(fresh) }); // a nonce is good for one try
    const unknown = await nonceFor('nobody');
    await refused({ login: 'nobody', nonce: unknown, signature: ada.signLogIn(unknown) });
    const forIdentity = await nonceFor('ada');
    await refused({ login: 'ada', nonce: forIdentity, signature: ada.signToken(forIdentity) }); // said for another purpose
    const madeUp = randomBytes(40).toString('base64');
    await refused({ login: 'ada', nonce: madeUp, signature: ada.signLogIn(madeUp) });
    const bent = Buffer.from(await nonceFor('ada'), 'base64');
    bent[0] ^= 1; // would live longer
    await refused({ login: 'ada', nonce: bent.toString('base64'), signature: ada.signLogIn(bent.toString('base64')) });
    const late = await nonceFor('ada');
    clock.ms += 120_000;
    await refused({ login: 'ada', nonce: late, signature: ada.signLogIn(late) });
    for (const odd of [undefined, null, 5, '', 'AAAA', [], {}]) {
      const usable = await nonceFor('ada');
      await refused({ login: 'ada', nonce: usable, signature: odd });
      await refused({ login: 'ada', nonce: usable, proof: odd });
      await refused({ login: odd ?? null, nonce: odd, signature });
    }
    assert.equal(messages.size, 1);
    assert.notEqual(await tokenOf(ada), '');
  });

  test(`${kind}: a token by identity takes that identity's signature, for that uid`, async (t) => {
    const { push, post, refusedAs } = await startServer(t, kind);
    const [ada, grace] = [new Person('ada'), new Person('grace')];
    await push(ada.account(), grace.account());
    const refused = async (uid, sign, status = 401, code = 'invalid-credentials') => {
      const { nonce } = await post('/v1/nonce', {});
      await refusedAs(status, code, 'POST', '/v1/sessions', { body: { uid, nonce, signature: sign(nonce) } });
    };
    await refused(ada.uidHex, (nonce) => grace.signToken(nonce));
    await refused(ada.uidHex, (nonce) => ada.signToken(nonce, grace.identity));
    await refused(grace.uidHex, (nonce) => ada.signToken(nonce));
    await refused(ada.uidHex, (nonce) => ada.signLogIn(nonce));
    await refused(randomBytes(16).toString('hex'), (nonce) => ada.signToken(nonce));
    for (const uid of ['', 'zz', 5, null, [], `${ada.uidHex}00`]) await refused(uid, () => '', 400, 'body-invalid');
  });

  test(`${kind}: two requests that use one nonce at once: one of them is in`, async (t) => {
    const { push, post, ask } = await startServer(t, kind);
    const ada = new Person('ada');
    await push(ada.account());
    const { nonce } = await post('/v1/prelogin', { login: 'ada' });
    const body = { login: 'ada', nonce, signature: ada.signLogIn(nonce) };
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask('POST', '/v1/sessions', { body })));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  });

  test(`${kind}: logins that are none are told so`, async (t) => {
    const { refusedAs, post } = await startServer(t, kind);
    for (const login of [undefined, null, '', 5, {}, [], 'x'.repeat(400), '\ud800', 'a\0b']) {
      await refusedAs(400, 'body-invalid', 'POST', '/v1/prelogin', { body: { login } });
    }
    for (const login of ["'; DROP TABLE user; --", '%', '_', '\\', '\u{1f370}', 'İ']) {
      assert.equal((await post('/v1/prelogin', { login })).passes, KDF.passes);
    }
  });
}
