// @ts-check
// How reads and writes of the core take turns, and how a write becomes durable:
//
//   catch up -> the operation, synchronously -> the bytes it changed are stored
//     -> acknowledge, or undo: memory and storage are never left apart
//     -> another tab came first: undo, apply what it stored, run the operation again, in a turn among the tabs
//
// Nothing here knows what an operation does; it may be run several times, and what it does outside the core is its own
// business.

import { accountError } from './errors.js';

const MAX_RUNS = 20;

/**
 * @template T
 * @typedef {{ value: T } | { error: unknown }} Outcome
 */

export class Commits {
  #core;
  #connection;
  #sharing;
  /** @type {Promise<unknown>} the last task; the next one waits for it */
  #tail = Promise.resolve();
  /** @type {Promise<void> | undefined} */
  #closing;
  /** @type {unknown} why what is stored cannot be used, as when a newer version has been at work */
  #refusal = null;

  /**
   * @param {import('./core.js').Core} core open
   * @param {import('./storage/storage.js').StorageConnection} connection
   */
  constructor(core, connection) {
    this.#core = core;
    this.#connection = connection;
    this.#sharing = connection.sharing;
  }

  /**
   * Runs a synchronous operation that changes nothing. Between a change and its acknowledgement memory is ahead of the
   * storage, and nobody may see that, so reads queue too.
   * @template T
   * @param {() => T} operation
   * @returns {Promise<T>}
   */
  read(operation) {
    return this.#queue(async () => {
      await this.#catchUp();
      const outcome = attempt(operation);
      // Nobody there, or a refusal: another tab may know better.
      const decides = 'error' in outcome || outcome.value === null;
      return settle(decides && (await this.#askForNews(outcome)) ? attempt(operation) : outcome);
    });
  }

  /**
   * Runs a synchronous change, and makes it durable or undoes it. A refusal may have changed something too (a counted
   * failure, say), which is stored before it is passed on.
   * @template T
   * @param {() => T} operation
   * @param {{ everything?: boolean }} [options] whether it replaces the whole database
   * @returns {Promise<T>}
   */
  write(operation, { everything = false } = {}) {
    return this.#queue(async () => {
      // A turn costs as much as a third of a commit, so a tab that hears of no other takes none.
      const alone = !this.#sharing?.crowded && (await this.#run(operation, everything, 1));
      const outcome = alone || (await this.#inTurn(() => this.#run(operation, everything, MAX_RUNS)));
      if (outcome) return settle(outcome);
      throw accountError('storage-busy', 'Other tabs are saving all the time. Nothing was changed.');
    });
  }

  /**
   * Runs a task that awaits between its pieces, while nothing changes.
   * @template T
   * @param {() => Promise<T>} task
   * @returns {Promise<T>}
   */
  alone(task) {
    return this.#queue(async () => {
      await this.#catchUp();
      return task();
    });
  }

  doubt() {
    this.#sharing?.doubt();
  }

  /** Whatever was asked for before is done first; whatever is asked for afterwards is refused. */
  close() {
    this.#closing ??= this.#tail.then(() => {
      this.#core.close();
      return this.#connection.close();
    });
    return this.#closing;
  }

  /**
   * @template T
   * @param {() => T} operation
   * @param {boolean} everything
   * @param {number} runs
   * @returns {Promise<Outcome<T> | null>} null when somebody else came first each time
   */
  async #run(operation, everything, runs) {
    let hasAsked = false;
    for (let run = 0; run < runs; run += 1) {
      await this.#catchUp();
      const outcome = attempt(operation);
      if ('error' in outcome && !hasAsked) {
        hasAsked = true;
        if (await this.#askForNews(outcome)) continue;
      }
      if ((await this.#store(everything)) !== 'conflict') return outcome;
    }
    return null;
  }

  /** Applies what others have committed, if they may have. */
  async #catchUp() {
    if (this.#sharing?.stale()) this.#apply(await this.#sharing.news());
    if (this.#refusal !== null) throw this.#refusal;
    // Somebody has emptied the storage under us: begin anew.
    if (this.#core.size === 0) this.#core.refresh(true);
  }

  /**
   * Looks once more before a refusal is believed. When there is news, what the operation changed is undone.
   * @param {Outcome<unknown>} outcome
   * @returns {Promise<boolean>} whether to run it again
   */
  async #askForNews(outcome) {
    if (this.#sharing === undefined || ('error' in outcome && isStopped(outcome.error))) return false;
    let news;
    try {
      news = await this.#sharing.news();
    } catch (error) {
      this.#undo();
      throw error;
    }
    if (news === null) return false;
    this.#apply(news);
    await this.#catchUp();
    return true;
  }

  /** @param {import('./storage/storage.js').News | null} news */
  #apply(news) {
    if (news === null) return;
    const core = this.#core;
    this.#undo();
    this.#refusal = null;
    core.resize(news.size);
    for (const [offset, bytes] of news.pieces) core.write(offset, bytes);
    try {
      core.refresh(news.whole);
    } catch (error) {
      this.#refusal = error;
    }
  }

  #undo() {
    if (this.#core.dirty) this.#core.undo();
  }

  /**
   * @param {boolean} everything
   * @returns {Promise<void | 'conflict'>}
   */
  async #store(everything) {
    const core = this.#core;
    if (!core.dirty) return;
    let outcome;
    try {
      outcome = await this.#connection.commit({
        size: core.size,
        changes: core.changes(),
        everything,
        read: (from, to) => core.read(from, to),
      });
    } catch (error) {
      core.undo();
      throw error;
    }
    if (outcome === 'conflict') core.undo();
    else core.acknowledge();
    return outcome;
  }

  /**
   * @template T
   * @param {() => Promise<T>} task
   */
  #inTurn(task) {
    return this.#sharing === undefined ? task() : this.#sharing.inTurn(task);
  }

  /**
   * @template T
   * @param {() => Promise<T>} task
   * @returns {Promise<T>}
   */
  #queue(task) {
    if (this.#closing !== undefined) return Promise.reject(accountError('closed'));
    const turn = this.#tail.then(task);
    this.#tail = turn.catch(() => {});
    return turn;
  }
}

/**
 * @template T
 * @param {() => T} operation
 * @returns {Outcome<T>}
 */
function attempt(operation) {
  try {
    return { value: operation() };
  } catch (error) {
    if (isStopped(error)) throw error;
    return { error };
  }
}

/**
 * @template T
 * @param {Outcome<T>} outcome
 */
function settle(outcome) {
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

/** @param {unknown} error */
function isStopped(error) {
  return error instanceof Error && 'code' in error && error.code === 'core-stopped';
}
