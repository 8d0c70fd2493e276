// @ts-check
// Loads placecard.wasm and calls it. No generated JavaScript: the module wants a handful of imports and gives the
// functions of src/abi.h, whose numbered conventions are kept here and nowhere else.

import { AccountError, accountError } from './errors.js';
import { foldCase, isWellFormed } from './unicode.js';

/** @typedef {import('./errors.js').Problem} Problem */
/** @typedef {URL | Response | BufferSource | WebAssembly.Module | PromiseLike<Response>} WasmSource */

/**
 * @typedef {object} CoreOptions
 * @property {number} minPasswordChars
 * @property {{ passes: number, memory: number }} kdf cost of Argon2id, memory in bytes
 * @property {() => number} [now] milliseconds since 1970
 */

/** What to do about a row that is not as it was sealed. @typedef {'refuse' | 'restore' | 'accept'} TamperChoice */

/** @type {TamperChoice[]} in the order of their numbers */
const tamperChoices = ['refuse', 'restore', 'accept'];

const ABSENT = -(2 ** 31); // INT32_MIN: see placecard_query_paginate

const ROW_BUFFER = 4096; // bytes; a longer row gets a longer buffer
const MAX_UTF8_PER_UNIT = 3;

const encoder = new TextEncoder();
// A byte order mark is a character like any other here: a password may begin with one.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * @param {WasmSource} source
 * @returns {Promise<WebAssembly.Module>}
 */
export async function compile(source) {
  try {
    /** @type {object} */
    const given = source instanceof URL ? await fetch(source) : await source;
    if (given instanceof WebAssembly.Module) return given;
    if (!isResponse(given)) return await WebAssembly.compile(/** @type {BufferSource} */ (given));
    if (!given.ok) throw new Error(`${given.url} answered ${given.status}`);
    // Streaming compilation insists on the bare MIME type, which not every static host sets.
    if (given.headers.get('content-type') === 'application/wasm') return await WebAssembly.compileStreaming(given);
    return await WebAssembly.compile(await given.arrayBuffer());
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw accountError('core-unavailable', `The account module could not be loaded: ${reason}`, cause);
  }
}

/**
 * @param {object} given
 * @returns {given is Response}
 */
function isResponse(given) {
  return 'arrayBuffer' in given;
}

/**
 * One running instance of the module. Every call is synchronous; after a trap the instance is dead and refuses all
 * further calls.
 */
export class Core {
  #exports;
  #handle = 0;
  #dead = false;

  /**
   * @param {WebAssembly.Module} module
   * @param {CoreOptions} options
   */
  constructor(module, { minPasswordChars, kdf, now = wallClock }) {
    const instance = new WebAssembly.Instance(module, this.#imports(now));
    this.#exports = /** @type {Record<string, Function> & { memory: WebAssembly.Memory }} */ (
      /** @type {unknown} */ (instance.exports)
    );
    this.#exports._initialize();
    this.#handle = this.#exports.placecard_new(minPasswordChars, kdf.passes, kdf.memory);
    if (this.#handle === 0) throw accountError('argument-invalid', 'kdf is too cheap or too dear: see OpenOptions.');
  }

  /** @param {() => number} now */
  #imports(now) {
    /** @param {(text: string) => string} mapping */
    const mapper = (mapping) => {
      /** @param {number} text @param {number} size @param {number} out @param {number} capacity */
      return (text, size, out, capacity) => {
        const mapped = encoder.encode(mapping(decoder.decode(this.#view(text, size))));
        this.#view(out, capacity).set(mapped.subarray(0, capacity));
        const needed = mapped.length;
        mapped.fill(0);
        return needed;
      };
    };
    return {
      env: {
        placecard_host_now: () => Math.round(now() * 1000),
        /** @param {number} out @param {number} size */
        placecard_host_random: (out, size) => {
          const most = 65536; // what getRandomValues gives at once
          for (let done = 0; done < size; done += most) {
            crypto.getRandomValues(this.#view(out + done, Math.min(most, size - done)));
          }
        },
        placecard_host_nfc: mapper((text) => text.normalize('NFC')),
        placecard_host_fold_case: mapper(foldCase),
        // Views are made anew for each use, so growth needs no answer.
        emscripten_notify_memory_growth: () => {},
      },
    };
  }

  /**
   * @param {number} pointer
   * @param {number} size
   */
  #view(pointer, size) {
    return new Uint8Array(this.#exports.memory.buffer, pointer, size);
  }

  /** @param {number} size */
  #alloc(size) {
    const pointer = this.#exports.placecard_alloc(size);
    if (pointer === 0) throw accountError('core-stopped', 'The account module has no memory left.');
    return pointer;
  }

  /**
   * Calls an export with the handle first.
   * @param {string} name without its `placecard_`
   * @param {...number} args
   * @returns {number}
   */
  #call(name, ...args) {
    if (this.#dead) throw accountError('core-stopped');
    try {
      return this.#exports[`placecard_${name}`](this.#handle, ...args);
    } catch (cause) {
      this.#dead = true;
      throw accountError('core-stopped', undefined, cause);
    }
  }

  /**
   * Calls an export with texts or bytes as (pointer, size) pairs, which are wiped afterwards whatever happens.
   * @param {string} name
   * @param {(string | Uint8Array | null | number)[]} args
   * @returns {number}
   */
  #callWith(name, ...args) {
    if (this.#dead) throw accountError('core-stopped');
    const buffers = args.map((arg) => {
      if (typeof arg !== 'string') return arg;
      if (!isWellFormed(arg)) throw accountError('argument-invalid', 'A text contains half a surrogate pair.');
      return encoder.encode(arg);
    });
    /** @type {[number, number][]} */
    const taken = [];
    try {
      const numbers = buffers.flatMap((buffer) => {
        if (buffer === null) return [0, 0];
        if (typeof buffer === 'number') return [buffer];
        const size = Math.max(buffer.length, 1);
        const pointer = this.#alloc(size);
        taken.push([pointer, size]);
        this.#view(pointer, buffer.length).set(buffer);
        return [pointer, buffer.length];
      });
      return this.#call(name, ...numbers);
    } finally {
      for (const [index, arg] of args.entries()) {
        if (typeof arg === 'string') /** @type {Uint8Array} */ (buffers[index]).fill(0);
      }
      if (!this.#dead) for (const [pointer, size] of taken) this.#exports.placecard_free(pointer, size);
    }
  }

  /** @returns {any} the reply, parsed */
  #reply() {
    const pointer = this.#call('reply');
    return JSON.parse(decoder.decode(this.#view(pointer, this.#call('reply_size'))));
  }

  /**
   * The reply, or the AccountError it stands for.
   * @param {number} error
   * @returns {any}
   */
  #answer(error) {
    const reply = this.#reply();
    if (error === 0) return reply;
    throw new AccountError(problemsOf(reply.problems), {
      row: reply.row === -1 ? undefined : reply.row,
      retryAfterMs: reply.retryAfterMs === 0 ? undefined : reply.retryAfterMs,
    });
  }

  /** @returns {[number, string, string][]} */
  errorTable() {
    return this.#answer(this.#call('error_table'));
  }

  close() {
    if (!this.#dead && this.#handle !== 0) this.#exports.placecard_delete(this.#handle);
    this.#dead = true;
  }

  // --- the database's bytes -------------------------------------------------------------------------------------

  /**
   * Fills the image a piece at a time, before `open` or with another tab's pages before `refresh`.
   * @param {number} offset
   * @param {Uint8Array} bytes
   */
  write(offset, bytes) {
    this.#callWith('image_write', offset, bytes);
  }

  /** @param {boolean} fromAFile whether anybody but placecard may have written the bytes */
  open(fromAFile) {
    this.#answer(this.#call('open', fromAFile ? 1 : 0));
  }

  get size() {
    return this.#call('image_size');
  }

  /** @param {number} size */
  resize(size) {
    this.#call('image_resize', size);
  }

  /**
   * Takes what was written from outside for stored, and starts from it.
   * @param {boolean} whole whether it may be another database altogether
   */
  refresh(whole) {
    this.#answer(this.#call('refresh', whole ? 1 : 0));
  }

  /**
   * A copy of the database's bytes.
   * @param {number} [from]
   * @param {number} [to]
   */
  read(from = 0, to = this.size) {
    const bytes = new Uint8Array(to - from);
    for (let offset = from; offset < to; ) {
      const run = Math.min(this.#call('image_run', offset), to - offset);
      bytes.set(this.#view(this.#call('image_at', offset), run), offset - from);
      offset += run;
    }
    return bytes;
  }

  get dirty() {
    return this.#call('is_dirty') === 1;
  }

  /** Numbers of the 4 KiB pages that differ from what is stored. */
  dirtyPages() {
    const pointer = this.#call('dirty_pages');
    return new Uint32Array(this.#exports.memory.buffer, pointer, this.#call('dirty_count')).slice();
  }

  acknowledge() {
    this.#call('acknowledge');
  }

  undo() {
    this.#call('undo');
  }

  importBegin() {
    this.#call('import_begin');
  }

  /** @param {Uint8Array} bytes */
  importAppend(bytes) {
    this.#callWith('import_append', bytes);
  }

  /** @returns {number} how many users the new database has */
  importApply() {
    return this.#answer(this.#call('import_apply'));
  }

  importCancel() {
    this.#call('import_cancel');
  }

  // --- users ----------------------------------------------------------------------------------------------------

  /**
   * @param {import('./users.js').QuerySpec} query
   * @returns {any}
   */
  query({ filters, orders, verb, page }) {
    this.#call('query_begin');
    for (const [column, value] of filters) {
      const error = this.#callWith('query_filter', column, value);
      if (error !== 0) this.#answer(error);
    }
    for (const [column, descending] of orders) {
      const error = this.#callWith('query_order', column, descending ? 1 : 0);
      if (error !== 0) this.#answer(error);
    }
    if (verb !== 'paginate') return this.#answer(this.#call(`query_${verb}`));
    const number = (/** @type {number | undefined} */ given) => given ?? ABSENT;
    return this.#answer(
      this.#call(
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
    return problemsOf(this.#answer(this.#callWith('check', username, email, password)));
  }

  // --- accounts: prepare, apply, settle or abandon -----------------------------------------------------------------

  /**
   * Slow, and changes nothing. The name of an export without its `placecard_prepare_`, and what it takes.
   * @param {'sign_up' | 'log_in' | 'change_password' | 'recover' | 'delete_account'} operation
   * @param {...(string | number)} args
   * @returns {number} the prepared operation
   */
  prepare(operation, ...args) {
    return this.#answer(this.#callWith(`prepare_${operation}`, ...args));
  }

  /**
   * @param {number} prepared
   * @param {TamperChoice} tampered
   * @returns {import('./user.js').UserReply | null}
   */
  apply(prepared, tampered) {
    return this.#answer(this.#call('apply', prepared, tamperChoices.indexOf(tampered)));
  }

  /**
   * @param {number} prepared
   * @returns {number} the session that begins or goes on; 0 when none does
   */
  settle(prepared) {
    return this.#call('settle', prepared);
  }

  /** @param {number} prepared */
  abandon(prepared) {
    this.#call('abandon', prepared);
  }

  /** @param {number} session */
  currentUser(session) {
    return this.#answer(this.#call('current_user', session));
  }

  /** @param {number} session */
  logOut(session) {
    this.#call('log_out', session);
  }

  /**
   * @param {number} session
   * @param {string | null} username
   * @param {string | null} email
   */
  update(session, username, email) {
    return this.#answer(this.#callWith('update', session, username, email));
  }

  /** @param {number} session */
  createRecoveryCode(session) {
    return this.#answer(this.#call('create_recovery_code', session));
  }

  /**
   * @param {number} session
   * @param {string} key
   * @returns {any} the value; undefined when there is none
   */
  dataGet(session, key) {
    return this.#answer(this.#callWith('data_get', session, key))[0];
  }

  /** @param {number} session @returns {string[]} */
  dataList(session) {
    return this.#answer(this.#call('data_list', session));
  }

  /**
   * @param {number} session
   * @param {string} key
   * @param {string} json
   */
  dataSet(session, key, json) {
    this.#answer(this.#callWith('data_set', session, key, json));
  }

  /**
   * @param {number} session
   * @param {string} key
   * @returns {boolean} whether there was one
   */
  dataDelete(session, key) {
    return this.#answer(this.#callWith('data_delete', session, key)) === 1;
  }

  /**
   * @param {import('./users.js').UserRow[]} rows
   * @returns {number} how many
   */
  importRows(rows) {
    this.#call('rows_begin');
    // One buffer and one view for all rows: making them for each would cost more than storing it.
    let size = ROW_BUFFER;
    let pointer = this.#alloc(size);
    let view = this.#view(pointer, size);
    try {
      for (const [id, username, email, passwordHash, joinedAt] of rows) {
        const together = (username ?? '') + (email ?? '') + (passwordHash ?? '') + (joinedAt ?? '');
        const most = together.length * MAX_UTF8_PER_UNIT;
        if (most > size) {
          this.#exports.placecard_free(pointer, size);
          size = 0; // should there be no more memory
          pointer = this.#alloc(most);
          size = most;
          view = this.#view(pointer, size);
        }
        if (view.length === 0) view = this.#view(pointer, size); // the memory has grown
        if (encoder.encodeInto(together, view).written !== together.length) {
          this.#callWith('rows_add', id, username, email, passwordHash, joinedAt);
          continue;
        }
        // All ASCII: every text is as many bytes as characters.
        const atEmail = pointer + (username?.length ?? 0);
        const atHash = atEmail + (email?.length ?? 0);
        const atJoined = atHash + (passwordHash?.length ?? 0);
        this.#call(
          'rows_add',
          id,
          username === null ? 0 : pointer,
          atEmail - pointer,
          email === null ? 0 : atEmail,
          atHash - atEmail,
          passwordHash === null ? 0 : atHash,
          atJoined - atHash,
          joinedAt === null ? 0 : atJoined,
          joinedAt?.length ?? 0,
        );
      }
    } finally {
      if (!this.#dead && size > 0) this.#exports.placecard_free(pointer, size);
    }
    return this.#answer(this.#call('rows_apply'));
  }
}

/** @param {[import('./errors.js').ErrorCode, string][]} pairs */
function problemsOf(pairs) {
  return pairs.map(([code, field]) => ({ code, field }));
}

/**
 * Milliseconds since the epoch. The fraction is only there to tell moments apart: timeOrigin + now() would be finer,
 * but stands still while a laptop sleeps.
 */
function wallClock() {
  return Date.now() + (performance.now() % 1);
}
