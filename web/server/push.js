// @ts-check
// POST /v1/push: ops come in, one answer each goes out. All of a push is one transaction, in which the accounts it is
// about are locked; ops about one thing have an order, and everything else is written together.

import { adoptRow } from './adopt.js';
import { createAccounts } from './create.js';
import { decide } from './decide.js';
import { Failure } from './failure.js';
import { asEntry } from './reading.js';
import { isBadData, isRace } from './restart.js';
import { load } from './state.js';
import { showTheirs } from './theirs.js';
import { deleteAccounts, renameAccount, updateAccounts, writeChanges, writeLog, writeValues } from './write.js';

/** @typedef {import('./service.js').Service} Service */
/** @typedef {import('./database.js').Queries} Queries */
/** @typedef {import('./decide.js').Decision} Decision */
/** @typedef {import('./state.js').State} State */

/** @typedef {import('./reading.js').PushedOp} PushedOp */

/**
 * @typedef {object} Result
 * @property {string | null} opId
 * @property {Decision['status']} status
 * @property {string} [code]
 * @property {string[]} [fields]
 * @property {number} [change]
 * @property {string} [theirs] base64
 * @property {string} [theirsValue] base64
 */

/** @typedef {{ op: PushedOp, decision: Decision }} Decided */

const MOST_TRIES = 6;

/**
 * @param {Service} service
 * @param {Record<string, unknown>} body
 * @param {{ userId: number | null } | null} bearer
 */
export async function push(service, body, bearer) {
  if (!Array.isArray(body.ops)) throw new Failure('body-invalid');
  if (body.ops.length > service.limits.ops) throw new Failure('body-too-large');
  // Before anything is applied: a device that knows more than a backup did has to send that again first.
  if ((body.epoch ?? service.epoch) !== service.epoch) throw new Failure('epoch-changed');
  const read = await service.readOps(body.ops.map(asEntry));
  const ops = read.flatMap((each) => ('status' in each ? [] : [each]));
  const applied = await applyAll(service, ops, bearer?.userId ?? null);
  let next = 0;
  return { results: read.map((each) => ('status' in each ? each : applied[next++])) };
}

/**
 * Again when somebody was faster. When the database will not have a value, the halves are tried, so that it is one op
 * that is refused and not all.
 * @param {Service} service
 * @param {PushedOp[]} ops
 * @param {number | null} userId of a row without an account, to whose owner the push belongs
 * @returns {Promise<Result[]>}
 */
async function applyAll(service, ops, userId) {
  for (let tries = 1; ; ++tries) {
    try {
      return await service.database.transaction(async (queries) => {
        const room = { bytes: service.limits.bodyBytes };
        /** @type {Map<PushedOp, Result>} */
        const results = new Map();
        for (const round of rounds(ops)) {
          const answers = await applyRound(service, queries, round, { userId, room });
          round.forEach((op, index) => {
            results.set(op, answers[index]);
          });
        }
        return ops.map((op) => /** @type {Result} */ (results.get(op)));
      });
    } catch (error) {
      if (isRace(error)) {
        if (tries < MOST_TRIES) continue;
        return ops.map(({ opId }) => ({ opId, status: 'retry', code: 'server-busy' }));
      }
      if (!isBadData(error)) throw error;
      service.onError(error);
      if (ops.length === 1) return [{ opId: ops[0].opId, status: 'rejected', code: 'op-invalid' }];
      const middle = ops.length >> 1;
      const first = await applyAll(service, ops.slice(0, middle), userId);
      return [...first, ...(await applyAll(service, ops.slice(middle), userId))];
    }
  }
}

/**
 * The ops in as few rounds as leave each account its order: two about one thing come one after the other, and one about
 * an account after those about its data that were sent before.
 * @param {PushedOp[]} ops
 */
function rounds(ops) {
  /** @type {PushedOp[][]} */
  const all = [];
  /** The first round that is still open for it. @type {Map<string, number>} */
  const open = new Map();
  for (const op of ops) {
    const { uid, name } = op;
    const data = op.kind === 'data';
    const at = Math.max(...(data ? [uid, uid + name] : [uid, `next ${uid}`]).map((thing) => open.get(thing) ?? 0));
    all[at] ??= [];
    all[at].push(op);
    // Values may be written together with the account they follow.
    open.set(data ? uid + name : `next ${uid}`, at + 1);
    if (!data) open.set(uid, at);
    if (data) open.set(`next ${uid}`, Math.max(at + 1, open.get(`next ${uid}`) ?? 0));
  }
  return all;
}

/**
 * @param {Service} service
 * @param {Queries} queries
 * @param {PushedOp[]} ops
 * @param {{ userId: number | null, room: { bytes: number } }} push
 * @returns {Promise<Result[]>}
 */
async function applyRound(service, queries, ops, { userId, room }) {
  const state = await load(queries, ops);
  // As they were, because deciding changes them.
  const before = new Map([...state.accounts].map(([uid, account]) => [uid, { ...account }]));
  /** @type {Decided[]} */
  const decided = ops.map((op) => ({ op, decision: decide(op, state) }));
  const effects = (/** @type {Decision['effect']} */ effect) =>
    decided.flatMap(({ op, decision }) => (decision.effect === effect ? [{ op, change: decision.change ?? 0 }] : []));
  const lastChange = (/** @type {PushedOp} */ op) => state.accounts.get(op.uid)?.change ?? 1;

  // Names become free before somebody wants them.
  const now = Math.floor(service.now());
  await deleteAccounts(
    queries,
    effects('delete').map(({ op }) => op),
    now,
  );
  for (const renamed of effects('rename')) {
    const row = /** @type {import('./state.js').Account & { userId: number }} */ (before.get(renamed.op.uid));
    const taken = await renameAccount(queries, renamed, row);
    if (taken !== null) refuseOne(decided, renamed.op, { status: 'conflict', ...taken });
  }
  await updateAccounts(queries, effects('update'));
  const creating = effects('create').map(({ op }) => ({ op, change: lastChange(op) }));
  refuse(decided, await adoptOrCreate(queries, creating, userId));
  await writeValues(queries, effects('value'));
  const known = effects('value').filter(({ op }) => before.has(op.uid));
  await writeChanges(queries, new Map(known.map(({ op }) => [op.uid, lastChange(op)])));
  const logged = decided.filter(({ decision }) => decision.effect !== undefined && decision.effect !== 'delete');
  await writeLog(
    queries,
    logged.map(({ op, decision }) => ({ op, change: decision.change ?? 0 })),
    now,
  );
  return showTheirs(queries, decided, state, room);
}

/**
 * @param {Queries} queries
 * @param {import('./create.js').NewAccount[]} accounts
 * @param {number | null} userId
 */
async function adoptOrCreate(queries, accounts, userId) {
  /** @type {Map<string, import('./create.js').Taken>} */
  const taken = new Map();
  const creating = [];
  for (const account of accounts) {
    const adopted = userId === null ? 'another' : await adoptRow(queries, account, userId);
    if (adopted === 'another') creating.push(account);
    else if (adopted !== null) taken.set(account.op.uid, adopted);
  }
  for (const [uid, why] of await createAccounts(queries, creating)) taken.set(uid, why);
  return taken;
}

/**
 * An account that was not made takes what follows it along: that comes again when the person has another name.
 * @param {Decided[]} decided
 * @param {Map<string, import('./create.js').Taken>} taken
 */
function refuse(decided, taken) {
  for (const each of decided) {
    const why = taken.get(each.op.uid);
    if (why === undefined || each.decision.effect === undefined) continue;
    each.decision =
      each.op.kind === 'account' ? { status: 'conflict', ...why } : { status: 'retry', code: 'account-unknown' };
  }
}

/**
 * @param {Decided[]} decided
 * @param {PushedOp} op
 * @param {Decision} decision
 */
function refuseOne(decided, op, decision) {
  for (const each of decided) if (each.op === op) each.decision = decision;
}
