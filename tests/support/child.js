// Real processes that use the package: another one that holds a file, or one that is killed while it writes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const program = new URL('./holder.js', import.meta.url).pathname;

/**
 * Starts a process that opens `file` and says what it does, a line each.
 * @param {import('node:test').TestContext} t
 * @param {'hold' | 'write'} what
 * @param {string} file
 */
export function startHolder(t, what, file) {
  const child = spawn(process.execPath, [program, what, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  t.after(kill);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    /** @returns {Promise<string | undefined>} the next line it says; nothing once it has ended */
    said: async () => (await lines.next()).value,
    kill,
    /** Lets it close and waits until it is gone. */
    release: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
