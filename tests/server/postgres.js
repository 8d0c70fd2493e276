// A PostgreSQL of its own for a test file: a fresh cluster in a temporary folder, reached over a socket in it and by no
// port, run by somebody who is not root, and gone when the file is done.

import { execFile, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const execute = promisify(execFile);
const NOBODY = 65534;
const DEBIAN = '/usr/lib/postgresql';
const USER = 'placecard';

/** The folder of initdb and postgres. */
function programs() {
  const [version] = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a));
  return join(DEBIAN, version, 'bin');
}

/**
 * @param {{ durable?: boolean }} [options] durable waits for the disk at each commit, which tests do not need
 * @returns {Promise<{ folder: string, urlOf: (database: string) => string, create: () => Promise<string>, run: (program: string, ...args: string[]) => Promise<string>, stop: () => Promise<void> }>}
 */
export async function startPostgres({ durable = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'placecard-pg-'));
  const data = join(folder, 'data');
  // postgres refuses to run as root.
  const who = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (who.uid !== undefined) chownSync(folder, NOBODY, NOBODY);
  const options = { ...who, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' }, maxBuffer: 2 ** 28 };
  const run = async (program, ...args) => (await execute(join(programs(), program), args, options)).stdout;
  await run('initdb', '-D', data, '-U', USER, '-A', 'trust', '--no-sync', '-E', 'UTF8', '--no-locale');
  const settings = [
    ['listen_addresses', ''],
    ['unix_socket_directories', folder],
    ['max_connections', '200'],
    ...(durable ? [] : [['fsync', 'off']]),
  ].flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(programs(), 'postgres'), ['-D', data, ...settings], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  const exited = new Promise((done) => server.once('exit', done));
  await new Promise((ready, failed) => {
    server.stderr.on('data', (chunk) => {
      said = (said + chunk).slice(-10_000);
      if (said.includes('ready to accept connections')) ready();
    });
    exited.then(() => failed(new Error(`postgres ended: ${said}`)));
  });
  const urlOf = (database) => `postgres://${USER}@/${database}?host=${encodeURIComponent(folder)}`;
  const admin = new pg.Client(urlOf('postgres'));
  await admin.connect();
  let count = 0;
  return {
    folder,
    urlOf,
    run: (program, ...args) => run(program, ...args, '-h', folder, '-U', USER),
    create: async () => {
      const name = `test_${++count}`;
      await admin.query(`CREATE DATABASE ${name}`);
      return name;
    },
    stop: async () => {
      await admin.end();
      server.kill('SIGINT'); // a fast shutdown: sessions that are still open are ended
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
