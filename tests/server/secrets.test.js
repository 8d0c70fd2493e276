// What the server never gets: looked for in every row of every table and in every answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { kinds } from './databases.js';
import { everything } from './everything.js';
import { Person } from './ops.js';
import { startServer } from './talk.js';

const PASSWORD = 'lace and engines, at eight';

/** A secret as it might be found: as text, and as bytes however they are written. */
function spellings(secret) {
  const bytes = Buffer.from(secret);
  const text = typeof secret === 'string' ? [secret] : [];
  return [...text, bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')];
}

for (const kind of kinds) {
  test(`${kind}: no password, no private key and no token is stored or said`, async (t) => {
    const answers = [];
    const server = await startServer(t, kind, { heard: answers });
    const ada = Person.withPassword('ada', PASSWORD);
    await server.push(ada.account({}, { slots: 2 }), ada.data(Buffer.alloc(32, 1), Buffer.from('sealed')));
    const { token } = await server.logIn(ada);
    await server.pull(token);
    await server.push(ada.account({ email: 'ada@new.example' }));
    const stored = JSON.stringify(await everything(server.database));
    const said = answers.join('\n');
    assert(stored.includes(ada.uidHex) && said.includes('"token"'), 'there was something to search');

    const secrets = { password: PASSWORD, root: ada.root, seed: ada.logInSeed };
    secrets['identity seed'] = ada.identity.privateKey.subarray(0, 32);
    for (const [what, secret] of Object.entries(secrets)) {
      for (const spelling of spellings(secret)) {
        assert(!stored.includes(spelling), `${what} is stored`);
        assert(!said.includes(spelling), `${what} was said`);
      }
    }
    for (const spelling of [...spellings(token), ...spellings(Buffer.from(token, 'base64'))]) {
      assert(!stored.includes(spelling), 'the token is stored');
    }
    for (const { value } of await server.database.query(
      `SELECT value FROM placecard_meta WHERE key IN ('fake_secret', 'nonce_secret')`,
    )) {
      for (const spelling of spellings(Buffer.from(value, 'hex'))) assert(!said.includes(spelling));
    }
    assert.equal((await server.ask('GET', '/v1/pull')).body.error.code, 'not-logged-in');
  });
}
