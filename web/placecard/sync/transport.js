// @ts-check
// One request to the server, and what its answer means. Whatever was not said by a placecard server (no network, a
// hotel's log-in page, a proxy out of breath, a request cut off) is `sync-unreachable`: nothing is known then, and the
// same is asked again later.

import { AccountError, accountError, errorTable } from '../errors.js';

/** @typedef {import('../errors.js').ErrorCode} ErrorCode */

/** Enough for a full batch on a slow line; a network that swallows everything holds nobody up for longer. */
const PATIENCE_MS = 60_000;
const TOO_MANY = 'too-many-requests';

/** @type {Map<unknown, readonly [number, ErrorCode, string, string]>} */
const known = new Map(errorTable.map((entry) => [entry[1], entry]));

export class Transport {
  #url;
  #fetch;
  #stop = new AbortController();
  /** What the server was called when it last answered; another name after it was restored from a backup. */
  epoch = '';

  /**
   * @param {URL} url the folder that the server's /v1 lies in
   * @param {typeof globalThis.fetch} fetch
   */
  constructor(url, fetch) {
    this.#url = url;
    this.#fetch = fetch;
  }

  /**
   * @param {string} path
   * @param {{ body?: object, token?: string | null }} [request] a GET when there is no body
   * @returns {Promise<any>} the answer's JSON
   */
  async ask(path, { body, token } = {}) {
    /** @type {Record<string, string>} */
    const headers = { accept: 'application/json' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (token) headers.authorization = `Bearer ${token}`;
    let status = 0;
    let answer;
    try {
      const response = await this.#fetch(new URL(path, this.#url).href, {
        method: body === undefined ? 'GET' : 'POST',
        headers,
        body: body && JSON.stringify(body),
        cache: 'no-store',
        credentials: 'omit',
        redirect: 'error', // whoever redirects it is not who it is for
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(PATIENCE_MS)]),
      });
      status = response.status;
      answer = await response.json();
    } catch (cause) {
      throw unreachable(status, cause);
    }
    // Asked too often, a server answers before it has looked what it is called.
    if (status === 429 && answer?.error?.code === TOO_MANY) throw refusal(answer.error);
    if (typeof answer?.epoch !== 'string' || status >= 500) {
      throw unreachable(status, undefined, answer?.error?.retryAfterMs);
    }
    this.epoch = answer.epoch;
    if (status < 400) return answer;
    throw refusal(answer.error ?? {});
  }

  /** Cuts off what is under way. */
  close() {
    this.#stop.abort();
  }
}

/**
 * @param {number} status 0 when nothing answered
 * @param {unknown} cause
 * @param {number} [retryAfterMs]
 */
function unreachable(status, cause, retryAfterMs) {
  const message =
    status === 0 || status >= 500
      ? undefined
      : `Something else than the sync server answered (${status}). Everything is kept here and sent later.`;
  return new AccountError([{ code: 'sync-unreachable', field: '' }], { message, cause, retryAfterMs });
}

/** @param {{ code?: string, message?: string, retryAfterMs?: number }} error */
function refusal({ code, message, retryAfterMs }) {
  const entry = known.get(code);
  if (entry === undefined) return accountError('sync-refused', undefined, message ?? code);
  return new AccountError([{ code: entry[1], field: entry[2] }], { retryAfterMs });
}
