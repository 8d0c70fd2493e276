// @ts-check
// New accounts: all of a push in one statement. Names are looked up first, so that everybody hears of every name that is
// taken; in the end the UNIQUE constraints decide, and who was too late begins again and finds the name taken.

import { emailKey, usernameKey } from './names.js';
import { Restart } from './restart.js';
import { byteaArray } from './state.js';

/** @typedef {import('./database.js').Queries} Queries */
/** @typedef {import('./reading.js').PushedOp} PushedOp */

/** @typedef {{ op: PushedOp, change: number }} NewAccount change: the account's last */
/** @typedef {{ code: string, fields: string[] }} Taken */

const PASSWORD = 1; // the kind of a slot

/** The digest by which it is seen that an app has changed a row. @param {string} row */
export const rowDigest = (row) => `md5(jsonb_build_array(${row}.username, ${row}.email, ${row}.password_hash)::text)`;

/** A stored account's columns that an op fills, from input `i`. */
export const ACCOUNT_INPUT = `uid text, username text, email text, password_hash text, joined_at text, username_key text,
  email_key text, identity_key text, head text, rev bigint, change bigint, op text, log_in_key text, salt text,
  passes bigint, memory bigint`;

const CREATE = `
  WITH i AS MATERIALIZED (SELECT * FROM jsonb_to_recordset($1::jsonb) AS i (${ACCOUNT_INPUT})),
  u AS (
    INSERT INTO "user" (username, email, password_hash, joined_at)
    SELECT username, email, password_hash, joined_at::timestamp FROM i ORDER BY username, email
    ON CONFLICT DO NOTHING RETURNING id, username, email),
  a AS (
    INSERT INTO placecard_account (uid, user_id, identity_key, head, rev, change, account_change, op, told_row,
      log_in_key, salt, passes, memory)
    SELECT decode(i.uid, 'hex'), u.id, decode(identity_key, 'base64'), decode(head, 'hex'), rev, change, 1,
      decode(op, 'base64'), ${rowDigest('i')}, decode(log_in_key, 'base64'), decode(salt, 'base64'), passes, memory
    FROM i JOIN u ON coalesce(u.username, '') = coalesce(i.username, '') AND coalesce(u.email, '') = coalesce(i.email, '')
    ON CONFLICT DO NOTHING RETURNING uid),
  n AS (
    INSERT INTO placecard_name (name, uid)
    SELECT name, decode(uid, 'hex') FROM (
      SELECT username_key AS name, uid FROM i UNION SELECT email_key, uid FROM i) AS names
    WHERE name IS NOT NULL ORDER BY name
    ON CONFLICT DO NOTHING RETURNING name)
  SELECT (SELECT count(*) FROM a) AS accounts, (SELECT count(*) FROM n) AS names`;

/**
 * @param {Queries} queries
 * @param {NewAccount[]} accounts
 * @returns {Promise<Map<string, Taken>>} by uid: those that could not be made, and why
 */
export async function createAccounts(queries, accounts) {
  if (accounts.length === 0) return new Map();
  const taken = await takenNames(
    queries,
    accounts.map(({ op }) => ({ ...op, userId: null })),
  );
  if (taken.size > 0) await startAgainIfMade(queries, taken.keys());
  const free = accounts.filter(({ op }) => !taken.has(op.uid));
  /** @type {NewAccount[]} */
  const making = [];
  const claimed = new Set();
  for (const account of free) {
    const fields = claimedFields(account.op, claimed);
    if (fields.length > 0) taken.set(account.op.uid, takenBecause(fields));
    else making.push(account);
  }
  if (making.length === 0) return taken;
  const [made] = await queries.query(CREATE, [JSON.stringify(making.map(accountRow))]);
  const keys = making.flatMap(({ op }) => [...keysOf(op)]);
  if (made.accounts !== making.length || made.names !== keys.length) throw new Restart();
  return taken;
}

/**
 * The same op may have come twice at once: then a name is taken by the very account that wants it.
 * @param {Queries} queries
 * @param {Iterable<string>} uids
 */
async function startAgainIfMade({ query }, uids) {
  const made = 'SELECT 1 FROM placecard_account WHERE uid = ANY (($1::text)::bytea[]) LIMIT 1';
  if ((await query(made, [byteaArray(uids)])).length > 0) throw new Restart();
}

/**
 * What an earlier one of the same push has; otherwise it is claimed for this one.
 * @param {PushedOp} op
 * @param {Set<string>} claimed
 */
function claimedFields({ username, email }, claimed) {
  const names = { username: [username, username && usernameKey(username)], email: [email, email && emailKey(email)] };
  const fields = Object.entries(names).flatMap(([field, each]) =>
    each.some((name) => name !== null && claimed.has(name)) ? [field] : [],
  );
  if (fields.length === 0) for (const name of Object.values(names).flat()) if (name !== null) claimed.add(name);
  return fields;
}

/** @param {PushedOp} op */
export function keysOf({ username, email }) {
  return new Set([...(username === null ? [] : [usernameKey(username)]), ...(email === null ? [] : [emailKey(email)])]);
}

/** The row of ACCOUNT_INPUT. @param {NewAccount} account */
export function accountRow({ op, change }) {
  const slot = op.slots?.find(({ kind }) => kind === PASSWORD);
  return {
    uid: op.uid,
    username: op.username,
    email: op.email,
    password_hash: op.passwordHash,
    joined_at: op.joinedAt,
    username_key: op.username === null ? null : usernameKey(op.username),
    email_key: op.email === null ? null : emailKey(op.email),
    identity_key: op.identityKey,
    head: op.opId,
    rev: op.rev,
    change,
    op: op.bytes,
    log_in_key: slot?.logInKey ?? null,
    salt: slot?.salt ?? null,
    passes: slot?.passes ?? null,
    memory: slot?.memory ?? null,
  };
}

/**
 * The names that somebody else has: as they are typed in "user", or by their keys.
 * @param {Queries} queries
 * @param {{ uid: string, username: string | null, email: string | null, userId: number | null }[]} wanted userId: whose row does not count
 * @returns {Promise<Map<string, Taken>>} by uid
 */
export async function takenNames({ query }, wanted) {
  const rows = wanted.map(({ uid, username, email, userId }) => ({
    uid,
    username,
    email,
    username_key: username && usernameKey(username),
    email_key: email && emailKey(email),
    user_id: userId,
  }));
  const taken = (/** @type {string} */ field) =>
    `EXISTS (SELECT 1 FROM "user" u WHERE u.username = i.${field} AND u.id IS DISTINCT FROM i.user_id)
     OR EXISTS (SELECT 1 FROM "user" u WHERE u.email = i.${field} AND u.id IS DISTINCT FROM i.user_id)
     OR EXISTS (SELECT 1 FROM placecard_name n WHERE n.name = i.${field}_key AND n.uid <> decode(i.uid, 'hex'))`;
  const found = await query(
    `WITH looked AS (
       SELECT uid, ${taken('username')} AS username, ${taken('email')} AS email FROM jsonb_to_recordset($1::jsonb)
       AS i (uid text, username text, email text, username_key text, email_key text, user_id integer))
     SELECT * FROM looked WHERE username OR email`,
    [JSON.stringify(rows)],
  );
  return new Map(found.map((row) => [row.uid, takenBecause(['username', 'email'].filter((field) => row[field]))]));
}

/** @param {string[]} fields @returns {Taken} */
function takenBecause(fields) {
  return { code: `${fields[0]}-taken`, fields };
}
