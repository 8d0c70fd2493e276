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
 * What it is about, in words.
 * @param {Conflict} conflict
 * @param {import('./messages/en.js').Messages} messages
 */
export function subjectOf({ fields }, { settle }) {
  return fields.map((name) => settle.fields[name] ?? settle.unknown).join(', ') || settle.unknown;
}
