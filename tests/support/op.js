// Ops as somebody else would write them: a second implementation of src/sync/op.cpp, with Node's own Ed25519.

import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';

const FLOOR = 19456 * 1024;

/** Values in a row as src/credentials/bytes.h puts them. @param {(number | string | Uint8Array | null)[]} values */
export function encoded(...values) {
  const parts = values.map((value) => {
    const number = Buffer.alloc(8);
    if (typeof value === 'number') {
      number.writeBigUInt64LE(BigInt(value));
      return number;
    }
    if (value === null) return number;
    number.writeBigUInt64LE(BigInt(value.length));
    return Buffer.concat([number, Buffer.from(/** @type {Uint8Array} */ (value))]);
  });
  return Buffer.concat(parts);
}

/** @param {string | null | undefined} text */
const optional = (text) => (text == null ? [0] : [1, Buffer.from(text)]);

/** A key pair with 32 bytes of public key, from a seed. @param {Uint8Array} seed 32 bytes */
export function keyPair(seed) {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    publicKey: new Uint8Array(publicKey),
    /** @param {Uint8Array} message */
    sign: (message) => new Uint8Array(sign(null, message, secret)),
  };
}

/** BLAKE2b-256 is not Node's to make, so a value is named by the digest its maker gives. */
const none = Buffer.alloc(32);

/** A slot with keys that open nothing. @param {object} [slot] */
const slotValues = ({
  slotId = Buffer.alloc(16, 5),
  kind = 1,
  credentialVersion = 1,
  passes = 2,
  memory = FLOOR,
  salt = Buffer.alloc(16, 6),
  logInKey = Buffer.alloc(32, 7),
  sealedVault = Buffer.alloc(104, 8),
  commitment = Buffer.alloc(32, 9),
} = {}) => [slotId, kind, credentialVersion, passes, memory, salt, logInKey, sealedVault, commitment];

/**
 * @param {ReturnType<typeof keyPair>} keys
 * @param {any} op what is not given is as for a person called ada
 */
export function writeOp(keys, op = {}) {
  const kind = op.kind ?? 1;
  const head = [
    Buffer.from('placecard op 1'),
    op.opId ?? createHash('md5').update(JSON.stringify(op)).digest(),
    op.uid ?? Buffer.alloc(16, 1),
    kind,
    op.rev ?? 1,
    Buffer.concat(op.parents ?? []),
    op.identityKey ?? keys.publicKey,
  ];
  const bodies = {
    1: () => {
      const slots = op.slots ?? [{}];
      return [
        ...optional(op.username === undefined ? 'ada' : op.username),
        ...optional(op.email === undefined ? 'ada@example.com' : op.email),
        ...optional(op.passwordHash ?? '$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA'),
        ...optional(op.joinedAt ?? '2026-11-25 12:00:00.000000'),
        op.active === false ? 0 : 1,
        op.credentialVersion ?? 1,
        slots.length,
        ...slots.flatMap(slotValues),
      ];
    },
    2: () => [],
    3: () => [op.name ?? Buffer.alloc(32, 3), op.deleted ? 1 : 0, op.digest ?? none],
  };
  const message = encoded(...head, ...bodies[kind]());
  return new Uint8Array(Buffer.concat([message, keys.sign(message)]));
}
