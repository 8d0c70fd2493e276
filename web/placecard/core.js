// @ts-check
// What src/abi.h offers, as methods: each is a check around one call or a few.

import { CoreSync } from './core-sync.js';
import { accountError } from './errors.js';
import { Instance, problemsOf } from './instance.js';
import { importRows } from './rows.js';

/** @typedef {import('./errors.js').Problem} Problem */
/** @typedef {import('./instance.js').CoreOptions} CoreOptions */

/** What to do about a row that is not as it was sealed. @typedef {'refuse' | 'restore' | 'accept'} TamperChoice */

/** @type {TamperChoice[]} in the order of their numbers */
const tamperChoices = ['refuse', 'restore', 'accept'];

/** How a kept session ends; abi.h says what each does. @typedef {'log-out' | 'lock' | 'discard'} Ending */

/** @type {Ending[]} in the order of their numbers */
const endings = ['log-out', 'lock', 'discard'];

/**
 * What opens a kept session. `key` all zeros: it comes from `tab`. `tab` all zeros: there are no tabs.
 * @typedef {{ id: Uint8Array, key: Uint8Array, tab: Uint8Array, install: Uint8Array }} Keys
 */
/**
 * How a session that begins is to be kept.
 * @typedef {Keys & { remembered: boolean, fresh: boolean, idleMs: number, absoluteMs: number }} Grant
 */
/**
 * `due`: it was not seen for a while, or has lost its freshness; renew it.
 * @typedef {{ session: number, user: import('./user.js').UserReply, fresh: boolean, remembered: boolean,
 *   protected: boolean, expiresAtMs: number, due: boolean }} ResumeReply
 */
/**
 * Id and uid in hexadecimal, remembered, locked, current, user.
 * @typedef {[string, string, boolean, boolean, boolean, import('./user.js').UserReply]} SessionReply
 */

const ABSENT = -(2 ** 31); // INT32_MIN: see placecard_query_paginate

export class Core {
  #instance;

  /**
   * @param {WebAssembly.Module} module
   * @param {CoreOptions} options
   */
  constructor(module, options) {
    this.#instance = new Instance(module, options);
    this.sync = new CoreSync(this.#instance);
  }

  /** @returns {[number, string, string][]} */
  errorTable() {
    return this.#instance.answer(this.#instance.call('error_table'));
  }

  close() {
    this.#instance.close();
  }

  // --- the database's bytes -------------------------------------------------------------------------------------

  /**
   * Fills the image a piece at a time, before `open` or with another tab's pages before `refresh`.
   * @param {number} offset
   * @param {Uint8Array} bytes
   */
  write(offset, bytes) {
    this.#instance.call('image_edit', offset, bytes.length);
    this.#eachRun(offset, offset + bytes.length, (run, at) => run.set(bytes.subarray(at, at + run.length)));
  }

  /** @param {boolean} fromAFile whether anybody but placecard may have written the bytes */
  open(fromAFile) {
    this.#instance.answer(this.#instance.call('open', fromAFile ? 1 : 0));
  }

  get size() {
    return this.#instance.call('image_size');
  }

  /** @param {number} size */
  resize(size) {
    this.#instance.call('image_resize', size);
  }

  /**
   * Takes what was written from outside for stored, and starts from it.
   * @param {boolean} whole whether it may be another database altogether
   */
  refresh(whole) {
    this.#instance.answer(this.#instance.call('refresh', whole ? 1 : 0));
  }

  /**
   * A copy of the database's bytes.
   * @param {number} [from]
   * @param {number} [to]
   */
  read(from = 0, to = this.size) {
    const bytes = new Uint8Array(to - from);
    this.#eachRun(from, to, (run, at) => bytes.set(run, at));
    return bytes;
  }

  /**
   * @param {number} from
   * @param {number} to
   * @param {(run: Uint8Array, at: number) => void} use with the bytes as they lie there, and how far from `from`
   */
  #eachRun(from, to, use) {
    for (let offset = from; offset < to; ) {
      const length = Math.min(this.#instance.call('image_run', offset), to - offset);
      use(this.#instance.view(this.#instance.call('image_at', offset), length), offset - from);
      offset += length;
    }
  }

  get dirty() {
    return this.#instance.call('is_dirty') === 1;
  }

  /** Where bytes differ from what is stored: offset and size in turn. */
  changes() {
    const pointer = this.#instance.call('changes');
    return new Uint32Array(this.#instance.view(pointer, 8 * this.#instance.call('changes_count')).slice().buffer);
  }

  acknowledge() {
    this.#instance.call('acknowledge');
  }

  undo() {
    this.#instance.call('undo');
  }

  importBegin() {
    this.#instance.call('import_begin');
  }

  /** @param {Uint8Array} bytes */
  importAppend(bytes) {
    this.#instance.callWith('import_append', bytes);
  }

  /** @returns {number} how many users the new database has */
  importApply() {
    return this.#instance.answer(this.#instance.call('import_apply'));
  }

  importCancel() {
    this.#instance.call('import_cancel');
  }

  // --- users ----------------------------------------------------------------------------------------------------

  /**
   * @param {import('./users.js').QuerySpec} query
   * @returns {any}
   */
  query({ filters, orders, verb, page }) {
    this.#instance.call('query_begin');
    for (const [column, value] of filters) {
      const error = this.#instance.callWith('query_filter', column, value);
      if (error !== 0) this.#instance.answer(error);
    }
    for (const [column, descending] of orders) {
      const error = this.#instance.callWith('query_order', column, descending ? 1 : 0);
      if (error !== 0) this.#instance.answer(error);
    }
    if (verb !== 'paginate') return this.#instance.answer(this.#instance.call(`query_${verb}`));
    const number = (/** @type {number | undefined} */ given) => given ?? ABSENT;
    return this.#instance.answer(
      this.#instance.call(
        'query_paginate',
        number(page?.page),
        number(page?.perPage),
        number(page?.maxPerPage),
        page?.errorOut === false ? 0 : 1,
        page?.iterPages?.leftEdge ?? 2,
        page?.iterPages?.leftCurrent ?? 2,
        page?.iterPages?.rightCurrent ?? 4,
        page?.iterPages?.rightEdge ?? 2,
      ),
    );
  }

  /**
   * @param {string} username
   * @param {string} email
   * @param {string} password
   * @returns {Problem[]}
   */
  check(username, email, password) {
    return problemsOf(this.#instance.answer(this.#instance.callWith('check', username, email, password)));
  }

  // --- accounts: prepare, apply, settle or abandon -----------------------------------------------------------------

  /**
   * Slow, and changes nothing. The name of an export without its `placecard_prepare_`, and what it takes.
   * @param {'sign_up' | 'log_in' | 'change_password' | 'recover' | 'delete_account' | 'confirm'} operation
   * @param {...(string | number)} args
   * @returns {number} the prepared operation
   */
  prepare(operation, ...args) {
    return this.#instance.answer(this.#instance.callWith(`prepare_${operation}`, ...args));
  }

  /**
   * @param {number} prepared
   * @param {{ tampered?: TamperChoice, force?: boolean, logOuts?: number }} [options] `logOuts`: how many there were
   *   when the operation began; one more since then overtakes it
   * @returns {import('./user.js').UserReply | null}
   */
  apply(prepared, { tampered = 'refuse', force = false, logOuts = -1 } = {}) {
    const choice = tamperChoices.indexOf(tampered);
    return this.#instance.answer(this.#instance.call('apply', prepared, choice, Number(force), logOuts));
  }

  /**
   * @param {number} prepared
   * @returns {number} the session that begins or goes on; 0 when none does
   */
  settle(prepared) {
    return this.#instance.call('settle', prepared);
  }

  /** @param {number} prepared */
  abandon(prepared) {
    this.#instance.call('abandon', prepared);
  }

  /** @param {number} session */
  currentUser(session) {
    return this.#instance.answer(this.#instance.call('current_user', session));
  }

  /** @param {number} session */
  logOut(session) {
    this.#instance.call('log_out', session);
  }

  /**
   * @param {number} session
   * @param {string | null} username
   * @param {string | null} email
   */
  update(session, username, email) {
    return this.#instance.answer(this.#instance.callWith('update', session, username, email));
  }

  /** @param {number} session */
  createRecoveryCode(session) {
    return this.#instance.answer(this.#instance.call('create_recovery_code', session));
  }

  /** @param {number} session @param {boolean} active */
  setActive(session, active) {
    return this.#instance.answer(this.#instance.call('set_active', session, Number(active)));
  }

  // --- sessions kept in rows ---------------------------------------------------------------------------------------

  /**
   * Keeps the session that an applied operation begins, in the same commit.
   * @param {number} prepared
   * @param {Grant} grant
   */
  sessionKeep(prepared, grant) {
    const flags = Number(grant.remembered) + 2 * Number(grant.fresh);
    this.#withKeys(grant, (keys) =>
      this.#instance.callWith('session_keep', prepared, keys, flags, grant.idleMs, grant.absoluteMs),
    );
  }

  /**
   * @param {Keys} keys
   * @param {number} protection 0 off, 1 basic, 2 strong
   * @returns {ResumeReply}
   */
  sessionResume(keys, protection) {
    return this.#withKeys(keys, (packed) => this.#instance.callWith('session_resume', packed, protection));
  }

  /**
   * @param {number} session
   * @param {Keys} keys
   * @param {boolean} [fresh] as it is when absent
   */
  sessionRenew(session, keys, fresh) {
    const freshness = fresh === undefined ? 1 : 2 * Number(fresh);
    this.#withKeys(keys, (packed) => this.#instance.callWith('session_renew', session, packed, freshness));
  }

  /** @param {Uint8Array} id @param {Ending} how */
  sessionEnd(id, how) {
    this.#instance.answer(this.#instance.callWith('session_end', id, endings.indexOf(how)));
  }

  countLogOut() {
    this.#instance.answer(this.#instance.call('session_count_log_out'));
  }

  /** @returns {number} */
  logOuts() {
    return this.#instance.answer(this.#instance.call('session_log_outs'));
  }

  /** @param {Uint8Array | null} id */
  sessionSwitch(id) {
    this.#instance.answer(this.#instance.callWith('session_switch', id));
  }

  /** @returns {SessionReply[]} */
  sessionList() {
    return this.#instance.answer(this.#instance.call('session_list'));
  }

  /**
   * @param {Keys} keys
   * @param {(packed: Uint8Array) => number} call
   * @returns {any}
   */
  #withKeys(keys, call) {
    const packed = packKeys(keys);
    try {
      return this.#instance.answer(call(packed));
    } finally {
      packed.fill(0);
    }
  }

  /**
   * @param {number} session
   * @param {string} key
   * @returns {any} the value; undefined when there is none
   */
  dataGet(session, key) {
    return this.#instance.answer(this.#instance.callWith('data_get', session, key))[0];
  }

  /** @param {number} session @returns {string[]} */
  dataList(session) {
    return this.#instance.answer(this.#instance.call('data_list', session));
  }

  /**
   * @param {number} session
   * @param {string} key
   * @param {string} json
   */
  dataSet(session, key, json) {
    this.#instance.answer(this.#instance.callWith('data_set', session, key, json));
  }

  /**
   * @param {number} session
   * @param {string} key
   * @returns {boolean} whether there was one
   */
  dataDelete(session, key) {
    return this.#instance.answer(this.#instance.callWith('data_delete', session, key)) === 1;
  }

  /**
   * @param {import('./users.js').UserRow[]} rows
   * @returns {number} how many
   */
  importRows(rows) {
    return importRows(this.#instance, rows);
  }
}

/**
 * As src/abi.h wants them, in one.
 * @param {Keys} keys
 */
function packKeys({ id, key, tab, install }) {
  const packed = new Uint8Array(16 + 3 * 32);
  let offset = 0;
  for (const [bytes, size] of /** @type {[Uint8Array, number][]} */ ([
    [id, 16],
    [key, 32],
    [tab, 32],
    [install, 32],
  ])) {
    if (!(bytes instanceof Uint8Array) || bytes.length !== size) throw accountError('argument-invalid');
    packed.set(bytes, offset);
    offset += size;
  }
  return packed;
}

/**
 * Refuses what sessionKeep would: to be called before anything is changed.
 * @param {Grant} grant
 */
export function checkGrant(grant) {
  packKeys(grant).fill(0);
  for (const limit of [grant.idleMs, grant.absoluteMs]) {
    if (!Number.isSafeInteger(limit) || limit < 0) throw accountError('argument-invalid', 'A limit is a whole number.');
  }
}
