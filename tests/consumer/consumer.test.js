// The package in other people's hands: packed, installed, imported, type-checked and bundled.

import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

import { consumer, packed, run } from '../support/consumer.js';
import { packageFolder, root } from '../support/placecard.js';

const PROGRAM = `
  const accounts = await open();
  await accounts.importUsers([{ username: 'ada' }]);
  console.log((await accounts.users.get(1)).username);
  await accounts.close();
`;

test('the tarball holds what is needed and nothing else', async () => {
  const tarball = await packed();
  const files = (await run(process.cwd(), 'tar', '-tzf', tarball)).trim().split('\n').sort();
  for (const file of files)
    assert.match(
      file,
      /^package\/((storage|sessions|server|sync)\/)?[\w.-]+(\.js|\.d\.ts|\.wasm|\.json|\.md)$|\/LICENSE$/,
    );
  for (const file of ['index.js', 'index.d.ts', 'node.js', 'node.d.ts', 'placecard.wasm', 'LICENSE', 'README.md']) {
    assert(files.includes(`package/${file}`), file);
  }
  const manifest = JSON.parse(await run(process.cwd(), 'tar', '-xzOf', tarball, 'package/package.json'));
  assert.equal(manifest.name, 'placecard');
  const [, version] = (await readFile(new URL('CMakeLists.txt', root), 'utf8')).match(
    /^project\(placecard VERSION (\S+)/m,
  );
  assert.equal(manifest.version, version, 'the version stands once');
  for (const kind of ['dependencies', 'optionalDependencies', 'bundledDependencies', 'scripts']) {
    assert.equal(manifest[kind], undefined, kind);
  }
  // Drivers for the sync server, which nobody else has to install.
  const optional = { '@electric-sql/pglite': { optional: true }, pg: { optional: true } };
  assert.deepEqual(manifest.peerDependenciesMeta, optional);
  assert.deepEqual(Object.keys(manifest.peerDependencies), Object.keys(optional));
  assert.equal(manifest.sideEffects, false);
});

test('in Node it is imported, and required', async (t) => {
  const project = await consumer(t);
  await project.write('imported.mjs', `import { open } from 'placecard';${PROGRAM}`);
  assert.equal(await project.run(process.execPath, 'imported.mjs'), 'ada\n');
  await project.write('required.cjs', `const { open } = require('placecard'); (async () => {${PROGRAM}})();`);
  assert.equal(await project.run(process.execPath, 'required.cjs'), 'ada\n');
  await project.write(
    'insides.mjs',
    `for (const path of ['placecard/core.js', 'placecard/storage/file.js', 'placecard/node.js']) {
       await import(path).then(() => console.log(path), (error) => console.log(error.code));
     }
     console.log(import.meta.resolve('placecard/placecard.wasm').endsWith('/placecard/placecard.wasm'));
     console.log(import.meta.resolve('placecard/package.json').endsWith('/placecard/package.json'));`,
  );
  const closed = 'ERR_PACKAGE_PATH_NOT_EXPORTED\n'.repeat(3);
  assert.equal(await project.run(process.execPath, 'insides.mjs'), `${closed}true\ntrue\n`);
});

const TYPED = `
import { AccountError, AnonymousUser, type Accounts, open, memoryStorage, type Page, type User } from 'placecard';

export async function main(): Promise<string[]> {
  const accounts: Accounts = await open({ storage: memoryStorage(), passwordPolicy: { minChars: 15 }, now: () => 0 });
  const imported: number = await accounts.importUsers([{ id: 5, username: 'ada', email: null, joinedAt: new Date() }]);
  const found: User | null = await accounts.users.filterBy({ username: 'ada', email: null }).orderBy('id', 'desc').first();
  const page: Page = await accounts.users.paginate({ page: 1, perPage: 10, iterPages: { leftEdge: 1 } });
  const numbers: (number | null)[] = page.iterPages;
  const names: (string | null)[] = [...page].map((user) => user.username);
  const bytes: Uint8Array = await accounts.exportDatabase({ onProgress: (done: number, total: number) => done / total });
  await accounts.importDatabase(bytes.buffer as ArrayBuffer);
  try {
    await accounts.signUp({ username: 'ada', email: 'ada@example.com', password: 'dinner at eight' });
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    const code: 'username-taken' | 'email-taken' | string = error.code;
    const retry: number | undefined = error.retryAfterMs;
    return [code, String(retry), ...error.fields, ...error.problems.map(({ message }) => message)];
  }
  const id: number | bigint | undefined = found?.id;
  const nobody: null = new AnonymousUser().getId();
  return [String(imported), String(id), String(nobody), ...numbers.map(String), ...names.map(String)];
}
// @ts-expect-error there is no such column
export const wrongColumn = (accounts: Accounts) => accounts.users.orderBy('nick');
// @ts-expect-error a name is text
export const wrongValue = (accounts: Accounts) => accounts.importUsers([{ username: 5 }]);
// @ts-expect-error there is no such code
export const wrongCode = (error: AccountError) => error.code === 'user-taken';
`;

for (const [moduleResolution, module] of [
  ['nodenext', 'nodenext'],
  ['bundler', 'esnext'],
]) {
  test(`TypeScript is content under strict, moduleResolution ${moduleResolution}`, async (t) => {
    const project = await consumer(t);
    await project.write('typed.mts', TYPED);
    const compilerOptions = {
      strict: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable'],
      types: [],
      module,
      moduleResolution,
    };
    await project.write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['typed.mts'] }));
    assert.equal(await project.run('tsc', '-p', '.'), '');
  });
}

test('the sync server runs where PGlite is installed, and is typed', async (t) => {
  const project = await consumer(t);
  for (const scope of ['@electric-sql', '@types']) {
    await symlink(fileURLToPath(new URL(`node_modules/${scope}`, root)), join(project.folder, 'node_modules', scope));
  }
  await project.write(
    'server.mjs',
    `import { openDatabase, serve } from 'placecard/server';
     const server = await serve({ database: await openDatabase({ folder: 'accounts' }) });
     const { ok, version } = await (await fetch(\`\${server.url}healthz\`)).json();
     console.log(ok, version);
     await server.close();`,
  );
  const { version } = JSON.parse(await readFile(new URL('package.json', packageFolder), 'utf8'));
  assert.equal(await project.run(process.execPath, 'server.mjs'), `true ${version}\n`);
  await project.write(
    'typed.mts',
    `import { createHandler, type Database, type Handler } from 'placecard/server';
     export const handlerOf = (database: Database): Handler => createHandler({ database, origins: ['https://a.example'] });
     export const answerOf = (handler: Handler): Promise<Response> => handler(new Request('https://a.example/healthz'));
     // @ts-expect-error there is no server without a database
     export const nothing = () => createHandler({});`,
  );
  const options = [
    '--strict',
    '--noEmit',
    '--target',
    'es2022',
    '--module',
    'nodenext',
    '--lib',
    'es2022,dom,dom.iterable',
  ];
  assert.equal(await project.run('tsc', ...options, '--types', 'node', '--skipLibCheck', 'false', 'typed.mts'), '');
});

test('publint and are-the-types-wrong find nothing', async () => {
  const tarball = await packed();
  const said = await run(process.cwd(), 'publint', 'run', tarball, '--strict');
  assert.match(said, /All good!/);
  // The module is an asset, which has no types to be wrong.
  const options = ['--profile', 'esm-only', '--exclude-entrypoints', 'placecard.wasm'];
  await run(process.cwd(), 'attw', tarball, ...options);
});

test('esbuild bundles it for Node, with the module beside the bundle', async (t) => {
  const project = await consumer(t);
  await project.write('main.js', `import { open } from 'placecard';${PROGRAM}`);
  const options = ['--bundle', '--format=esm', '--platform=node', '--outfile=out/main.mjs', '--log-level=error'];
  await project.run('esbuild', 'main.js', ...options);
  await copyFile(
    join(project.folder, 'node_modules/placecard/placecard.wasm'),
    join(project.folder, 'out/placecard.wasm'),
  );
  assert.equal(await project.run(process.execPath, 'out/main.mjs'), 'ada\n');
});

test('an unused import leaves nothing of it in a bundle', async (t) => {
  const project = await consumer(t);
  await project.write('main.js', "import { open } from 'placecard';\nconsole.log('nothing else');\n");
  const options = ['--bundle', '--format=esm', '--platform=browser', '--outfile=out.js', '--log-level=error'];
  await project.run('esbuild', 'main.js', ...options);
  const bundle = await readFile(join(project.folder, 'out.js'), 'utf8');
  assert(bundle.length < 200, bundle.slice(0, 500));
});

const PAGE_SCRIPT = `
  import { open } from 'placecard';
  ${PROGRAM.replace('console.log', 'document.title = ')}
`;

const types = { html: 'text/html', js: 'text/javascript', wasm: 'application/wasm' };

/** Serves a folder on a port the system chooses, as any static host would. */
async function served(t, folder) {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const name = path.endsWith('/') ? `${path}index.html` : path;
    try {
      const body = await readFile(join(folder, name));
      response.writeHead(200, { 'content-type': types[name.split('.').pop()] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** The title a page has once its script has run, or the error that stopped it. */
async function titleOf(t, url) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: false,
  });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const failed = new Promise((_, reject) => page.once('pageerror', reject));
  failed.catch(() => {}); // also when the page has been closed by then
  await page.goto(url);
  await Promise.race([page.waitForFunction(() => document.title !== ''), failed]);
  return page.title();
}

test('esbuild bundles it for a browser, with the module beside the bundle', async (t) => {
  const project = await consumer(t);
  await project.write('main.js', PAGE_SCRIPT);
  const options = ['--bundle', '--minify', '--format=esm', '--outfile=site/main.js', '--log-level=error'];
  await project.run('esbuild', 'main.js', ...options);
  await copyFile(
    join(project.folder, 'node_modules/placecard/placecard.wasm'),
    join(project.folder, 'site/placecard.wasm'),
  );
  await project.write('site/index.html', '<!doctype html><script type="module" src="./main.js"></script>');
  assert.equal(await titleOf(t, await served(t, join(project.folder, 'site'))), 'ada');
});

test('Vite builds a site that carries the module and works under any path', async (t) => {
  const project = await consumer(t);
  await project.write('index.html', '<!doctype html><script type="module" src="./main.js"></script>');
  await project.write('main.js', PAGE_SCRIPT);
  await project.run('vite', 'build', '--base', './', '--outDir', 'served/a/deep/path', '--logLevel', 'warn');
  const assets = await readdir(join(project.folder, 'served/a/deep/path/assets'));
  const [wasm, ...more] = assets.filter((name) => name.endsWith('.wasm'));
  assert.match(wasm, /^placecard-.+\.wasm$/);
  assert.deepEqual(more, []);
  const scripts = assets.filter((name) => name.endsWith('.js'));
  const texts = await Promise.all(
    scripts.map((name) => readFile(join(project.folder, 'served/a/deep/path/assets', name), 'utf8')),
  );
  assert(
    texts.some((text) => text.includes(wasm)),
    'the built script names it',
  );
  const url = await served(t, join(project.folder, 'served'));
  assert.equal(await titleOf(t, `${url}/a/deep/path/`), 'ada');
});

test('without a bundler, a page imports the files as they are', async (t) => {
  const project = await consumer(t);
  await mkdir(join(project.folder, 'site'));
  for (const file of ['index.js', 'worker.js', 'service.js', 'placecard.wasm']) {
    await copyFile(join(project.folder, 'node_modules/placecard', file), join(project.folder, 'site', file));
  }
  const script = PAGE_SCRIPT.replace("'placecard'", "'./index.js'");
  await project.write('site/index.html', `<!doctype html><script type="module">${script}</script>`);
  assert.equal(await titleOf(t, await served(t, join(project.folder, 'site'))), 'ada');
});
