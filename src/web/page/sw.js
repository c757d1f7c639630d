//! Keeps the site at hand without a network: one build at a time, whole or not at all.
//!
//! `cargo xtask build` puts in which files the build has and what their content must be. A file is kept under its
//! digest, so that the next build fetches only what changed, and nothing that a server sends in its place (a sign-in
//! page, half an upload) is ever taken for it. A new build waits until the person agrees: see offline.js.
/* global BUILD */

const { version, files } = BUILD;
const HOME = new URL('./', self.location.href);
// Several copies of the site may lie on one server.
const CACHE = `shenbao ${HOME.pathname}`;
const PAGE = 'index.html';

const keyOf = (name) => new URL(`${name}?sha256=${files[name]}`, HOME).href;

/** The file of the build that an address means. */
function nameOf(address) {
  const { origin, pathname } = new URL(address);
  if (origin !== HOME.origin || !pathname.startsWith(HOME.pathname)) return null;
  const name = pathname.slice(HOME.pathname.length) || PAGE;
  return Object.prototype.hasOwnProperty.call(files, name) ? name : null;
}

self.addEventListener('install', (event) => event.waitUntil(install()));

async function install() {
  const cache = await caches.open(CACHE);
  await Promise.all(Object.keys(files).map(async (name) => {
    if (!(await cache.match(keyOf(name)))) await cache.put(keyOf(name), await fetched(name));
  }));
}

async function fetched(name) {
  // What the page has just loaded need not come twice; a copy of an older build is asked for again.
  for (const mode of ['default', 'reload']) {
    const answer = await fetch(new URL(name, HOME).href, { cache: mode });
    const bytes = answer.ok && (await answer.arrayBuffer());
    if (bytes && hex(await crypto.subtle.digest('SHA-256', bytes)) === files[name]) {
      // With the headers of the server, its policies among them, but for those that speak of the transfer.
      const headers = new Headers(answer.headers);
      for (const it of ['content-encoding', 'content-length', 'vary']) headers.delete(it);
      return new Response(bytes, { headers });
    }
  }
  throw new Error(`${name} is not the file of this build`);
}

function hex(bytes) {
  return Array.from(new Uint8Array(bytes), (it) => it.toString(16).padStart(2, '0')).join('');
}

self.addEventListener('activate', (event) => event.waitUntil(tidy()));

async function tidy() {
  const cache = await caches.open(CACHE);
  const kept = new Set(Object.keys(files).map(keyOf));
  await Promise.all((await cache.keys()).filter((it) => !kept.has(it.url)).map((it) => cache.delete(it)));
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const name = request.method === 'GET' && nameOf(request.url);
  if (name && (request.mode !== 'navigate' || name === PAGE)) event.respondWith(answer(event, name));
});

async function answer({ request, clientId }, name) {
  // A portal's page in the same folder is the portal's business.
  const client = request.mode !== 'navigate' && (await self.clients.get(clientId));
  const isOurs = request.mode === 'navigate' || (client && nameOf(client.url) === PAGE);
  const kept = isOurs && (await (await caches.open(CACHE)).match(keyOf(name)));
  return kept || fetch(request);
}

self.addEventListener('message', (event) => {
  // The page that was loaded before there was a worker, if it is of this build.
  if (event.data === `claim ${version}`) event.waitUntil(self.clients.claim());
  if (event.data === 'update') event.waitUntil(update(event.source));
});

// Another window would go on with an old program and new files.
async function update(asking) {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const others = windows.filter((it) => it.id !== asking.id && nameOf(it.url) === PAGE).length;
  if (others) asking.postMessage({ others });
  else await self.skipWaiting();
}
