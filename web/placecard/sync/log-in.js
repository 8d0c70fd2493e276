// @ts-check
// Logging in with the server's help, on a device that does not know the account, or not yet its new password. The
// password stays here: what is sent is a signature by a key that only the password gives, or, for a user whom an app
// made, a proof made with the hash that only the password gives.

import { AccountError } from '../errors.js';
import { codeOf } from './engine.js';

/** @typedef {import('../service.js').Entry} Entry */
/**
 * @typedef {{ login: string, password: string, grant?: import('../core.js').Grant, force?: boolean,
 *   tampered?: import('../core.js').TamperChoice }} RemoteForm
 */

/**
 * @param {import('./transport.js').Transport} server
 * @param {import('../service.js').Service} service
 * @param {RemoteForm} form
 * @returns {Promise<Entry & { token: string, uid?: string }>} without `uid` an account that the server has yet to hear of
 */
export async function logInRemotely(server, service, { login, password, ...how }) {
  try {
    const { epoch, nonce, hashHead, ...cost } = await server.ask('v1/prelogin', { body: { login } });
    if (hashHead !== undefined) {
      const proof = await service.hashProof({ hashHead, password, nonce });
      const { token, row } = await server.ask('v1/sessions', { body: { login, nonce, proof } });
      return { ...(await service.adopt({ row, password, token, ...how })), token };
    }
    const { signature, ...begun } = await service.remoteLogIn({ password, nonce, ...cost });
    try {
      const { uid, token, op } = await server.ask('v1/sessions', { body: { login, nonce, signature } });
      return { ...(await service.admit({ ...begun, uid, op, token, ...how })), uid, token };
    } catch (error) {
      await service.abandon(begun).catch(() => {}); // it may be used up
      throw error;
    }
  } catch (error) {
    if (codeOf(error) !== 'too-many-requests') throw error;
    const { retryAfterMs } = /** @type {AccountError} */ (error);
    throw new AccountError([{ code: 'too-many-attempts', field: 'password' }], { retryAfterMs });
  }
}
