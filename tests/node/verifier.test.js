// What a server asks of the module, against a second implementation of the formats and of Ed25519.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { compile } from '../../web/placecard/compile.js';
import { Verifier } from '../../web/placecard/verifier.js';
import { wasmModule } from '../support/core.js';
import { encoded, keyPair, writeOp } from '../support/op.js';
import { vectors } from '../support/placecard.js';

/** @param {string} code @param {() => unknown} work @param {string} [message] */
function refused(code, work, message) {
  let fields;
  assert.throws(
    work,
    (error) => {
      fields = error.fields;
      return error.code === code;
    },
    message,
  );
  return fields;
}

const keys = keyPair(Buffer.alloc(32, 1));
const others = keyPair(Buffer.alloc(32, 2));

/** @param {import('node:test').TestContext} t */
async function verifierFor(t) {
  const verifier = new Verifier(await compile(await wasmModule()));
  t.after(() => verifier.close());
  return verifier;
}

test('an op written elsewhere is read to the last field', async (t) => {
  const verifier = await verifierFor(t);
  const parents = [Buffer.alloc(16, 0xaa), Buffer.alloc(16, 0xbb)];
  const slots = [{}, { kind: 2, passes: 0, memory: 0, credentialVersion: 3 }];
  const op = writeOp(keys, { opId: Buffer.alloc(16, 0xcc), rev: 5, parents, email: null, active: false, slots });
  assert.deepEqual(verifier.opRead(op), {
    opId: 'cc'.repeat(16),
    uid: '01'.repeat(16),
    kind: 'account',
    rev: 5,
    parents: ['aa'.repeat(16), 'bb'.repeat(16)],
    identityKey: Buffer.from(keys.publicKey).toString('base64'),
    username: 'ada',
    email: null,
    passwordHash: '$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA',
    joinedAt: '2026-11-25 12:00:00.000000',
    active: false,
    credentialVersion: 1,
    slots: [
      {
        kind: 1,
        slotId: '05'.repeat(16),
        credentialVersion: 1,
        passes: 2,
        memory: 19456 * 1024,
        salt: Buffer.alloc(16, 6).toString('base64'),
        logInKey: Buffer.alloc(32, 7).toString('base64'),
      },
      {
        kind: 2,
        slotId: '05'.repeat(16),
        credentialVersion: 3,
        passes: 0,
        memory: 0,
        salt: Buffer.alloc(16, 6).toString('base64'),
        logInKey: Buffer.alloc(32, 7).toString('base64'),
      },
    ],
  });
  const deletion = verifier.opRead(writeOp(keys, { kind: 2 }));
  assert.equal(deletion.kind, 'deletion');
  const data = verifier.opRead(writeOp(keys, { kind: 3, deleted: true }));
  assert.deepEqual([data.kind, data.name, data.deleted], ['data', '03'.repeat(32), true]);
  // BLAKE2b-256 of "abc", from another implementation (b2sum -l 256).
  const digest = Buffer.from('bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319', 'hex');
  const abc = writeOp(keys, { kind: 3, digest });
  assert.equal(verifier.opRead(abc, Buffer.from('abc')).deleted, false);
  refused('op-invalid', () => verifier.opRead(abc, Buffer.from('abd')));
  refused('op-invalid', () => verifier.opRead(abc));
});

test('an op signed by another key, or for other bytes, is refused', async (t) => {
  const verifier = await verifierFor(t);
  refused('op-invalid', () => verifier.opRead(writeOp(others, { identityKey: keys.publicKey })));
  const op = writeOp(keys);
  for (const at of [0, 40, op.length - 65, op.length - 1]) {
    const changed = op.slice();
    changed[at] ^= 1;
    refused('op-invalid', () => verifier.opRead(changed), `byte ${at}`);
  }
  refused('op-invalid', () => verifier.opRead(new Uint8Array(0)));
  refused('op-invalid', () => verifier.opRead(new Uint8Array(1 << 20)));
  const fields = refused('username-invalid', () => verifier.opRead(writeOp(keys, { username: 'ada ' })));
  assert.deepEqual(fields, ['username']);
});

test('a signed nonce proves the key, for its purpose and its uid only', async (t) => {
  const verifier = await verifierFor(t);
  const nonce = Buffer.alloc(24, 4);
  const uid = Buffer.alloc(16, 1);
  const logIn = keys.sign(encoded(Buffer.from('placecard log-in 1'), nonce));
  assert(verifier.verify(keys.publicKey, 'placecard log-in 1', null, nonce, logIn));
  assert(!verifier.verify(others.publicKey, 'placecard log-in 1', null, nonce, logIn));
  assert(!verifier.verify(keys.publicKey, 'placecard token 1', null, nonce, logIn));
  assert(!verifier.verify(keys.publicKey, 'placecard log-in 1', uid, nonce, logIn));
  assert(!verifier.verify(keys.publicKey, 'placecard log-in 1', null, Buffer.alloc(24, 5), logIn));
  assert(!verifier.verify(keys.publicKey, 'placecard log-in 1', null, nonce, logIn.subarray(1)));
  assert(!verifier.verify(keys.publicKey.subarray(1), 'placecard log-in 1', null, nonce, logIn));
  const token = keys.sign(encoded(Buffer.from('placecard token 1'), uid, nonce));
  assert(verifier.verify(keys.publicKey, 'placecard token 1', uid, nonce, token));
  assert(!verifier.verify(keys.publicKey, 'placecard token 1', Buffer.alloc(16, 2), nonce, token));
});

test('the head of a hash keeps its digest back', async (t) => {
  const verifier = await verifierFor(t);
  const hashes = (await vectors('password_hashes.json')).filter(({ hash }) => /\$.+\$[^$]+$/.test(hash));
  assert(hashes.length > 5);
  for (const { hash } of hashes) {
    const head = verifier.hashHead(hash);
    assert.equal(head, hash.slice(0, hash.lastIndexOf('$') + 1));
    const answers = [1, 2].map((fill) => verifier.hashAnswer(hash, Buffer.alloc(24, fill)));
    assert.equal(Buffer.from(answers[0], 'base64').length, 32);
    assert.notEqual(answers[0], answers[1]);
  }
  assert.equal(verifier.hashHead('plain'), '');
});
