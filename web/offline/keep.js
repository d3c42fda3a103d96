// Keeps the page on the reader's device: later visits ask the network for nothing, and need none.
//
// `cargo xtask dist` makes `sw.js` of it, with the files of one build in the place of FILES. A new
// build is another `sw.js`. It fetches its files into a cache of its own, each checked by its
// digest, so that a cache is one version whole or is not there, and takes over at the next visit.
// Files whose names hold a hash are the same in every version and may come from any cache; the
// page itself only from this one's, so that no mix of two versions is ever shown.
const FILES = "FILES";
const PREFIX = `mmscope ${registration.scope} `;
const CACHE = `${PREFIX}VERSION`;

const isHashed = (path) => /-[0-9a-zA-Z]{16}[._]/.test(path);

const find = async (path) => {
  const url = new URL(path, registration.scope).href;
  const own = await caches.open(CACHE);
  return await own.match(url) ?? (isHashed(path) ? caches.match(url) : undefined);
};

const take = async (cache, [path, integrity]) => {
  const answer = await find(path) ?? await fetch(path, { integrity, cache: isHashed(path) ? "default" : "no-cache" });
  if (!answer.ok || answer.redirected) throw new Error(`${path} answers ${answer.status}`);
  await cache.put(path, answer);
};

const install = async () => {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(FILES.map((file) => take(cache, file)));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
  // Pages that are open have fetched all that they need; the next one is the new version's.
  await skipWaiting();
};

// Not when this takes over: then the page that is open may still be fetching its files.
const tidy = async () => {
  if ((await clients.matchAll({ type: "window" })).length > 1) return;
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
};

addEventListener("install", (event) => event.waitUntil(install()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = request.url.split(/[?#]/)[0];
  if (request.method !== "GET" || !address.startsWith(registration.scope)) return;
  const path = address.slice(registration.scope.length).replace(/^index\.html$/, "") || "./";
  event.respondWith(find(path).then((kept) => kept ?? fetch(request)));
  if (request.mode === "navigate") event.waitUntil(tidy());
});
