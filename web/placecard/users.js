// @ts-check
// The queries a reader of the lesson knows, on a page: accounts.users.filterBy({ username }).first().

import { accountError, checkObject } from './errors.js';
import { User } from './user.js';

/** @typedef {'id' | 'username' | 'email' | 'passwordHash' | 'joinedAt'} Column */

/**
 * How many page numbers a pager shows: at the left edge, left and right of the current page, at the right edge.
 * @typedef {{ leftEdge?: number, leftCurrent?: number, rightCurrent?: number, rightEdge?: number }} PagerWidths
 */

/**
 * @typedef {object} PageOptions
 * @property {number} [page] counted from 1, which is the default
 * @property {number} [perPage] 20 when absent
 * @property {number} [maxPerPage] caps perPage
 * @property {boolean} [errorOut] false mends what is out of range instead of throwing `not-found`
 * @property {PagerWidths} [iterPages] 2, 2, 4 and 2 when absent
 */

/** @typedef {'all' | 'first' | 'one' | 'one_or_none' | 'count' | 'paginate'} Verb */

/**
 * A query as it travels to the core.
 * @typedef {object} QuerySpec
 * @property {[column: string, value: string | null][]} filters
 * @property {[column: string, descending: boolean][]} orders
 * @property {Verb} verb
 * @property {PageOptions} [page]
 */

/** @typedef {[id: number, username: string | null, email: string | null, passwordHash: string | null,
 *   joinedAt: string | null]} UserRow */

/** @typedef {(query: QuerySpec) => Promise<any>} Run */

/** @type {Record<string, string>} */
const columns = {
  id: 'id',
  username: 'username',
  email: 'email',
  passwordHash: 'password_hash',
  joinedAt: 'joined_at',
};

/** @param {unknown} name */
function columnOf(name) {
  if (typeof name !== 'string') throw accountError('argument-invalid', 'A column is given by its name.');
  if (!Object.hasOwn(columns, name)) {
    throw accountError('column-unknown', `The user table has no column ${JSON.stringify(name)}.`);
  }
  return columns[name];
}

/**
 * @param {unknown} value
 * @returns {string | null}
 */
function filterValue(value) {
  if (value === null) return null;
  if (value instanceof Date && !Number.isNaN(value.getTime()))
    return value.toISOString().replace('T', ' ').replace('Z', '000');
  if (typeof value === 'string' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw accountError('argument-invalid', 'A filter compares with a string, a number, a Date, or null.');
}

/**
 * @param {Record<string, unknown>} numbers
 */
function checkIntegers(numbers) {
  for (const [name, value] of Object.entries(numbers)) {
    const fits = Number.isInteger(value) && Math.abs(/** @type {number} */ (value)) < 2 ** 31;
    if (value !== undefined && !fits) throw accountError('argument-invalid', `${name} must be a whole number.`);
  }
}

/** A query that can be narrowed, ordered and run. Each step returns a new one; nothing is asked before the last word. */
export class Query {
  #run;
  #filters;
  #orders;

  /**
   * @param {Run} run
   * @param {QuerySpec['filters']} [filters]
   * @param {QuerySpec['orders']} [orders]
   */
  constructor(run, filters = [], orders = []) {
    this.#run = run;
    this.#filters = filters;
    this.#orders = orders;
  }

  /**
   * Keeps the users whose columns equal these values; null finds the empty ones.
   * @param {Partial<Record<Column, string | number | bigint | Date | null>>} wanted
   */
  filterBy(wanted) {
    checkObject(wanted, 'What filterBy takes');
    /** @type {QuerySpec['filters']} */
    const added = Object.entries(wanted).map(([column, value]) => [columnOf(column), filterValue(value)]);
    return new Query(this.#run, [...this.#filters, ...added], this.#orders);
  }

  /**
   * Orders by the bytes of the column, empty ones first; equal users by id.
   * @param {Column} column
   * @param {'asc' | 'desc'} [direction]
   */
  orderBy(column, direction = 'asc') {
    if (direction !== 'asc' && direction !== 'desc') {
      throw accountError('argument-invalid', "The direction is 'asc' or 'desc'.");
    }
    return new Query(this.#run, this.#filters, [...this.#orders, [columnOf(column), direction === 'desc']]);
  }

  /** @param {Verb} verb @param {PageOptions} [page] */
  #ask(verb, page) {
    return this.#run({ filters: this.#filters, orders: this.#orders, verb, page });
  }

  /** @returns {Promise<User[]>} */
  async all() {
    return (await this.#ask('all')).map(userOf);
  }

  /** @returns {Promise<User | null>} */
  async first() {
    return userOrNull(await this.#ask('first'));
  }

  /**
   * The first user, or `not-found`.
   * @returns {Promise<User>}
   */
  async firstOrNotFound() {
    const user = await this.first();
    if (user === null) throw accountError('not-found');
    return user;
  }

  /**
   * The only user; `not-found` or `multiple-found` when there is another number of them.
   * @returns {Promise<User>}
   */
  async one() {
    return userOf(await this.#ask('one'));
  }

  /**
   * The only user or null; `multiple-found` when there are more.
   * @returns {Promise<User | null>}
   */
  async oneOrNone() {
    return userOrNull(await this.#ask('one_or_none'));
  }

  /** @returns {Promise<number>} */
  async count() {
    return this.#ask('count');
  }

  /**
   * One page of users, with what a pager shows.
   * @param {PageOptions} [options]
   * @returns {Promise<Page>}
   */
  async paginate(options = {}) {
    checkObject(options, 'What paginate takes');
    const { page, perPage, maxPerPage, errorOut, iterPages } = options;
    checkIntegers({ page, perPage, maxPerPage, ...iterPages });
    const request = { page, perPage, maxPerPage, errorOut, iterPages };
    const reply = await this.#ask('paginate', request);
    return new Page(reply, (number) => this.paginate({ ...request, page: number, perPage: reply.per_page }));
  }
}

export class Page {
  #turn;

  /**
   * @param {any} reply
   * @param {(page: number) => Promise<Page>} turn
   */
  constructor(reply, turn) {
    this.#turn = turn;
    /** @type {number} */
    this.page = reply.page;
    /** @type {number} */
    this.perPage = reply.per_page;
    /** @type {number | null} */
    this.maxPerPage = reply.max_per_page;
    /** @type {number} users in all */
    this.total = reply.total;
    /** @type {number} pages in all; 0 when there are no users */
    this.pages = reply.pages;
    /** @type {number} number of the first user here among all, counted from 1; 0 on an empty page */
    this.first = reply.first;
    /** @type {number} */
    this.last = reply.last;
    /** @type {boolean} */
    this.hasPrev = reply.has_prev;
    /** @type {number | null} */
    this.prevNum = reply.prev_num;
    /** @type {boolean} */
    this.hasNext = reply.has_next;
    /** @type {number | null} */
    this.nextNum = reply.next_num;
    /** @type {(number | null)[]} what a pager shows; null is a gap */
    this.iterPages = reply.iter_pages;
    /** @type {User[]} */
    this.items = reply.items.map(userOf);
  }

  [Symbol.iterator]() {
    return this.items[Symbol.iterator]();
  }

  /** @returns {Promise<Page>} */
  prev() {
    return this.#turn(this.page - 1);
  }

  /** @returns {Promise<Page>} */
  next() {
    return this.#turn(this.page + 1);
  }
}

/** All users of this database: a query over all of them, and `get`. */
export class Users extends Query {
  /**
   * @param {number | bigint | string | null} id null and text that is no id find nobody
   * @returns {Promise<User | null>}
   */
  async get(id) {
    if (!['number', 'bigint', 'string'].includes(typeof id) || !/^\d+$/.test(String(id))) return null;
    return this.filterBy({ id: String(id) }).first();
  }

  /**
   * The user with this id, or `not-found`.
   * @param {number | bigint | string | null} id
   */
  async getOrNotFound(id) {
    const user = await this.get(id);
    if (user === null) throw accountError('not-found');
    return user;
  }
}

/** @param {import('./user.js').UserReply} reply */
function userOf(reply) {
  return new User(reply);
}

/** @param {import('./user.js').UserReply | null} reply */
function userOrNull(reply) {
  return reply === null ? null : new User(reply);
}
