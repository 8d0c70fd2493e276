// @ts-check
// What the server refuses, and how it says so. Codes that devices know are those of placecard's table of errors.

/** @type {Record<string, [status: number, message: string]>} */
const failures = {
  'body-invalid': [400, 'The request is not the JSON this address takes.'],
  'invalid-credentials': [401, 'The name or the password is wrong.'],
  'not-logged-in': [401, 'Log in first: this token is not known, or no longer.'],
  'account-inactive': [403, 'This account has been deactivated.'],
  'not-found': [404, 'There is nothing at this address.'],
  'method-not-allowed': [405, 'This address takes another method.'],
  'epoch-changed': [409, 'The server has been restored from a backup. Send everything again.'],
  'body-too-large': [413, 'The request is too large. Send it in smaller pieces.'],
  'type-unsupported': [415, 'Send JSON, with content-type: application/json.'],
  'password-scheme-unsupported': [422, 'This account has a kind of password that cannot be checked here.'],
  'too-many-requests': [429, 'Too many requests. Wait a moment, then try again.'],
  'server-failed': [500, 'The server made a mistake. Try again later.'],
  'server-unavailable': [503, 'The server cannot reach its database. Try again later.'],
};

export class Failure extends Error {
  /**
   * @param {string} code
   * @param {{ retryAfterMs?: number, allow?: string, cause?: unknown }} [details]
   */
  constructor(code, details = {}) {
    const [status, message] = failures[code];
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = status;
    this.retryAfterMs = details.retryAfterMs;
    this.allow = details.allow;
  }

  /** @returns {Record<string, string>} */
  get headers() {
    return {
      ...(this.allow === undefined ? {} : { allow: this.allow }),
      ...(this.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(this.retryAfterMs / 1000)) }),
      ...(this.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    };
  }

  get body() {
    const { code, message, retryAfterMs } = this;
    return { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
}
