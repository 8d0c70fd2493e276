// @ts-check
// A storage in Node: a plain SQLite file that the sqlite3 shell and Flask open as it is. Each commit writes a new file
// beside it and moves it into place, so that there is the old database or the new one and never half of each.
//
// One process at a time: a second one is refused with `storage-busy`. The lock is a file beside the database that
// names its owner; one whose owner has died is taken over.

import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';

import { accountError } from '../errors.js';

const STEAL_TIMEOUT_MS = 10_000;

/**
 * @param {string} path of the SQLite file; made when absent
 * @returns {import('./storage.js').Storage}
 */
export function fileStorage(path) {
  if (typeof path !== 'string' || path === '') {
    throw accountError('argument-invalid', 'fileStorage takes the path of a file.');
  }
  return {
    kind: 'file',
    shared: true,
    async open() {
      await mkdir(dirname(resolve(path)), { recursive: true }).catch((error) => {
        throw failed(error);
      });
      // Behind a link lies the file to replace and to lock, whichever way one came.
      const file = await realpath(path).catch(() => resolve(path));
      await lock(`${file}.lock`);
      return {
        async load(write) {
          const bytes = await readFile(file).catch((/** @type {NodeJS.ErrnoException} */ error) => {
            if (error.code === 'ENOENT') return null;
            throw failed(error);
          });
          if (bytes !== null && bytes.length > 0) write(0, bytes);
        },
        async commit({ read }) {
          await replace(file, read()).catch((error) => {
            throw failed(error);
          });
        },
        async close() {
          await rm(`${file}.lock`, { force: true });
        },
      };
    },
  };
}

/**
 * @param {string} file
 * @param {Uint8Array} bytes
 */
async function replace(file, bytes) {
  const temporary = `${file}.tmp`;
  // Only its owner may read a new file: it holds password hashes. An existing one keeps its mode.
  const mode = await stat(file).then(
    (found) => found.mode,
    () => 0o600,
  );
  try {
    const handle = await open(temporary, 'w', mode);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // The rename itself is durable once the folder is.
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * @param {NodeJS.ErrnoException} error
 * @returns {Error}
 */
function failed(error) {
  const full = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  return accountError(full ? 'storage-full' : 'storage-failed', `The file could not be used: ${error.message}`, error);
}

/** @param {string} lockFile */
async function lock(lockFile) {
  const me = JSON.stringify({ pid: process.pid, born: await birthOf(process.pid), host: hostname() });
  if (await create(lockFile, me)) return;
  // Only one process may look at a dead owner's lock and replace it; the second lock is held for moments only.
  const stealing = `${lockFile}.steal`;
  const age = await stat(stealing).then(
    (found) => Date.now() - found.mtimeMs,
    () => 0,
  );
  if (age > STEAL_TIMEOUT_MS) await rm(stealing, { force: true });
  if (!(await create(stealing, me))) throw accountError('storage-busy');
  try {
    if (await ownerLives(lockFile)) throw accountError('storage-busy');
    await rm(lockFile, { force: true });
    if (!(await create(lockFile, me))) throw accountError('storage-busy');
  } finally {
    await rm(stealing, { force: true });
  }
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {Promise<boolean>} false when it is there already
 */
async function create(file, text) {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(text);
    await handle.close();
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw failed(/** @type {NodeJS.ErrnoException} */ (error));
  }
}

/** @param {string} lockFile */
async function ownerLives(lockFile) {
  const text = await readFile(lockFile, 'utf8').catch(() => '');
  let owner;
  try {
    owner = JSON.parse(text);
  } catch {
    // Just created and not yet written, or cut short by a crash: by its age.
    const age = await stat(lockFile).then(
      (found) => Date.now() - found.mtimeMs,
      () => STEAL_TIMEOUT_MS + 1,
    );
    return age <= STEAL_TIMEOUT_MS;
  }
  if (owner.host !== hostname()) return true; // nobody here can tell
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
  // Process ids are used again, after a restart at the latest.
  return (await birthOf(owner.pid)) === owner.born;
}

/**
 * When a process was started, in ticks since boot (proc(5), field 22 of /proc/pid/stat), with the boot's id; the same
 * text for every process where there is no /proc.
 * @param {number} pid
 */
async function birthOf(pid) {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const status = await readFile(`/proc/${pid}/stat`, 'utf8');
    return `${boot.trim()} ${status.slice(status.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return 'unknown';
  }
}
