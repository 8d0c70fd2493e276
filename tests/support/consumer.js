// A stranger's project: an empty folder into which the packed package was installed, without a network.

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { packageFolder, root, temporaryFolder } from './placecard.js';

const execute = promisify(execFile);
const tools = fileURLToPath(new URL('node_modules/.bin', root));

/**
 * Runs a program in a folder, ours before the system's, and gives what it said.
 * @param {string} folder
 * @param {string} program
 * @param {string[]} args
 */
export async function run(folder, program, ...args) {
  const env = { ...process.env, NO_COLOR: '1', PATH: `${tools}${delimiter}${process.env.PATH}` };
  // What the test runner tells its own children is not for others.
  delete env.NODE_TEST_CONTEXT;
  try {
    const { stdout } = await execute(program, args, { cwd: folder, env, maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    throw new Error(`${program} ${args.join(' ')}\n${error.stdout}\n${error.stderr}`, { cause: error });
  }
}

/** @type {Promise<{ folder: string, tarball: string }> | undefined} */
let installing;
after(async () => {
  if (installing === undefined) return;
  const { folder } = await installing;
  await rm(folder, { recursive: true, force: true });
});

/** Packed and installed once for all the tests of a file. */
async function install() {
  const folder = await mkdtemp(join(tmpdir(), 'placecard-consumer-'));
  const quiet = ['--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
  await run(folder, 'npm', 'pack', fileURLToPath(packageFolder), '--pack-destination', folder, ...quiet);
  const [name] = await readdir(folder);
  const tarball = join(folder, name);
  const project = join(folder, 'project');
  await mkdir(project);
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'a-strangers-project', private: true }));
  await run(project, 'npm', 'install', ...quiet, tarball);
  return { folder, tarball };
}

/** @returns {Promise<string>} path of the package as npm would publish it */
export async function packed() {
  installing ??= install();
  return (await installing).tarball;
}

/** @param {import('node:test').TestContext} t */
export async function consumer(t) {
  const folder = await temporaryFolder(t);
  await cp(join(await packed(), '../project'), folder, { recursive: true });
  return {
    folder,
    /** @type {(program: string, ...args: string[]) => Promise<string>} */
    run: (program, ...args) => run(folder, program, ...args),
    /** @type {(name: string, text: string) => Promise<void>} */
    write: (name, text) => writeFile(join(folder, name), text),
  };
}
