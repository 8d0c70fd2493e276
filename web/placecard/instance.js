// @ts-check
// Instantiates placecard.wasm and calls it. No generated JavaScript: the module wants a handful of imports and gives the
// functions of src/abi.h, whose numbered conventions are kept here and nowhere else.

import { AccountError, accountError } from './errors.js';
import { foldCase, isWellFormed } from './unicode.js';

/** @typedef {import('./errors.js').Problem} Problem */

/**
 * @typedef {object} CoreOptions
 * @property {number} minPasswordChars
 * @property {{ passes: number, memory: number }} kdf cost of Argon2id, memory in bytes
 * @property {() => number} [now] milliseconds since 1970
 */

const encoder = new TextEncoder();
// A byte order mark is a character like any other here: a password may begin with one.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * One running instance of the module. Every call is synchronous; after a trap the instance is dead and refuses all
 * further calls.
 */
export class Instance {
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
        const mapped = encoder.encode(mapping(decoder.decode(this.view(text, size))));
        this.view(out, capacity).set(mapped.subarray(0, capacity));
        const needed = mapped.length;
        mapped.fill(0);
        return needed;
      };
    };
    return {
      env: {
        placecard_host_now: () => Math.round(sensible(now()) * 1000),
        /** @param {number} out @param {number} size */
        placecard_host_random: (out, size) => {
          const most = 65536; // what getRandomValues gives at once
          for (let done = 0; done < size; done += most) {
            crypto.getRandomValues(this.view(out + done, Math.min(most, size - done)));
          }
        },
        placecard_host_nfc: mapper((text) => text.normalize('NFC')),
        placecard_host_fold_case: mapper(foldCase),
      },
    };
  }

  /**
   * The module's memory; until it grows, which any call may make it do.
   * @param {number} pointer
   * @param {number} size
   */
  view(pointer, size) {
    return new Uint8Array(this.#exports.memory.buffer, pointer, size);
  }

  /** @param {number} size */
  alloc(size) {
    const pointer = this.#exports.placecard_alloc(size);
    if (pointer === 0) throw accountError('core-stopped', 'The account module has no memory left.');
    return pointer;
  }

  /**
   * Wipes and gives back what alloc gave; does nothing once the instance is dead.
   * @param {number} pointer
   * @param {number} size
   */
  free(pointer, size) {
    if (!this.#dead) this.#exports.placecard_free(pointer, size);
  }

  /**
   * Calls an export with the handle first.
   * @param {string} name without its `placecard_`
   * @param {...number} args
   * @returns {number}
   */
  call(name, ...args) {
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
  callWith(name, ...args) {
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
        const pointer = this.alloc(size);
        taken.push([pointer, size]);
        this.view(pointer, buffer.length).set(buffer);
        return [pointer, buffer.length];
      });
      return this.call(name, ...numbers);
    } finally {
      for (const [index, arg] of args.entries()) {
        if (typeof arg === 'string') /** @type {Uint8Array} */ (buffers[index]).fill(0);
      }
      for (const [pointer, size] of taken) this.free(pointer, size);
    }
  }

  /** @returns {any} the reply, parsed */
  #reply() {
    const pointer = this.call('reply');
    return JSON.parse(decoder.decode(this.view(pointer, this.call('reply_size'))));
  }

  /**
   * The reply, or the AccountError it stands for.
   * @param {number} error
   * @returns {any}
   */
  answer(error) {
    const reply = this.#reply();
    if (error === 0) return reply;
    throw new AccountError(problemsOf(reply.problems), {
      row: reply.row === -1 ? undefined : reply.row,
      retryAfterMs: reply.retryAfterMs === 0 ? undefined : reply.retryAfterMs,
    });
  }

  close() {
    if (!this.#dead && this.#handle !== 0) this.#exports.placecard_delete(this.#handle);
    this.#dead = true;
  }
}

/** @param {[import('./errors.js').ErrorCode, string][]} pairs */
export function problemsOf(pairs) {
  return pairs.map(([code, field]) => ({ code, field }));
}

/**
 * A moment that can be stored, years 1 to 9999; the system's when a page's clock gives none.
 * @param {number} time
 */
function sensible(time) {
  return Number.isFinite(time) && time >= -62135596800000 && time < 253402300800000 ? time : wallClock();
}

/**
 * Milliseconds since the epoch. The fraction is only there to tell moments apart: timeOrigin + now() would be finer,
 * but stands still while a laptop sleeps.
 */
function wallClock() {
  return Date.now() + (performance.now() % 1);
}
