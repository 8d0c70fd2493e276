// What the sync server writes for new accounts, by whoever does nothing else: no signature is looked at, no rule
// checked, no conflict answered. Each batch is one transaction of one INSERT a table.

import { createHash } from 'node:crypto';

/** Arguments as PostgreSQL's arrays, a column each. */
const insert = (table, columns, types, tail = '') =>
  `INSERT INTO ${table} (${columns}) SELECT * FROM unnest(${types.map((type, index) => `$${index + 1}::${type}[]`)}) ${tail}`;

const statements = {
  user: insert(
    '"user"',
    'username, email, password_hash, joined_at',
    ['text', 'text', 'text', 'timestamp'],
    'RETURNING id',
  ),
  account: insert(
    'placecard_account',
    'uid, user_id, identity_key, head, rev, change, account_change, op, told_row, log_in_key, salt, passes, memory',
    ['bytea', 'int', 'bytea', 'bytea', 'int', 'int', 'int', 'bytea', 'text', 'bytea', 'bytea', 'int', 'int'],
  ),
  name: insert('placecard_name', 'name, uid', ['text', 'bytea']),
  op: insert('placecard_op', 'uid, op_id, change, signature, received_at', [
    'bytea',
    'bytea',
    'int',
    'bytea',
    'bigint',
  ]),
};

/** @typedef {import('./queue.mjs').Waiting} Waiting */

/**
 * @param {import('pg').Pool} pool
 * @param {Waiting[]} ops
 */
export function insertRows(pool, ops) {
  return inTransaction(pool, (client) => insertAll(client, ops));
}

/**
 * The same in one transaction as well, but with statements of its own for each account.
 * @param {import('pg').Pool} pool
 * @param {Waiting[]} ops
 */
export function insertEach(pool, ops) {
  return inTransaction(pool, async (client) => {
    for (const op of ops) await insertAll(client, [op]);
  });
}

/**
 * @param {import('pg').Pool} pool
 * @param {(client: import('pg').PoolClient) => Promise<void>} work
 */
async function inTransaction(pool, work) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await work(client);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

/**
 * @param {import('pg').PoolClient} client
 * @param {Waiting[]} ops
 */
async function insertAll(client, ops) {
  const column = (/** @type {(op: any) => unknown} */ of) => ops.map(of);
  const of = (/** @type {string} */ field) => column(({ person }) => person.state[field]);
  const one = column(() => 1);
  const uids = column(({ person }) => person.uid);
  const ids = column(({ opId }) => Buffer.from(opId, 'hex'));
  const { rows } = await client.query(statements.user, [
    of('username'),
    of('email'),
    of('passwordHash'),
    of('joinedAt'),
  ]);
  await client.query(statements.account, [
    uids,
    rows.map(({ id }) => id),
    column(({ person }) => Buffer.from(person.identity.publicKey)),
    ids,
    ...[one, one, one],
    column(({ bytes }) => bytes),
    column(({ person }) => rowDigest(person.state)),
    column(({ person }) => Buffer.from(person.logInKeys.publicKey)),
    column(({ person }) => person.salt),
    column(() => 2),
    column(() => 67_108_864),
  ]);
  await client.query(statements.name, [
    [...of('username'), ...of('email')],
    [...uids, ...uids],
  ]);
  await client.query(statements.op, [
    uids,
    ids,
    one,
    column(({ bytes }) => bytes.subarray(-64)),
    column(() => Date.now()),
  ]);
}

/** @param {{ username: string, email: string, passwordHash: string }} row */
function rowDigest({ username, email, passwordHash }) {
  return createHash('md5')
    .update(JSON.stringify([username, email, passwordHash]))
    .digest('hex');
}
