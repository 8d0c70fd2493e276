// Sync: how fast accounts that were made offline reach a server, and how fast that server is beside the same rows written
// straight through `pg`. Both databases are fresh, and wait for the disk at each commit; each server is a process of its
// own, asked over HTTP on this machine.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { open } from '../../dist/placecard/node.js';
import { startPostgres } from '../../tests/server/postgres.js';
import { deviceWith, waiting } from './queue.mjs';
import { compete } from './rounds.mjs';
import { insertEach, insertRows } from './sync-floor.mjs';
import { Server } from './sync-process.mjs';

const BATCH = 256; // what a device sends at once
const QUEUES = [
  { count: 1_000, mostRounds: 9, warmUpRounds: 1 },
  { count: 10_000, mostRounds: 3, warmUpRounds: 0 },
];
const CLIENTS = 50;
const PUSHES = 8; // of each client
const OF_A_CLIENT = 20; // accounts in one of those
const CROWD_ROUNDS = 3;
const FLOOR = 'pg alone, an INSERT a table';
const FLOOR_EACH = 'pg alone, an INSERT a row';

/** @typedef {import('./queue.mjs').Waiting} Waiting */
/** @typedef {(ops: Waiting[]) => Promise<unknown>} Push */
/** @typedef {import('./report.mjs').Section} Section */

let made = 0;
/** People whom no server knows yet. @param {number} count */
function strangers(count) {
  made += 1;
  return waiting(count, `guest ${made}`);
}

/** @returns {Promise<Section[]>} */
export async function measure({ rounds }) {
  const folder = await mkdtemp(join(tmpdir(), 'placecard-bench-'));
  const postgres = await startPostgres({ durable: true });
  const url = postgres.urlOf(await postgres.create());
  const pool = new pg.Pool({ connectionString: url, max: 10 }); // as many as the server's
  const servers = { PostgreSQL: await Server.start({ url }), PGlite: await Server.start({ folder }) };
  try {
    return [
      ...(await queuesOfOneClient(servers, rounds)),
      await pushesAlone(servers, pool, rounds),
      ...(await crowds(servers, pool)),
      await weight(servers.PostgreSQL),
    ];
  } finally {
    await pool.end();
    for (const server of Object.values(servers)) await server.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The package itself, on a device that was offline until now.
 * @param {Record<string, Server>} servers
 * @param {number} rounds
 * @returns {Promise<Section[]>}
 */
async function queuesOfOneClient(servers, rounds) {
  const sections = [];
  for (const { count, mostRounds, warmUpRounds } of QUEUES) {
    const turns = Math.min(rounds, mostRounds);
    /** @type {Record<string, import('../../dist/placecard/accounts.js').Accounts>} */
    const clients = {};
    const before = async (name) => {
      await clients[name]?.close();
      const storage = await deviceWith(strangers(count));
      clients[name] = await open({ storage, sync: { url: servers[name].url, auto: false } });
    };
    const syncs = async (name) => {
      const { pushed, waiting: left } = await clients[name].sync();
      if (pushed !== count || left > 0) throw new Error(`${pushed} of ${count} were pushed`);
    };
    const medians = await compete(ofEach(servers, syncs), turns, ofEach(servers, before), warmUpRounds);
    for (const client of Object.values(clients)) await client.close();
    sections.push({
      title: `One client syncs ${count.toLocaleString('en')} accounts that were made offline`,
      medians: medians.map((each) => withRate(each, count)),
      note:
        `${turns} rounds. \`accounts.sync()\` of the package in Node, its database in memory, until nothing waits: ` +
        'reading the queue, HTTP, the server with every check, the answers settled. Hashing and signing, which is done ' +
        'when somebody signs up, is not in it.',
    });
  }
  return sections;
}

/**
 * @param {Record<string, Server>} servers
 * @param {pg.Pool} pool
 * @param {number} rounds
 * @returns {Promise<Section>}
 */
async function pushesAlone(servers, pool, rounds) {
  const pushes = pushesOf(servers, pool);
  /** @type {Waiting[]} */
  let ops = [];
  const before = async () => {
    ops = strangers(BATCH);
  };
  const medians = await compete(
    ofEach(pushes, (name) => pushes[name](ops)),
    rounds,
    ofEach(pushes, before),
  );
  return {
    title: `The server alone takes a push of ${BATCH} accounts`,
    medians: medians.map((each) => withRate(each, BATCH)),
    targets: [
      { peer: FLOOR, atMost: 2 },
      { peer: FLOOR_EACH, atMost: 2 },
    ],
    note:
      'Each push is one transaction. The floor writes the same rows to the same tables of the same PostgreSQL, but reads ' +
      'no JSON and no base64, checks no signature and no rule, looks for no conflict and answers nothing. Whatever is ' +
      'not the database is the work of as many threads as there are cores, which PostgreSQL needs too.',
  };
}

/**
 * All at once, each with a few accounts at a time.
 * @param {Record<string, Server>} servers
 * @param {pg.Pool} pool
 * @returns {Promise<Section[]>}
 */
async function crowds(servers, pool) {
  const pushes = pushesOf(servers, pool);
  delete pushes[FLOOR_EACH];
  /** @type {Record<string, number[]>} */
  const latencies = Object.fromEntries(Object.keys(pushes).map((name) => [name, []]));
  /** @type {Waiting[][]} */
  let queues = [];
  const before = async () => {
    queues = Array.from({ length: CLIENTS }, () => strangers(PUSHES * OF_A_CLIENT));
  };
  const all = (name) =>
    Promise.all(
      queues.map(async (queue) => {
        for (let from = 0; from < queue.length; from += OF_A_CLIENT) {
          const began = performance.now();
          await pushes[name](queue.slice(from, from + OF_A_CLIENT));
          latencies[name].push(performance.now() - began);
        }
      }),
    );
  const medians = await compete(ofEach(pushes, all), CROWD_ROUNDS, ofEach(pushes, before), 0);
  return [
    {
      title: `${CLIENTS} clients at once, ${PUSHES} pushes each of ${OF_A_CLIENT} accounts`,
      medians: medians.map((each) => withRate(each, CLIENTS * PUSHES * OF_A_CLIENT)),
      targets: [{ peer: FLOOR, atMost: 2 }],
      note: `${CROWD_ROUNDS} rounds. The clients are one process and send what is ready; over ${CLIENTS} connections.`,
    },
    {
      title: 'One of those pushes, as its client waits for it',
      medians: Object.keys(pushes).flatMap((name) => percentiles(name, latencies[name])),
      apart: true,
      note: `Half of the ${CROWD_ROUNDS * CLIENTS * PUSHES} were as fast as p50 or faster, and 99 in a hundred as p99.`,
    },
  ];
}

/** @param {string} name @param {number[]} times */
function percentiles(name, times) {
  const sorted = times.toSorted((one, other) => one - other);
  return [50, 99].map((percent) => ({
    name: `${name}, p${percent}`,
    ms: sorted[Math.ceil((sorted.length * percent) / 100) - 1],
  }));
}

/** @param {Server} server @returns {Promise<Section>} */
async function weight(server) {
  const { sent, answered } = await server.push(strangers(BATCH));
  const each = (name, bytes) => ({ name, ms: bytes / BATCH, text: `${Math.round(bytes / BATCH)} bytes` });
  return {
    title: 'What goes over the wire for an account',
    medians: [each('sent', sent), each('answered', answered)],
    apart: true,
    note: `JSON in pushes of ${BATCH}, not compressed, without the headers of HTTP. An account with one key slot.`,
  };
}

/**
 * The server's line is the first.
 * @param {Record<string, Server>} servers
 * @param {pg.Pool} pool
 * @returns {Record<string, Push>}
 */
function pushesOf(servers, pool) {
  return {
    PostgreSQL: (ops) => servers.PostgreSQL.push(ops),
    [FLOOR]: (ops) => insertRows(pool, ops),
    [FLOOR_EACH]: (ops) => insertEach(pool, ops),
    PGlite: (ops) => servers.PGlite.push(ops),
  };
}

/** @param {object} things by name @param {(name: string) => any} turn @returns {Record<string, () => any>} */
function ofEach(things, turn) {
  return Object.fromEntries(Object.keys(things).map((name) => [name, () => turn(name)]));
}

/** @param {import('./rounds.mjs').Measured} measured @param {number} count */
function withRate(measured, count) {
  const { ms } = measured;
  const time = ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(2)} s`;
  return { ...measured, text: `${time}, ${Math.round((count * 1000) / ms).toLocaleString('en')} accounts/s` };
}
