// Serves a folder over HTTP on a port the system picks (or the one given) and prints the address:
//   node scripts/serve.mjs <folder> [port]
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/**
 * @param {string} folder
 * @param {{ port?: number, headers?: Record<string, string>, typeOf?: (file: string) => string }} [options]
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serve(folder, { port = 0, ...options } = {}) {
  const server = createServer(filesOf(folder, options));
  await new Promise((done, failed) => server.on('error', failed).listen(port, '127.0.0.1', done));
  return {
    url: `http://localhost:${server.address().port}/`,
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}

/**
 * A listener of node:http that answers with the files of a folder.
 * @param {string} folder
 * @param {{ headers?: Record<string, string>, typeOf?: (file: string) => string }} [options]
 */
export function filesOf(folder, { headers = {}, typeOf = (file) => types[extname(file)] } = {}) {
  const root = resolve(folder);
  return async (request, response) => {
    const path = pathOf(request.url);
    const file = join(root, normalize(path), path.endsWith('/') ? 'index.html' : '');
    const found = file.startsWith(root) && (await stat(file).catch(() => null));
    if (!found?.isFile()) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
      return;
    }
    response.writeHead(200, {
      'content-type': typeOf(file) ?? 'application/octet-stream',
      'content-length': found.size,
      'cache-control': 'no-cache',
      ...headers,
    });
    createReadStream(file).pipe(response);
  };
}

/** @param {string} url @returns {string} a file nobody has when it is not a path of any */
function pathOf(url) {
  try {
    return decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return '/\0';
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , folder, port] = process.argv;
  if (!folder) throw new Error('usage: node scripts/serve.mjs <folder> [port]');
  const { url } = await serve(folder, { port: Number(port ?? 0) });
  console.log(`placecard is at ${url}  (Ctrl-C stops it)`);
}
