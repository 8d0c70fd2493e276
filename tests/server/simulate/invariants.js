// What must be true once everything has come to rest.
//
// Accounts are told apart by the microsecond in which they were made: it goes with them wherever they go.

const blocked = new Set(['needs-rename', 'credential-conflict', 'conflict', 'revoked']);

/**
 * @param {import('./world.js').World} world
 * @returns {Promise<string[]>}
 */
export async function check(world) {
  const rows = await world.server.query(
    `SELECT u.username, u.email, to_char(u.joined_at, 'YYYY-MM-DD HH24:MI:SS.US') AS "joinedAt" FROM "user" u ORDER BY id`,
  );
  const devices = await Promise.all(world.devices.map(lookAt));
  return [
    ...world.server.violations,
    ...world.server.errors.map((error) => `the server failed: ${error}`),
    ...unique(rows),
    ...complete(rows, devices, world.deleted),
    ...converged(rows, devices),
    ...secret(world),
  ];
}

/** @typedef {{ username: string | null, email: string | null, joinedAt: string }} Row */

/** @param {import('./device.js').Device} device */
async function lookAt(device) {
  const accounts = /** @type {NonNullable<import('./device.js').Device['accounts']>} */ (device.accounts);
  const { sync, session, user } = accounts.getSnapshot();
  if (sync === null) throw new Error('Sync is off.');
  const users = await accounts.users.orderBy('id').all();
  const current = session === 'open' ? users.find((each) => each.equals(user)) : undefined;
  /** @type {[string, unknown][]} */
  const data = [];
  if (current !== undefined) {
    const values = accounts.session.data;
    for (const key of await values.list()) data.push([key, await values.get(key)]);
  }
  return { name: device.name, sync, users, current, data };
}

/** @typedef {Awaited<ReturnType<typeof lookAt>>} Look */

/** @param {string | null} name */
const keyOf = (name) => name?.toLowerCase();

/** @param {Row[]} rows */
function unique(rows) {
  const wrong = [];
  for (const field of /** @type {const} */ (['username', 'email'])) {
    const seen = new Set();
    for (const row of rows) {
      const key = field === 'username' ? row[field]?.toLowerCase() : row[field];
      if (key !== undefined && seen.has(key)) wrong.push(`two have the ${field} ${key} on the server`);
      seen.add(key);
    }
  }
  return wrong;
}

/**
 * Everybody is on the server, or their device says why not.
 * @param {Row[]} rows
 * @param {Look[]} devices
 * @param {Set<string>} deleted
 */
function complete(rows, devices, deleted) {
  const there = new Set(rows.map(({ joinedAt }) => joinedAt));
  const wrong = [];
  for (const { name, users, sync, current } of devices) {
    for (const user of users) {
      if (there.has(String(user.joinedAtText))) continue;
      const conflict = sync.conflicts.find((each) => each.user.equals(user));
      if (conflict !== undefined && blocked.has(conflict.state) && conflict.code !== '') continue;
      // A device whose token was revoked, and on which they are logged out, hears of it when they log in.
      if (deleted.has(String(user.joinedAtText)) && !current?.equals(user)) continue;
      wrong.push(`${user.username} of ${name} is not on the server, and nothing says why (${sync.state})`);
    }
    if (sync.error !== null) wrong.push(`${name} has not synced: ${sync.error}`);
    // What was changed on two devices is put together with keys that only its owner has: when they log in again.
    const isExplained = sync.conflicts.length + sync.logInNeeded.length > 0;
    if (sync.waiting > 0 && !isExplained) wrong.push(`${name} still waits to send ${sync.waiting}`);
  }
  return wrong;
}

/** All say the same of whoever is logged in and has nothing to settle. @param {Row[]} rows @param {Look[]} devices */
function converged(rows, devices) {
  const wrong = [];
  /** @type {Map<string, Look>} */
  const seen = new Map();
  for (const look of devices) {
    const { name, users, current, sync } = look;
    if (current === undefined || sync.conflicts.some(({ user }) => user.equals(current))) continue;
    const joinedAt = String(current.joinedAtText);
    const row = rows.find((each) => each.joinedAt === joinedAt);
    if (row === undefined) continue; // told above
    for (const field of /** @type {const} */ (['username', 'email'])) {
      if (row[field] === current[field]) continue;
      // Whoever else has it on this device has to rename first, and is told so.
      const isHeldHere = users.some((user) => !user.equals(current) && keyOf(user[field]) === keyOf(row[field]));
      if (current[field] === null && isHeldHere && sync.conflicts.length > 0) continue;
      wrong.push(`${name} says ${current[field]}, the server ${row[field]}`);
    }
    const other = seen.get(joinedAt);
    seen.set(joinedAt, look);
    const [mine, theirs] = [JSON.stringify(look.data), JSON.stringify(other?.data)];
    if (other !== undefined && mine !== theirs) wrong.push(`${name} has ${mine}, ${other.name} ${theirs}`);
  }
  return wrong;
}

/** @param {import('./world.js').World} world */
function secret(world) {
  const wrong = [];
  for (const text of world.network.wire) {
    // Also within what is base64.
    const decoded = (text.match(/[A-Za-z0-9+/=]{16,}/g) ?? []).map((part) =>
      Buffer.from(part, 'base64').toString('latin1'),
    );
    for (const word of world.secrets) {
      if ([text, ...decoded].some((each) => each.includes(word)))
        wrong.push(`"${word}" was sent: ${text.slice(0, 80)}`);
    }
  }
  return wrong;
}
