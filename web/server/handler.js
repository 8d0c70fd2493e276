// @ts-check
// The sync server as one function from Request to Response.

import { compile } from '../placecard/compile.js';
import { readBody } from './body.js';
import { corsHeaders } from './cors.js';
import { Failure } from './failure.js';
import { countedAs, defaultLimits, Limiter } from './limits.js';
import { usernameKey } from './names.js';
import { issueNonce } from './nonce.js';
import { pull } from './pull.js';
import { push } from './push.js';
import { sqlState } from './restart.js';
import { refreshEpoch, startService } from './service.js';
import { logIn, prelogin } from './sessions.js';
import { findBearer, needBearer, revokeToken } from './token.js';
import { version } from './version.js';

/** @typedef {import('./service.js').Service} Service */
/** @typedef {import('./limits.js').Limits} Limits */
/** @typedef {import('../placecard/compile.js').WasmSource} WasmSource */

/**
 * @typedef {object} HandlerOptions
 * @property {import('./database.js').Database} database
 * @property {WasmSource | (() => WasmSource | Promise<WasmSource>)} [wasm] where placecard.wasm is
 * @property {string[]} [origins] whose pages may talk to the server besides its own, such as https://party.example
 * @property {Partial<Limits>} [limits]
 * @property {{ passes: number, memory: number }} [kdf] the cost your accounts are made with, if it is not the default
 * @property {() => number} [now] milliseconds since 1970
 * @property {string} [base] path before /v1, when the server is mounted somewhere
 * @property {(error: unknown) => void} [onError] hears of mistakes; never of anything that is secret
 */

/** @typedef {(request: Request, connection?: { address?: string }) => Promise<Response>} Handler */

/**
 * @typedef {object} Call
 * @property {Service} service
 * @property {Request} request
 * @property {URL} url
 * @property {(who: 'requests' | 'pushedOps' | 'logInsByAddress', count?: number) => void} takeByAddress
 * @property {Limiter} logInsByLogin
 */

/** @type {Record<string, Record<string, (call: Call) => Promise<object>>>} */
const routes = {
  '/healthz': { GET: async () => ({ ok: true, version }) },
  '/v1/push': {
    POST: async ({ service, request, takeByAddress }) => {
      const body = await readBody(request, service.limits.bodyBytes);
      takeByAddress('pushedOps', Array.isArray(body.ops) ? body.ops.length : 0);
      return push(service, body, await findBearer(service, request));
    },
  },
  '/v1/pull': {
    GET: async ({ service, request, url }) =>
      pull(service, url.searchParams.get('cursor') || null, await needBearer(service, request)),
  },
  '/v1/nonce': {
    POST: async ({ service, request }) => {
      await readBody(request, SMALL_BODY);
      return { nonce: await issueNonce(service) };
    },
  },
  '/v1/prelogin': {
    POST: async (call) => prelogin(call.service, await readLogIn(call)),
  },
  '/v1/sessions': {
    POST: async (call) => logIn(call.service, await readLogIn(call)),
    DELETE: async ({ service, request }) => {
      await revokeToken(service, await needBearer(service, request));
      return {};
    },
  },
};

const SMALL_BODY = 16 * 1024; // bytes; nothing but a push is larger
const DEFAULT_KDF = { passes: 2, memory: 64 * 1024 * 1024 };

/** @param {Call} call */
async function readLogIn({ request, takeByAddress, logInsByLogin }) {
  const body = await readBody(request, SMALL_BODY);
  takeByAddress('logInsByAddress');
  // One log-in is two requests.
  if (typeof body.login === 'string') logInsByLogin.take(usernameKey(body.login.slice(0, 320)), 0.5);
  return body;
}

/**
 * @param {HandlerOptions} options
 * @param {import('./service.js').ReadElsewhere} [readElsewhere] where ops are read, if not here
 * @returns {Handler}
 */
export function createHandler(options, readElsewhere) {
  const limits = { ...defaultLimits, ...options.limits };
  const now = options.now ?? Date.now;
  const onError = options.onError ?? ((error) => console.error('placecard:', error));
  const origins = new Set(options.origins);
  const base = options.base ?? '';
  const byAddress = {
    requests: new Limiter(limits.requests, now),
    pushedOps: new Limiter(limits.pushedOps, now),
    logInsByAddress: new Limiter(limits.logInsByAddress, now),
  };
  const logInsByLogin = new Limiter(limits.logInsByLogin, now);
  const given = { database: options.database, limits, now, onError, kdf: options.kdf ?? DEFAULT_KDF };

  /** @type {Promise<Service> | null} */
  let starting = null;
  const started = () => {
    starting ??= startService(
      given,
      async () => {
        const { wasm } = options;
        if (wasm === undefined) throw new Error('createHandler needs to know where placecard.wasm is.');
        return compile(typeof wasm === 'function' ? await wasm() : wasm);
      },
      readElsewhere,
    );
    // One failure is not for ever.
    starting.catch(() => {
      starting = null;
    });
    return starting;
  };

  /** @type {Handler} */
  return async (request, { address } = {}) => {
    const headers = {
      ...corsHeaders(request, origins),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    };
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers });
    /** @type {Service | null} */
    let service = null;
    try {
      const url = new URL(request.url);
      const route = own(routes, url.pathname.startsWith(base) ? url.pathname.slice(base.length) : '');
      if (route === undefined) throw new Failure('not-found');
      const answer = own(route, request.method);
      if (answer === undefined) throw new Failure('method-not-allowed', { allow: Object.keys(route).join(', ') });
      /** @type {Call['takeByAddress']} */
      const takeByAddress = (who, count) => {
        if (address !== undefined) byAddress[who].take(countedAs(address), count);
      };
      takeByAddress('requests');
      service = await started();
      await refreshEpoch(service);
      const { epoch } = service;
      return json(200, { epoch, ...(await answer({ service, request, url, takeByAddress, logInsByLogin })) }, headers);
    } catch (error) {
      const failure = asFailure(error, onError);
      const body = { ...(service === null ? {} : { epoch: service.epoch }), error: failure.body };
      return json(failure.status, body, { ...headers, ...failure.headers });
    }
  };
}

/**
 * What was put there; not what every object has, such as a constructor.
 * @template T
 * @param {Record<string, T>} record
 * @param {string} key
 * @returns {T | undefined}
 */
function own(record, key) {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/**
 * @param {number} status
 * @param {object} body
 * @param {Record<string, string>} headers
 */
function json(status, body, headers) {
  return new Response(JSON.stringify(body), { status, headers: { ...headers, 'content-type': 'application/json' } });
}

// No connection, too many of them, shutting down (PostgreSQL, appendix A: classes 08, 53, 57).
const away = /^(08|53|57)/;
const network = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ENOENT', 'EPIPE', 'ETIMEDOUT']);

/**
 * @param {unknown} error
 * @param {(error: unknown) => void} onError
 */
function asFailure(error, onError) {
  if (error instanceof Failure) return error;
  onError(error);
  const { code } = /** @type {{ code?: string }} */ (error ?? {});
  const unavailable = away.test(sqlState(error)) || network.has(code ?? '');
  return new Failure(unavailable ? 'server-unavailable' : 'server-failed', { cause: error });
}
