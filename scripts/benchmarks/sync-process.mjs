import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fromRoot } from './places.mjs';

/** @typedef {import('./queue.mjs').Waiting} Waiting */

/** A process with a sync server in it. */
export class Server {
  #child;
  #url;

  /** @param {import('node:child_process').ChildProcess} child @param {number} port */
  constructor(child, port) {
    this.#child = child;
    this.#url = `http://127.0.0.1:${port}/`;
  }

  /** @param {{ url: string } | { folder: string }} where */
  static async start(where) {
    const child = fork(fromRoot('scripts/benchmarks/sync-server.mjs'));
    child.send(where);
    const ended = once(child, 'exit').then(() => {
      throw new Error('the server has ended');
    });
    const [{ port }] = await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => {}); // when it is told to
    return new Server(child, port);
  }

  get url() {
    return this.#url;
  }

  /** @param {Waiting[]} ops @returns {Promise<{ sent: number, answered: number }>} bytes */
  async push(ops) {
    const body = JSON.stringify({ ops: ops.map(({ op }) => ({ op })) });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.#url}v1/push`, { method: 'POST', headers, body });
    const answer = await response.text();
    const applied = JSON.parse(answer).results?.filter(({ status }) => status === 'applied').length;
    if (applied !== ops.length) throw new Error(`not all were applied: ${answer.slice(0, 300)}`);
    return { sent: body.length, answered: answer.length };
  }

  async stop() {
    const ended = once(this.#child, 'exit');
    this.#child.send('stop');
    await ended;
  }
}
