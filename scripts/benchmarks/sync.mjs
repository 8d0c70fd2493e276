// The sync server: how fast accounts that were made offline get in, beside the same rows written straight through `pg`.
// Each PostgreSQL and PGlite is fresh and waits for the disk at each commit.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createHandler, openDatabase } from '../../dist/placecard/server/node.js';
import { Person } from '../../tests/server/ops.js';
import { startPostgres } from '../../tests/server/postgres.js';
import { insertRows } from './sync-floor.mjs';

const BATCH = 256;
const FEW = 1_000;
const MANY = 10_000;
const CLIENTS = 50;
const PUSHES = 8; // of each client
const OF_A_CLIENT = 20; // accounts in one of those
const FLOOR = 'the same rows straight through pg';
const unlimited = { burst: 1e9, perMinute: 1e9 };

/** Accounts that wait: their ops, as a device would send them. @param {number} count @param {string} name */
const waiting = (count, name) =>
  Array.from({ length: count }, (_, index) => {
    const person = new Person(`${name}${index}`, `${name.replaceAll(' ', '.')}${index}@example.com`);
    return { ...person.account(), person };
  });

/** @param {any[]} all @param {number} size */
const inBatches = (all, size) =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));

/** @param {import('../../dist/placecard/server/node.js').Database} database */
function pusher(database) {
  const handler = createHandler({ database, limits: { pushedOps: unlimited, requests: unlimited } });
  let bytes = 0;
  return {
    /** Bytes that went over the wire, both ways. */
    bytes: () => bytes,
    push: async (ops) => {
      const body = JSON.stringify({ ops: ops.map(({ op }) => ({ op })) });
      const headers = { 'content-type': 'application/json' };
      const response = await handler(new Request('http://sync.example/v1/push', { method: 'POST', headers, body }));
      const answer = await response.text();
      bytes += body.length + answer.length;
      const applied = JSON.parse(answer).results?.filter(({ status }) => status === 'applied').length;
      if (applied !== ops.length) throw new Error(`not all were applied: ${answer.slice(0, 300)}`);
    },
  };
}

/** @param {() => Promise<unknown>} work */
async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/**
 * One client each, who sends what waits batch by batch; they take turns with every batch, so that whatever else the
 * machine does hits all of them alike.
 * @param {Record<string, (ops: any[]) => Promise<void>>} contenders
 * @param {number} count
 */
async function oneClientEach(contenders, count) {
  const clients = Object.entries(contenders).map(([name, push]) => ({
    name,
    push,
    batches: inBatches(waiting(count, `${count} ${name} `), BATCH),
    ms: 0,
  }));
  for (let batch = 0; batch * BATCH < count; ++batch) {
    for (let turn = 0; turn < clients.length; ++turn) {
      const client = clients[(turn + batch) % clients.length];
      client.ms += await timed(() => client.push(client.batches[batch]));
    }
  }
  return clients.map(({ name, ms }) => row(name, count, ms));
}

/** All at once, each with a few accounts at a time. */
async function manyClients(push, name) {
  const crowds = Array.from({ length: CLIENTS }, (_, client) => waiting(PUSHES * OF_A_CLIENT, `${name}${client} `));
  /** @type {number[]} */
  const latencies = [];
  const ms = await timed(() =>
    Promise.all(
      crowds.map(async (ops) => {
        for (const batch of inBatches(ops, OF_A_CLIENT)) latencies.push(await timed(() => push(batch)));
      }),
    ),
  );
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
  return { ms, p50: at(0.5), p99: at(0.99), accounts: CLIENTS * PUSHES * OF_A_CLIENT };
}

/** @param {number} count @param {number} ms */
const rate = (count, ms) =>
  `${(ms / 1000).toFixed(2)} s, ${Math.round((count * 1000) / ms).toLocaleString('en')} accounts/s`;

/** @param {string} name @param {number} count @param {number} ms */
const row = (name, count, ms) => ({ name, ms, text: rate(count, ms) });

export async function measure() {
  const folder = await mkdtemp(join(tmpdir(), 'placecard-bench-'));
  const postgres = await startPostgres({ durable: true });
  const url = postgres.urlOf(await postgres.create());
  const databases = { PostgreSQL: await openDatabase({ url }), PGlite: await openDatabase({ folder }) };
  const pool = new pg.Pool({ connectionString: url });
  try {
    const pushers = Object.fromEntries(Object.entries(databases).map(([name, database]) => [name, pusher(database)]));
    for (const [name, { push }] of Object.entries(pushers)) await push(waiting(BATCH, `warm ${name} `));
    await insertRows(pool, waiting(BATCH, 'warm floor '));

    const sections = [];
    for (const count of [FEW, MANY]) {
      const contenders = {
        PostgreSQL: pushers.PostgreSQL.push,
        [FLOOR]: (ops) => insertRows(pool, ops),
        PGlite: pushers.PGlite.push,
      };
      const medians = await oneClientEach(contenders, count);
      sections.push({
        title: `${count.toLocaleString('en')} accounts made offline, pushed by one client, ${BATCH} at a time`,
        medians,
        targets: [{ peer: FLOOR, atMost: 2 }],
      });
    }
    const crowds = {};
    for (const [name, { push }] of Object.entries(pushers)) crowds[name] = await manyClients(push, `crowd ${name} `);
    const floor = await manyClients((ops) => insertRows(pool, ops), 'crowd floor ');
    const all = Object.entries({ PostgreSQL: crowds.PostgreSQL, [FLOOR]: floor, PGlite: crowds.PGlite });
    sections.push({
      title: `${CLIENTS} clients at once, ${OF_A_CLIENT} accounts a push`,
      medians: all.map(([name, { accounts, ms }]) => row(name, accounts, ms)),
      targets: [{ peer: FLOOR, atMost: 2 }],
    });
    sections.push({
      title: 'One push of those: half are faster, and all but one in a hundred',
      medians: Object.entries(crowds).flatMap(([name, { p50, p99 }]) => [
        { name: `${name}, p50`, ms: p50 },
        { name: `${name}, p99`, ms: p99 },
      ]),
    });
    const { push, bytes } = pusher(databases.PostgreSQL);
    await push(waiting(BATCH, 'weighed '));
    const each = Math.round(bytes() / BATCH);
    sections.push({
      title: 'Bytes over the wire for an account, both ways, before compression',
      medians: [{ name: 'JSON', ms: each, text: `${each} bytes` }],
    });
    return sections;
  } finally {
    await pool.end();
    for (const database of Object.values(databases)) await database.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
