// @ts-check
// What a device has to see to settle a conflict: the op that is in the place of its own.

import { base64 } from './schema.js';

/** @typedef {import('./database.js').Queries} Queries */
/** @typedef {import('./push.js').Result} Result */

/** @type {Record<'account' | 'tombstone' | 'value', string>} */
const asked = {
  account: `SELECT ${base64('op')} AS op FROM placecard_account WHERE uid = decode($1, 'hex')`,
  tombstone: `SELECT ${base64('op')} AS op FROM placecard_tombstone WHERE uid = decode($1, 'hex')`,
  value: `SELECT ${base64('op')} AS op, ${base64('value')} AS value FROM placecard_value
          WHERE uid = decode($1, 'hex') AND name = decode($2, 'hex')`,
};

/**
 * The answers to a round. Large values are not all sent at once: what no longer fits is to be pushed again.
 * @param {Queries} queries
 * @param {import('./push.js').Decided[]} decided
 * @param {import('./state.js').State} state
 * @param {{ bytes: number }} room for values in all answers of the push
 * @returns {Promise<Result[]>}
 */
export async function showTheirs({ query }, decided, state, room) {
  /** @type {Result[]} */
  const results = [];
  for (const { op, decision } of decided) {
    const { theirs, effect, ...said } = decision;
    /** @type {Result} */
    const result = { opId: op.opId, ...said };
    results.push(result);
    if (theirs === undefined) continue;
    const size = theirs === 'value' ? (state.values.get(op.uid + op.name)?.size ?? 0) : 0;
    if (room.bytes <= 0) {
      results[results.length - 1] = { opId: op.opId, status: 'retry', code: said.code };
      continue;
    }
    room.bytes -= size;
    const [row] = await query(asked[theirs], theirs === 'value' ? [op.uid, op.name] : [op.uid]);
    result.theirs = row.op;
    if (typeof row.value === 'string') result.theirsValue = row.value;
  }
  return results;
}
