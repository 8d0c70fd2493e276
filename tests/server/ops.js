// Ops as a device makes them, written a second time: by the contract and with another build of libsodium, so that the
// server's reading is checked against something.

import { randomBytes } from 'node:crypto';
import sodium from 'libsodium-wrappers-sumo';

await sodium.ready;

export const KDF = { passes: 2, memory: 64 * 1024 * 1024 };
const KINDS = { account: 1, deletion: 2, data: 3 };
const SEALED_VAULT = 104; // 24 of nonce, 64 of keys, 16 of tag
const MOST_PARENTS = 32;
export const HASH = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$cXVpdGVhbG9uZ2RpZ2VzdHF1aXRlYWxvbmdkaWdlc3Q';

const number = (value) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const sized = (bytes) => Buffer.concat([number(bytes.length), bytes]);
const text = (value) => (value === null ? number(0) : Buffer.concat([number(1), sized(Buffer.from(value))]));

/** What is signed to answer a nonce. */
export function challenge(label, nonce, uid) {
  return Buffer.concat([sized(Buffer.from(label)), ...(uid ? [sized(uid)] : []), sized(nonce)]);
}

const sign = (message, { privateKey }) => Buffer.from(sodium.crypto_sign_detached(message, privateKey));

/** Somebody with an account on one device or several: keys, and what the last op said. */
export class Person {
  uid = randomBytes(16);
  identity = sodium.crypto_sign_keypair();
  logInKeys = sodium.crypto_sign_keypair();
  salt = randomBytes(16);
  rev = 0;
  /** @type {Buffer[]} */
  lineage = [];
  state;

  constructor(username, email = `${username}@example.com`) {
    this.state = { username, email, passwordHash: HASH, joinedAt: '2026-11-22 08:40:39.855342', active: true };
  }

  /** With keys that come from a password, and the hash that an app checks it against. */
  static withPassword(username, password) {
    const person = new Person(username);
    const { passes, memory } = KDF;
    const argon2id = sodium.crypto_pwhash_ALG_ARGON2ID13;
    person.root = sodium.crypto_pwhash(32, password, person.salt, passes, memory, argon2id);
    person.logInSeed = sodium.crypto_kdf_derive_from_key(32, 2, 'pc_root_', person.root);
    person.logInKeys = sodium.crypto_sign_seed_keypair(person.logInSeed);
    person.state.passwordHash = sodium.crypto_pwhash_str(password, passes, memory);
    return person;
  }

  get uidHex() {
    return this.uid.toString('hex');
  }

  /** Another device of the same person, which goes its own way from here. */
  otherDevice() {
    const other = new Person(this.state.username);
    const { uid, identity, logInKeys, salt, rev } = this;
    return Object.assign(other, {
      uid,
      identity,
      logInKeys,
      salt,
      rev,
      lineage: [...this.lineage],
      state: { ...this.state },
    });
  }

  newPassword() {
    this.logInKeys = sodium.crypto_sign_keypair();
    this.salt = randomBytes(16);
  }

  /** The head is another device's from here on. */
  takes({ opId, rev }) {
    this.lineage = [Buffer.from(opId, 'hex'), ...this.lineage].slice(0, MOST_PARENTS);
    this.rev = Math.max(this.rev, rev);
  }

  slot(kind) {
    const password = kind === 1;
    return Buffer.concat([
      sized(randomBytes(16)),
      number(kind),
      number(1),
      number(password ? KDF.passes : 0),
      number(password ? KDF.memory : 0),
      sized(this.salt),
      sized(Buffer.from(this.logInKeys.publicKey)),
      sized(Buffer.alloc(SEALED_VAULT, 7)),
      sized(Buffer.alloc(32, 8)),
    ]);
  }

  /** The account as it is now, with changes. */
  account(changes = {}, { slots = 1 } = {}) {
    Object.assign(this.state, changes);
    const { username, email, passwordHash, joinedAt, active } = this.state;
    const body = [username, email, passwordHash, joinedAt].map(text);
    const all = [1, 2].slice(0, slots).map((kind) => this.slot(kind));
    return this.#heir('account', Buffer.concat([...body, number(active ? 1 : 0), number(1), number(slots), ...all]));
  }

  deletion() {
    return this.#heir('deletion', Buffer.alloc(0));
  }

  #heir(kind, body) {
    const made = this.op(kind, { rev: ++this.rev, parents: this.lineage, body });
    this.lineage = [Buffer.from(made.opId, 'hex'), ...this.lineage].slice(0, MOST_PARENTS);
    return made;
  }

  /** @param {Buffer} name 32 bytes @param {Buffer | null} value sealed; null deletes */
  data(name, value, { rev = 1, parents = [], opId } = {}) {
    const digest = value === null ? Buffer.alloc(32) : Buffer.from(sodium.crypto_generichash(32, value));
    const body = Buffer.concat([sized(name), number(value === null ? 1 : 0), sized(digest)]);
    return {
      ...this.op('data', { rev, parents, body, opId }),
      ...(value === null ? {} : { value: value.toString('base64') }),
    };
  }

  op(
    kind,
    {
      rev,
      parents = [],
      body,
      opId = randomBytes(16),
      label = 'placecard op 1',
      by = this.identity,
      key = by.publicKey,
    },
  ) {
    const head = [sized(Buffer.from(label)), sized(opId), sized(this.uid), number(KINDS[kind] ?? kind), number(rev)];
    const message = Buffer.concat([...head, sized(Buffer.concat(parents)), sized(Buffer.from(key)), body]);
    const bytes = Buffer.concat([message, sign(message, by)]);
    return { opId: opId.toString('hex'), op: bytes.toString('base64'), rev, bytes };
  }

  /** Answers a nonce with the key that the password gives. */
  signLogIn(nonce) {
    return sign(challenge('placecard log-in 1', Buffer.from(nonce, 'base64')), this.logInKeys).toString('base64');
  }

  signToken(nonce, by = this.identity) {
    return sign(challenge('placecard token 1', Buffer.from(nonce, 'base64'), this.uid), by).toString('base64');
  }
}

/** What proves to know the digest of a stored hash, as a device makes it from the password. */
export function hashProof(digest, nonce) {
  const key = sodium.crypto_generichash(32, Buffer.from(digest));
  const message = Buffer.concat([sized(Buffer.from('placecard hash proof 1')), sized(Buffer.from(nonce, 'base64'))]);
  return Buffer.from(sodium.crypto_generichash(32, message, key)).toString('base64');
}

/** What is sent of ops. */
export const sent = (...ops) => ops.map(({ op, value }) => (value === undefined ? { op } : { op, value }));
