// @ts-check
// How often somebody may ask: a bucket of tokens for each address and each login, which fills again with time. In
// this process's memory: several processes allow as many times as much.

import { Failure } from './failure.js';

/**
 * @typedef {object} Rate
 * @property {number} burst how many at once
 * @property {number} perMinute how many are given back in a minute
 */

/**
 * @typedef {object} Limits
 * @property {number} bodyBytes
 * @property {number} ops in one push
 * @property {Rate} requests by address
 * @property {Rate} pushedOps by address
 * @property {Rate} logInsByAddress
 * @property {Rate} logInsByLogin
 */

/** @type {Limits} */
export const defaultLimits = {
  bodyBytes: 4 * 1024 * 1024,
  ops: 256,
  requests: { burst: 600, perMinute: 600 },
  pushedOps: { burst: 20_000, perMinute: 2_000 },
  logInsByAddress: { burst: 60, perMinute: 30 },
  logInsByLogin: { burst: 10, perMinute: 2 },
};

const MINUTE = 60_000; // ms
const MOST_BUCKETS = 50_000;

export class Limiter {
  /** @type {Map<string, { tokens: number, at: number }>} the longest unused first */
  #buckets = new Map();
  #rate;
  #now;

  /**
   * @param {Rate} rate
   * @param {() => number} now
   */
  constructor(rate, now) {
    this.#rate = rate;
    this.#now = now;
  }

  /**
   * Rejects when there is not enough left. More than a whole bucket is let through when the bucket is full.
   * @param {string} who
   * @param {number} [count]
   */
  take(who, count = 1) {
    const { burst, perMinute } = this.#rate;
    const now = this.#now();
    const bucket = this.#buckets.get(who) ?? { tokens: burst, at: now };
    // A clock that ran backwards gives nothing, and takes nothing.
    const since = Math.max(0, now - bucket.at);
    const tokens = Math.min(burst, bucket.tokens + (since * perMinute) / MINUTE);
    const wanted = Math.min(count, burst);
    const allowed = tokens >= wanted;
    this.#buckets.delete(who);
    this.#buckets.set(who, { tokens: allowed ? tokens - wanted : tokens, at: now });
    if (this.#buckets.size > MOST_BUCKETS) this.#buckets.delete(this.#buckets.keys().next().value ?? '');
    if (allowed) return;
    throw new Failure('too-many-requests', { retryAfterMs: Math.ceil(((wanted - tokens) * MINUTE) / perMinute) });
  }
}

/**
 * Who an address is counted as: an IPv6 network of 64 bits is one household's.
 * @param {string} address
 */
export function countedAs(address) {
  if (!address.includes(':')) return address;
  const mapped = address.match(/^::ffff:(\d+\.\d+\.\d+\.\d+)$/i);
  if (mapped) return mapped[1];
  const [head, tail] = address.split('::');
  const groups = head.split(':');
  const given = groups.length + (tail === undefined ? 0 : tail.split(':').length);
  const whole =
    tail === undefined ? groups : [...groups, ...Array(Math.max(0, 8 - given)).fill('0'), ...tail.split(':')];
  return whole
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
