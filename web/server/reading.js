// @ts-check
// From what was sent to what it says: most of the work of a push, and none that needs the database.

import { fromBase64, toHex } from './bytes.js';
import { hasStopped } from './verifier.js';

/**
 * What a device sent, as it is read and as it was said.
 * @typedef {import('../placecard/verifier.js').OpReply} OpReply
 * @typedef {Required<OpReply> & { bytes: string, value: string | null, signature: string }} PushedOp
 */

/** An op and its value, base64 if all is well. @typedef {[op: string | null, value: string | null]} Entry */
/** @typedef {{ opId: string | null, status: 'rejected', code: string, fields?: string[] }} Refused */
/** @typedef {(entries: Entry[]) => Promise<(PushedOp | Refused)[]>} ReadOps */

// What ops of another kind have instead.
const nothing = {
  ...{ username: null, email: null, passwordHash: null, joinedAt: null, active: true, credentialVersion: 0 },
  ...{ slots: [], name: '', deleted: false },
};

const SIGNATURE = 64; // bytes, the last ones of an op
const NO_BASE64 = '!';

/** @param {any} sent @returns {Entry} */
export function asEntry(sent) {
  const text = (/** @type {unknown} */ given) => (typeof given === 'string' ? given : NO_BASE64);
  return [text(sent?.op), sent?.value == null ? null : text(sent.value)];
}

/**
 * @param {import('./verifier.js').LastingVerifier} verifier
 * @param {Entry[]} entries
 */
export function readHere(verifier, entries) {
  return entries.map((entry) => readEntry(verifier, entry));
}

/**
 * @param {import('./verifier.js').LastingVerifier} verifier
 * @param {Entry} entry
 * @returns {PushedOp | Refused}
 */
function readEntry(verifier, [bytes, value]) {
  const op = fromBase64(bytes);
  const valueBytes = value === null ? null : fromBase64(value);
  if (bytes === null || op === null || (value !== null && valueBytes === null)) {
    return { opId: null, status: 'rejected', code: 'op-invalid' };
  }
  try {
    const read = verifier.ask((core) => core.opRead(op, valueBytes));
    return { ...nothing, ...read, bytes, value, signature: toHex(op.subarray(-SIGNATURE)) };
  } catch (error) {
    const { code, fields } = /** @type {import('../placecard/errors.js').AccountError} */ (error);
    if (code === undefined || hasStopped(error)) throw error;
    return { opId: idOf(op), status: 'rejected', code, ...(fields?.length > 0 ? { fields } : {}) };
  }
}

/** The id of an op that says something it may not: it stands behind the label. @param {Uint8Array} op */
function idOf(op) {
  const label = 8 + 'placecard op 1'.length;
  return op.length < label + 24 ? null : toHex(op.subarray(label + 8, label + 24));
}
