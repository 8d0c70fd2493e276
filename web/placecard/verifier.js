// @ts-check
// What a server asks of the module: what an op says, and whether somebody proved who they are. Part of no page.

import { Instance } from './instance.js';

/**
 * @typedef {object} SlotReply
 * @property {number} kind 1 password, 2 recovery code
 * @property {string} slotId hex
 * @property {number} credentialVersion
 * @property {number} passes
 * @property {number} memory in bytes
 * @property {string} salt base64
 * @property {string} logInKey base64
 */

/**
 * @typedef {object} OpReply ids and names as hex, keys as base64
 * @property {string} opId
 * @property {string} uid
 * @property {'account' | 'deletion' | 'data'} kind
 * @property {number} rev
 * @property {string[]} parents
 * @property {string} identityKey
 * @property {string | null} [username] with those below for an account
 * @property {string | null} [email]
 * @property {string | null} [passwordHash]
 * @property {string | null} [joinedAt]
 * @property {boolean} [active]
 * @property {number} [credentialVersion]
 * @property {SlotReply[]} [slots]
 * @property {string} [name] with `deleted` for data
 * @property {boolean} [deleted]
 */

/** What is signed, beside a nonce. @typedef {'placecard log-in 1' | 'placecard token 1'} Label */

export class Verifier {
  #instance;

  /**
   * @param {WebAssembly.Module} module as `compile` of compile.js gives it
   * @param {Partial<import('./instance.js').CoreOptions>} [options]
   */
  constructor(module, options) {
    this.#instance = new Instance(module, {
      minPasswordChars: 8,
      kdf: { passes: 2, memory: 64 * 1024 * 1024 },
      ...options,
    });
  }

  /**
   * Throws `op-invalid`, or what is wrong with a name in it.
   * @param {Uint8Array} op
   * @param {Uint8Array | null} [value] what came with it
   * @returns {OpReply}
   */
  opRead(op, value = null) {
    return this.#instance.answer(this.#instance.callWith('op_read', op, value));
  }

  /**
   * @param {Uint8Array} key
   * @param {Label} label
   * @param {Uint8Array | null} uid null with 'placecard log-in 1'
   * @param {Uint8Array} nonce
   * @param {Uint8Array} signature
   * @returns {boolean}
   */
  verify(key, label, uid, nonce, signature) {
    return this.#instance.callWith('verify', key, label, uid, nonce, signature) === 0;
  }

  /**
   * @param {string} hash
   * @returns {string} the hash without its digest; '' when nothing of it can be told
   */
  hashHead(hash) {
    return this.#instance.answer(this.#instance.callWith('hash_head', hash));
  }

  /**
   * @param {string} hash one that has a head
   * @param {Uint8Array} nonce
   * @returns {string} the right proof, base64; compare it in constant time
   */
  hashAnswer(hash, nonce) {
    return this.#instance.answer(this.#instance.callWith('hash_answer', hash, nonce));
  }

  close() {
    this.#instance.close();
  }
}
