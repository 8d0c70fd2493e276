// @ts-check
// Keeps the whole page, so that it works with no server at all. A version is stored as a whole or not at all, and its
// files lie in a folder named after it: an old page can never get a new module, nor a new page an old one.

// The build puts the version's own name and files here.
const { folder, files } = { folder: 'page', files: ['page/app.js'] };

const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));
const prefix = `placecard-party ${scope.registration.scope} `;
const cacheName = prefix + folder;
const beside = ['manifest.webmanifest', 'icon.svg', 'icon-maskable.svg', 'party.json']; // beside that folder
const urlOf = (/** @type {string} */ file) => new URL(file, scope.registration.scope).href;
const home = urlOf('./');
const invitation = urlOf('party.json');
const own = new Set([home, ...['index.html', ...beside].map(urlOf)]);

scope.addEventListener('install', (event) => event.waitUntil(store()));

async function store() {
  const cache = await caches.open(cacheName);
  const page = await fetch(home, { cache: 'no-cache' });
  // In the middle of an upload the host may still give the former page: then another time.
  if (!(await page.clone().text()).includes(`${folder}/app.js`)) throw new Error('This page is of another version.');
  await cache.put(home, page);
  await cache.addAll(files.map(urlOf));
  await cache.addAll(beside.map((file) => new Request(urlOf(file), { cache: 'no-cache' })));
}

// A first version serves the tab that brought it.
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));

scope.addEventListener('message', (event) => {
  if (event.data === 'take-over') event.waitUntil(scope.skipWaiting());
  if (event.data === 'loaded') event.waitUntil(tidy());
});

/** Removes former versions, once no other tab may still be loading one. */
async function tidy() {
  const tabs = await scope.clients.matchAll({ includeUncontrolled: true, type: 'window' });
  const names = await caches.keys();
  const { installing, waiting } = scope.registration;
  if (tabs.length > 1 || installing !== null || waiting !== null) return; // a newer version is no former one
  await Promise.all(
    names.filter((name) => name.startsWith(prefix) && name !== cacheName).map((name) => caches.delete(name)),
  );
}

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = request.url.replace(/[?#].*$/, '');
  if (request.method !== 'GET' || !isOwn(url)) return;
  if (url === invitation) event.respondWith(answerInvitation(request));
  else if (request.mode === 'navigate' && (url === home || url === `${home}index.html`))
    event.respondWith(stored(home, request));
  else event.respondWith(stored(url, request));
});

/**
 * Whether a file is the page's. Whatever else lies here, the sync server's v1/ above all, goes to the network as if
 * there were no worker.
 * @param {string} url
 */
function isOwn(url) {
  return own.has(url) || url.startsWith(urlOf('page'));
}

/**
 * @param {string} url
 * @param {Request} request
 */
async function stored(url, request) {
  const cache = await caches.open(cacheName);
  // The folder of another version is in that version's cache, as long as a tab may want it.
  return (await cache.match(url)) ?? (await caches.match(url)) ?? fetch(request);
}

/**
 * The host edits the invitation, so it is no part of a version: a page that asks for today's goes to the server.
 * @param {Request} request
 */
async function answerInvitation(request) {
  const cache = await caches.open(cacheName);
  if (request.cache !== 'no-cache') {
    const copy = await cache.match(invitation);
    if (copy !== undefined) return copy;
  }
  const response = await fetch(request);
  if (response.ok) await cache.put(invitation, response.clone());
  return response;
}
