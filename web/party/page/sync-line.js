// @ts-check
// How the accounts stand with the server, in a line of the footer, and a button to sync at once.

import { announce } from './announce.js';
import { conflictOf } from './conflict.js';
import { button, el } from './dom.js';
import { dateOf } from './language.js';
import { sentenceOf, troublesOf } from './sentence.js';
import { hasServer } from './server.js';

const WHEN = /** @type {const} */ ({ dateStyle: 'medium', timeStyle: 'short' });

export class SyncLine {
  #page;
  #text = el('p');
  #progress = el('progress');
  #button;
  #isBusy = false;
  node;

  /** @param {import('./page.js').Page} page */
  constructor(page) {
    this.#page = page;
    this.#button = button('', () => this.#sync(), { class: 'quiet' });
    this.node = el('div', { id: 'sync', hidden: true }, this.#text, this.#progress, this.#button);
  }

  /** @param {import('./store.js').State} state */
  show(state) {
    const { messages, language } = this.#page;
    const { progress } = state;
    this.node.hidden = state.phase !== 'ready' || !hasServer(state) || state.sync === null;
    if (this.node.hidden) return;
    const text = standingOf(state, messages, language);
    if (this.#text.textContent !== text) this.#text.textContent = text;
    this.#progress.hidden = progress === null;
    this.#progress.setAttribute('aria-label', messages.sync.busy);
    if (progress !== null) Object.assign(this.#progress, { max: progress.total, value: progress.done });
    this.#button.textContent = this.#isBusy ? messages.sync.busy : messages.sync.now;
  }

  async #sync() {
    if (this.#isBusy) return;
    const page = this.#page;
    this.#setBusy(true);
    announce(page.messages.sync.busy);
    try {
      await page.accounts.sync();
      announce(standingOf(page.store.get(), page.messages, page.language));
    } catch (error) {
      announce(sentenceOf(troublesOf(error)[0], page.messages), 'alert');
    } finally {
      this.#setBusy(false);
    }
  }

  /** @param {boolean} isBusy */
  #setBusy(isBusy) {
    this.#isBusy = isBusy;
    this.show(this.#page.store.get());
  }
}

/**
 * @param {import('./store.js').State} state
 * @param {import('./messages/en.js').Messages} messages
 * @param {import('./language.js').Language} language
 */
export function standingOf(state, messages, language) {
  const { sync: report, progress, user, server } = state;
  const { sync } = messages;
  if (report === null) return '';
  const { waiting } = report;
  if (progress !== null) return sync.progress(progress.done, progress.total);
  if (conflictOf(state) !== null) return sync.decide;
  const isOthers = user === null || (waiting > 0 && report.state === 'synced');
  if (isOthers && report.conflicts.length > 0) return others(report.conflicts[0], messages);
  if (isOthers && report.logInNeeded.length > 0)
    return sync.logInNeeded(report.logInNeeded[0].username ?? messages.guests.nameless);
  if (server === 'away') return waiting > 0 ? `${sync.away} ${sync.waiting(waiting)}` : sync.away;
  if (report.syncing && waiting > 0) return sync.sending(waiting);
  if (waiting > 0) return report.state === 'local-only' && user ? sync.localOnly(waiting) : sync.waiting(waiting);
  if (report.lastSyncedAt === null) return sync.synced;
  return sync.syncedAt(dateOf(new Date(report.lastSyncedAt), language, WHEN));
}

/**
 * Somebody else's account on this device.
 * @param {import('./conflict.js').Conflict} conflict
 * @param {import('./messages/en.js').Messages} messages
 */
function others({ user, code }, { sync, guests }) {
  const name = user.username ?? user.email ?? guests.nameless;
  return code === 'account-inactive' ? sync.inactive(name) : sync.others(name);
}
