// @ts-check
// Somebody who is logged in, and what only they can read.

import { accountError } from './errors.js';

/** A value JSON can hold. @typedef {null | boolean | number | string | Json[] | { [key: string]: Json }} Json */

/** Private data: JSON values, each sealed under the account's own keys before it reaches the database. */
class PrivateData {
  #service;
  #owner;

  /**
   * @param {import('./service.js').Service} service
   * @param {Session} owner
   */
  constructor(service, owner) {
    this.#service = service;
    this.#owner = owner;
  }

  get #session() {
    return this.#owner.number;
  }

  /**
   * @param {string} key
   * @returns {Promise<Json | undefined>} undefined when there is no such value
   */
  async get(key) {
    return this.#service.dataGet({ session: this.#session, key: keyOf(key) });
  }

  /**
   * @param {string} key 1 to 256 bytes
   * @param {Json} value at most 1 MiB as JSON
   */
  async set(key, value) {
    const json = JSON.stringify(value);
    if (json === undefined) throw accountError('argument-invalid', 'Only values that JSON can hold can be kept.');
    await this.#service.dataSet({ session: this.#session, key: keyOf(key), json });
  }

  /**
   * @param {string} key
   * @returns {Promise<boolean>} whether there was such a value
   */
  async delete(key) {
    return this.#service.dataDelete({ session: this.#session, key: keyOf(key) });
  }

  /** @returns {Promise<string[]>} the keys, in the order of their bytes */
  async list() {
    return this.#service.dataList({ session: this.#session });
  }
}

export class Session {
  #currentUser;
  #number;

  /**
   * @param {import('./service.js').Service} service
   * @param {number} number
   * @param {() => import('./user.js').User | import('./user.js').AnonymousUser} currentUser
   */
  constructor(service, number, currentUser) {
    this.#currentUser = currentUser;
    this.#number = number;
    /** @readonly */
    this.data = new PrivateData(service, this);
  }

  /** What the core knows it by. */
  get number() {
    return this.#number;
  }

  /** The same session goes on under another number. @param {number} number */
  renumber(number) {
    this.#number = number;
  }

  get user() {
    return this.#currentUser();
  }
}

/** @param {unknown} key */
function keyOf(key) {
  if (typeof key !== 'string') throw accountError('argument-invalid', 'A key is a string.');
  return key;
}
