// What stands where a build that is to be kept has its worker (keep.js): on a server for
// development. It takes away what another build left on this address, which would be shown instead.
const retire = async () => {
  const kept = (await caches.keys()).filter((name) => name.startsWith(`mmscope ${registration.scope} `));
  await Promise.all(kept.map((name) => caches.delete(name)));
  await registration.unregister();
  for (const page of await clients.matchAll({ type: "window" })) page.navigate(page.url);
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(retire()));
