// @ts-check
// What a device signs to prove who it is: good for two minutes and once. The server only remembers those that were
// used; that a nonce is its own it sees by a keyed hash, so asking for many fills nothing.
//
//   expires at (8 bytes, big-endian) | 16 random bytes | HMAC of both, cut to 16 bytes

import { fromBase64, randomBytes, toBase64, toHex } from './bytes.js';
import { keyed } from './verifier.js';

/** @typedef {import('./service.js').Service} Service */

const LIFETIME = 120_000; // ms
const CLAIM = 24; // bytes
const TAG = 16; // bytes

/** @param {Service} service */
export async function issueNonce({ now, secrets }) {
  const nonce = new Uint8Array(CLAIM + TAG);
  new DataView(nonce.buffer).setBigUint64(0, BigInt(Math.floor(now()) + LIFETIME));
  nonce.set(randomBytes(16), 8);
  nonce.set(await tagOf(secrets.nonces, nonce), CLAIM);
  return toBase64(nonce);
}

/**
 * @param {Service} service
 * @param {unknown} given
 * @returns {Promise<Uint8Array | null>} nothing unless it is ours, in time and unused
 */
export async function spendNonce({ database, now, secrets }, given) {
  const nonce = fromBase64(given);
  if (nonce === null || nonce.length !== CLAIM + TAG) return null;
  if (!sameBytes(nonce.subarray(CLAIM), await tagOf(secrets.nonces, nonce))) return null;
  const expiresAt = Number(new DataView(nonce.buffer).getBigUint64(0));
  if (expiresAt <= now()) return null;
  const spent = await database.query(
    'INSERT INTO placecard_nonce (nonce, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1',
    [toHex(nonce), expiresAt],
  );
  return spent.length === 1 ? nonce : null;
}

/** @param {string} secret @param {Uint8Array} nonce */
async function tagOf(secret, nonce) {
  return (await keyed(secret, `nonce ${toHex(nonce.subarray(0, CLAIM))}`)).subarray(0, TAG);
}

/**
 * In a time that does not tell where they differ.
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
export function sameBytes(one, other) {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let index = 0; index < one.length; ++index) difference |= one[index] ^ other[index];
  return difference === 0;
}
