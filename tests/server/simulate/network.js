// What lies between the devices and the server. A request is here until the simulator says what becomes of it; so is
// the answer to it.

const portal = '<!doctype html><title>Hotel Adriatic</title><p>Room number?';

/**
 * @typedef {object} Message
 * @property {import('./device.js').Device} from
 * @property {number} life of the device: after a crash nobody waits for the answer
 * @property {{ url: string, init: any }} request
 * @property {Response | null} answer once the server has given it
 * @property {(response: Response) => void} resolve
 * @property {(error: Error) => void} reject
 */

export class Network {
  /** @type {Message[]} */
  messages = [];
  /** Copies of requests that their senders have given up or sent already. @type {Message['request'][]} */
  ghosts = [];
  /** Everything that was ever sent, to be searched for secrets. @type {string[]} */
  wire = [];
  #server;

  /** @param {import('./server.js').Server} server */
  constructor(server) {
    this.#server = server;
  }

  /**
   * @param {import('./device.js').Device} from
   * @returns {typeof fetch}
   */
  fetchOf(from) {
    const { life } = from;
    return /** @type {any} */ (
      (/** @type {string} */ url, /** @type {any} */ init) =>
        new Promise((resolve, reject) => {
          const { signal, ...rest } = init; // the clock is the simulator's
          this.wire.push(`${rest.method} ${url} ${JSON.stringify(rest.headers)} ${rest.body ?? ''}`);
          this.messages.push({ from, life, request: { url, init: rest }, answer: null, resolve, reject });
          from.stirred();
        })
    );
  }

  /**
   * A step of a message on its way: the request arrives, or the answer does.
   * @param {Message} message
   */
  async deliver(message) {
    if (message.answer === null) {
      message.answer = await this.#server.answer(message.request);
      return;
    }
    this.#end(message);
    await message.from.hears(message.life, () => message.resolve(/** @type {Response} */ (message.answer)));
  }

  /** Cut off, on the way there or back. A copy of the request may arrive much later. @param {Message} message @param {boolean} haunts */
  async lose(message, haunts) {
    this.#end(message);
    if (haunts) this.ghosts.push(message.request);
    await message.from.hears(message.life, () => message.reject(new TypeError('fetch failed')));
  }

  /** Somebody else answers. @param {Message} message @param {number} status */
  async impersonate(message, status) {
    this.#end(message);
    const headers = { 'content-type': 'text/html' };
    await message.from.hears(message.life, () => message.resolve(new Response(portal, { status, headers })));
  }

  /** The request arrives twice. @param {Message} message */
  async repeat(message) {
    await this.#server.answer(message.request);
  }

  /** @param {number} index */
  async haunt(index) {
    const [request] = this.ghosts.splice(index, 1);
    await this.#server.answer(request);
  }

  /** @param {Message} message */
  #end(message) {
    this.messages.splice(this.messages.indexOf(message), 1);
  }
}
