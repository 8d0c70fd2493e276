// A real Chromium in a process group of its own, so that a test can kill it as a power cut would, on a profile that
// can be opened again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';
const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--remote-debugging-port=0',
];

/** A folder for a profile, removed by `remove`. */
export async function newProfile() {
  const folder = await mkdtemp(join(tmpdir(), 'placecard-browser-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }) };
}

/**
 * @param {string} profile folder
 * @param {string[]} [more] flags
 */
export async function launch(profile, more = []) {
  const child = spawn(executable, [...flags, `--user-data-dir=${profile}`, ...more, 'about:blank'], {
    detached: true, // a process group, killed as one
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  // A test that is stopped must not leave a browser behind.
  const abandon = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {} // gone already
  };
  process.once('exit', abandon);
  ended.then(() => process.removeListener('exit', abandon));
  for (const signal of ['SIGTERM', 'SIGINT'])
    if (process.listenerCount(signal) === 0) process.once(signal, () => process.exit(1));
  const address = await debuggingAddress(child);
  const browser = await chromium.connectOverCDP(address);
  const [context] = browser.contexts();
  const kill = async () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
    await ended;
    await browser.close().catch(() => {});
  };
  return {
    context,
    version: browser.version(),
    kill,
    async close() {
      // In good order, so that the profile is as a visitor's browser leaves it.
      const session = await browser.newBrowserCDPSession();
      await session.send('Browser.close').catch(() => {});
      await ended;
      await kill();
    },
  };
}

/** @param {import('node:child_process').ChildProcess} child */
async function debuggingAddress(child) {
  const lines = [];
  for await (const line of createInterface({ input: child.stderr })) {
    const found = line.match(/DevTools listening on (\S+)/);
    if (found) {
      child.stderr.resume();
      return found[1];
    }
    lines.push(line);
  }
  throw new Error(`Chromium did not start:\n${lines.join('\n')}`);
}
