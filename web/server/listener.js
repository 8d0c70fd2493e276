// @ts-check
// node:http on one side, Request and Response on the other.

/** @typedef {import('node:http').IncomingMessage} IncomingMessage */
/** @typedef {import('node:http').ServerResponse} ServerResponse */

/**
 * @typedef {object} ListenerOptions
 * @property {boolean} [trustProxy] believe the last X-Forwarded-For: only behind a proxy of yours that sets it
 * @property {(request: IncomingMessage, response: ServerResponse) => void} [fallback] answers what is not the server's: the page
 */

/**
 * @param {import('./handler.js').Handler} handler
 * @param {ListenerOptions & { base?: string }} [options]
 * @returns {(request: IncomingMessage, response: ServerResponse) => Promise<void>}
 */
export function nodeListener(handler, { trustProxy = false, fallback, base = '' } = {}) {
  return async (message, response) => {
    const path = message.url ?? '/';
    if (
      fallback !== undefined &&
      !path.startsWith(`${base}/v1/`) &&
      !/^\/healthz(\?|$)/.test(path.slice(base.length))
    ) {
      fallback(message, response);
      return;
    }
    const request = asRequest(message);
    if (request === null) {
      response.writeHead(400).end();
      return;
    }
    const answer = await handler(request, { address: addressOf(message, trustProxy) });
    const body = new Uint8Array(await answer.arrayBuffer());
    // A body that was too large to be read is still coming in: the connection is no good for another request.
    const close = message.complete ? {} : { connection: 'close' };
    response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...close }).end(body);
  };
}

/** @param {IncomingMessage} message @returns {Request | null} nothing when it is no request for a page of any host */
function asRequest(message) {
  const headers = new Headers();
  try {
    for (const [name, value] of Object.entries(message.headers)) {
      for (const each of [value ?? ''].flat()) headers.append(name, each);
    }
    const url = new URL(message.url ?? '/', `http://${message.headers.host ?? 'localhost'}`);
    const method = message.method ?? 'GET';
    if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers });
    const init = { method, headers, body: bodyOf(message), duplex: 'half' };
    return new Request(url, /** @type {RequestInit} */ (init));
  } catch {
    return null;
  }
}

/** @param {IncomingMessage} message @returns {ReadableStream<Uint8Array>} */
function bodyOf(message) {
  let ended = false;
  return new ReadableStream({
    start: (controller) => {
      const fail = (/** @type {unknown} */ cause) => {
        if (!ended) controller.error(cause);
        ended = true;
      };
      message.on('data', (/** @type {Uint8Array} */ chunk) => {
        if (ended) return;
        controller.enqueue(new Uint8Array(chunk));
        if ((controller.desiredSize ?? 0) <= 0) message.pause();
      });
      message.on('end', () => {
        if (!ended) controller.close();
        ended = true;
      });
      message.on('error', fail);
      message.on('close', () => fail(new Error('the connection was closed')));
    },
    pull: () => {
      message.resume();
    },
    // What still comes is thrown away, so that the answer can be read.
    cancel: () => {
      ended = true;
      message.resume();
    },
  });
}

/** @param {IncomingMessage} message @param {boolean} trustProxy */
function addressOf(message, trustProxy) {
  const forwarded = trustProxy ? message.headers['x-forwarded-for'] : undefined;
  const last = [forwarded ?? []].flat().join(',').split(',').at(-1)?.trim();
  return last || message.socket.remoteAddress || '';
}
