// @ts-check
// Tokens of logged-in devices. The database holds their hashes, so a stolen copy of it logs nobody in.

import { randomBytes, toBase64, utf8 } from './bytes.js';
import { Failure } from './failure.js';
import { sha256 } from './verifier.js';

/** @typedef {import('./service.js').Service} Service */
/** @typedef {{ digest: string, uid: string | null, userId: number | null }} Bearer */

const HOUR = 3_600_000; // ms
const IDLE = 90 * 24 * HOUR; // a token that nobody used for so long is gone

/**
 * @param {Service} service
 * @param {{ uid: string | null, userId: number | null }} whose
 */
export async function issueToken({ database, now }, { uid, userId }) {
  const token = toBase64(randomBytes(32));
  await database.query(
    `INSERT INTO placecard_token (digest, uid, user_id, expires_at, last_used)
     VALUES ($1, decode($2, 'hex'), $3, $4, $5)`,
    [await sha256(utf8(token)), uid, userId, Math.floor(now()) + IDLE, Math.floor(now())],
  );
  return token;
}

/**
 * @param {Service} service
 * @param {Request} request
 * @returns {Promise<Bearer | null>}
 */
export async function findBearer({ database, now }, request) {
  const [, token] = request.headers.get('authorization')?.match(/^Bearer ([A-Za-z0-9+/=]{1,128})$/i) ?? [];
  if (token === undefined) return null;
  const digest = await sha256(utf8(token));
  const time = Math.floor(now());
  const [found] = await database.query(
    `SELECT encode(uid, 'hex') AS uid, user_id AS "userId", last_used AS "lastUsed" FROM placecard_token
     WHERE digest = $1 AND expires_at > $2`,
    [digest, time],
  );
  if (found === undefined) return null;
  if (time - found.lastUsed > HOUR) {
    const renew = 'UPDATE placecard_token SET last_used = $2, expires_at = $3 WHERE digest = $1';
    await database.query(renew, [digest, time, time + IDLE]);
  }
  return { digest, uid: found.uid, userId: found.userId };
}

/**
 * @param {Service} service
 * @param {Request} request
 * @returns {Promise<Bearer>}
 */
export async function needBearer(service, request) {
  const bearer = await findBearer(service, request);
  if (bearer === null) throw new Failure('not-logged-in');
  return bearer;
}

/**
 * @param {Service} service
 * @param {Bearer} bearer
 */
export async function revokeToken({ database }, { digest }) {
  await database.query('DELETE FROM placecard_token WHERE digest = $1', [digest]);
}
