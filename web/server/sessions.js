// @ts-check
// Logging in: the device shows that it knows the password (or has the account's identity) without sending either, and
// gets a token. Who does not exist costs as much and is refused in the same words as a wrong password.

import { fromBase64, fromHex, toBase64 } from './bytes.js';
import { Failure } from './failure.js';
import { checkLogin, findLogin } from './login.js';
import { usernameKey } from './names.js';
import { issueNonce, sameBytes, spendNonce } from './nonce.js';
import { base64 } from './schema.js';
import { issueToken } from './token.js';
import { keyed } from './verifier.js';

/** @typedef {import('./service.js').Service} Service */

const LOG_IN = 'placecard log-in 1';
const TOKEN = 'placecard token 1';
const SALT = 16; // bytes
// RFC 8032, section 7.1, test 1: somebody's key, so that a check against nobody's costs what any does.
const NOBODYS_KEY = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

/**
 * POST /v1/prelogin: what a device needs to make a proof.
 * @param {Service} service
 * @param {Record<string, unknown>} body
 */
export async function prelogin(service, body) {
  const login = checkLogin(body.login);
  if (login === null) throw new Failure('body-invalid');
  const found = await findLogin(service.database, login);
  const nonce = await issueNonce(service);
  const fake = await fakeParameters(service, login);
  if (found?.salt != null) return { nonce, salt: found.salt, passes: found.passes, memory: found.memory };
  if (found === null || found.uid !== null || found.passwordHash === null) return { nonce, ...fake };
  return { nonce, hashHead: headOf(service, found.passwordHash) };
}

/**
 * For ever the same for the same name, as a real account's are.
 * @param {Service} service
 * @param {string} login
 */
async function fakeParameters({ secrets, kdf }, login) {
  const salt = (await keyed(secrets.fakes, `salt ${usernameKey(login)}`)).subarray(0, SALT);
  return { salt: toBase64(salt), ...kdf };
}

/** @param {Service} service @param {string} hash */
function headOf({ verifier }, hash) {
  const head = verifier.ask((core) => core.hashHead(hash));
  if (head === '') throw new Failure('password-scheme-unsupported');
  return head;
}

/**
 * POST /v1/sessions
 * @param {Service} service
 * @param {Record<string, unknown>} body
 */
export async function logIn(service, body) {
  const nonce = await spendNonce(service, body.nonce);
  if (body.uid !== undefined) return logInByIdentity(service, body, nonce);
  const login = checkLogin(body.login);
  const found = login === null ? null : await findLogin(service.database, login);
  const proved =
    found !== null && found.uid === null && found.passwordHash !== null
      ? answers(service, found.passwordHash, nonce, body.proof)
      : signs(service, found?.logInKey ?? null, LOG_IN, null, nonce, body.signature);
  if (found === null || !proved) throw new Failure('invalid-credentials');
  const { uid, userId, username, email, joinedAt, disabled, op } = found;
  if (disabled) throw new Failure('account-inactive');
  if (uid === null) return { token: await issueToken(service, { uid, userId }), row: { username, email, joinedAt } };
  return { token: await issueToken(service, { uid, userId: null }), uid, op };
}

/**
 * An account that is open on a device needs no password for its token. A deleted one's owner gets one too, to be told.
 * @param {Service} service
 * @param {Record<string, unknown>} body
 * @param {Uint8Array | null} nonce
 */
async function logInByIdentity(service, { uid, signature }, nonce) {
  if (typeof uid !== 'string' || !/^[0-9a-f]{32}$/.test(uid)) throw new Failure('body-invalid');
  const [found] = await service.database.query(
    `SELECT ${base64('identity_key')} AS key, disabled OR user_id IS NULL AS disabled, ${base64('op')} AS op
     FROM placecard_account WHERE uid = decode($1, 'hex')
     UNION ALL SELECT ${base64('identity_key')}, FALSE, NULL FROM placecard_tombstone WHERE uid = decode($1, 'hex')`,
    [uid],
  );
  if (!signs(service, found?.key ?? null, TOKEN, fromHex(uid), nonce, signature))
    throw new Failure('invalid-credentials');
  if (found.disabled) throw new Failure('account-inactive');
  const token = await issueToken(service, { uid, userId: null });
  return { token, uid, ...(found.op === null ? {} : { op: found.op }) };
}

/**
 * @param {Service} service
 * @param {string | null} key base64
 * @param {import('../placecard/verifier.js').Label} label
 * @param {Uint8Array | null} uid
 * @param {Uint8Array | null} nonce
 * @param {unknown} given
 */
function signs({ verifier }, key, label, uid, nonce, given) {
  const known = /** @type {Uint8Array} */ (fromBase64(key ?? NOBODYS_KEY));
  const signature = fromBase64(given) ?? new Uint8Array(64);
  const said = nonce ?? new Uint8Array(40);
  return verifier.ask((core) => core.verify(known, label, uid, said, signature)) && key !== null && nonce !== null;
}

/**
 * @param {Service} service
 * @param {string} hash
 * @param {Uint8Array | null} nonce
 * @param {unknown} given
 */
function answers({ verifier }, hash, nonce, given) {
  const proof = fromBase64(given);
  if (nonce === null || proof === null || verifier.ask((core) => core.hashHead(hash)) === '') return false;
  const right = fromBase64(verifier.ask((core) => core.hashAnswer(hash, nonce)));
  return right !== null && sameBytes(proof, right);
}
