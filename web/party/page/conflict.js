// @ts-check
// What whoever is logged in has to decide before their account can be on the server.

import { hasServer } from './server.js';

/** @typedef {import('./placecard/sync/report.js').Conflict} Conflict */

/**
 * @param {Pick<import('./store.js').State, 'session' | 'user' | 'sync' | 'server'>} state
 * @returns {Conflict | null}
 */
export function conflictOf({ session, user, sync, server }) {
  if (session !== 'open' || user === null || !hasServer({ server })) return null;
  return sync?.conflicts.find((conflict) => user.equals(conflict.user)) ?? null;
}

/**
 * What it is about, in words; with what somebody else has already, where that is it.
 * @param {Conflict} conflict
 * @param {import('./messages/en.js').Messages} messages
 */
export function subjectOf({ state, fields, user }, { settle }) {
  /** @type {Record<string, string | null>} */
  const taken = state === 'needs-rename' ? { username: user.username, email: user.email } : {};
  const words = fields.map((name) => [settle.fields[name] ?? settle.unknown, taken[name]].filter(Boolean).join(' '));
  return words.join(settle.and) || settle.unknown;
}
