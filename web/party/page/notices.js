// @ts-check
// What holds for the whole page, above it: no network, a newer version, storage that does not last, a log-out elsewhere,
// something to decide.

import { conflictOf, subjectOf } from './conflict.js';
import { button, el } from './dom.js';
import { remember, remembered } from './memory.js';
import { go } from './router.js';
import { fillIn, sentenceOf, troublesOf } from './sentence.js';
import { hasServer } from './server.js';
import { takeUpdate } from './updates.js';

/** @typedef {{ label: string, run: () => unknown }} Action */
/** @typedef {{ id: string, text: string, action?: Action }} Notice */
/** @typedef {(state: import('./store.js').State, page: import('./page.js').Page) => Notice | null} Source */

/** The network and the server are one thing to a guest. @type {Source} */
const offline = (state, { messages: { notice } }) => {
  const { isOffline, server, sync } = state;
  const waiting = hasServer(state) ? (sync?.waiting ?? 0) : 0;
  if (isOffline) return { id: 'offline', text: notice.offline(waiting) };
  return server === 'away' ? { id: 'offline', text: notice.away(waiting) } : null;
};

/** Whatever else keeps the server from taking what waits. @type {Source} */
const failure = (state, { messages }) => {
  const code = state.sync?.error ?? null;
  if (code === null || code === 'sync-unreachable' || code === 'closed' || !hasServer(state)) return null;
  return { id: 'sync-failed', text: sentenceOf({ code }, messages) };
};

/** @type {Source} */
const settle = (state, { messages }) => {
  const conflict = conflictOf(state);
  if (conflict === null || state.route === 'settle') return null;
  const { notice } = messages;
  const words = notice.settle[conflict.code === 'account-inactive' ? 'inactive' : conflict.state];
  const text = fillIn(words, { what: subjectOf(conflict, messages) });
  return { id: `settle-${conflict.state}`, text, action: { label: notice.decide, run: () => go('settle') } };
};

/** @type {Source} */
const update = ({ update: found }, { messages: { notice } }) => {
  if (found === 'none') return null;
  const action = { label: notice.reload, run: takeUpdate };
  return { id: 'update', text: found === 'ready' ? notice.update : notice.updated, action };
};

/** Ends that are no news to who asked for them in this tab. */
const asked = ['logged-out', 'locked', 'switched'];

/** @type {Source} */
const ended = (state, page) => {
  const { ended: end, isDeciding } = state;
  if (end === null || isDeciding || page.isSeen(end)) return null;
  if (!end.elsewhere && asked.includes(end.reason)) return null;
  const how = howItEnded(end, state);
  const { notice, logIn } = page.messages;
  const text = notice.ended[how];
  if (text === undefined) return null;
  const isOnServer = how === 'cleared-but-sent';
  const note = () => {
    page.see(end);
    if (isOnServer) go('log-in');
  };
  return { id: `ended-${how}`, text, action: dismissal(page, note, isOnServer ? logIn.title : notice.dismiss) };
};

/**
 * A session whose account is gone without anybody's having deleted it was not logged out: the storage was cleared.
 * @param {import('./placecard/snapshot.js').Ended} end
 * @param {import('./store.js').State} state
 */
function howItEnded({ reason }, state) {
  if (reason !== 'logged-out') return reason;
  if (!state.isCounted) return ''; // in a moment
  if (state.hasAccounts) return reason;
  return hasServer(state) ? 'cleared-but-sent' : 'cleared';
}

/** @type {Source} */
const storage = (state, page) => {
  const { storage: kind, persisted, phase, server, sync } = state;
  const { notice } = page.messages;
  if (phase !== 'ready') return null;
  if (kind === 'memory') return { id: 'memory', text: hasServer(state) ? notice.memoryButSent : notice.memory };
  // What is on a server cannot be lost here.
  const isSafe = hasServer(state) && (server === 'there' || sync?.waiting === 0);
  if (isSafe || kind !== 'best-effort' || persisted !== false || remembered('best-effort') !== null) return null;
  const action = dismissal(page, () => remember('best-effort', 'seen'));
  return { id: 'best-effort', text: notice.bestEffort, action };
};

/** @type {Source} */
const trouble = ({ trouble: error }, page) => {
  if (error === null) return null;
  const text = troublesOf(error)
    .map((each) => sentenceOf(each, page.messages))
    .join(' ');
  return { id: 'trouble', text, action: dismissal(page, () => page.store.set({ trouble: null })) };
};

/**
 * @param {import('./page.js').Page} page
 * @param {() => void} note
 * @param {string} [label]
 */
function dismissal(page, note, label = page.messages.notice.dismiss) {
  const run = () => {
    note();
    page.refresh();
  };
  return { label, run };
}

/** In the order they are shown. Each looks at the state and says something or nothing. @type {Source[]} */
const sources = [trouble, update, ended, settle, offline, failure, storage];

export class Notices {
  #node;
  /** @type {Map<string, { text: string, node: HTMLElement }>} */
  #shown = new Map();

  /** @param {HTMLElement} node a live region: only what is new in it is read out */
  constructor(node) {
    this.#node = node;
  }

  /**
   * @param {import('./store.js').State} state
   * @param {import('./page.js').Page} page
   */
  show(state, page) {
    const wanted = sources.map((source) => source(state, page)).filter((notice) => notice !== null);
    const before = this.#shown;
    this.#shown = new Map(wanted.map((notice) => [notice.id, reuse(before.get(notice.id), notice)]));
    for (const [id, { node }] of before) if (this.#shown.get(id)?.node !== node) node.remove();
    let place = this.#node.firstElementChild;
    for (const { node } of this.#shown.values()) {
      if (node === place) place = node.nextElementSibling;
      else this.#node.insertBefore(node, place);
    }
  }
}

/**
 * @param {{ text: string, node: HTMLElement } | undefined} shown
 * @param {Notice} notice
 */
function reuse(shown, { id, text, action }) {
  if (shown?.text === text) return shown;
  const act = action && button(action.label, action.run);
  return { text, node: el('div', { class: 'notice', 'data-notice': id }, el('p', {}, text), act) };
}
