/* Keeps the page that checks certificates, so that it opens without a network too. What it keeps, KEEPS, stands above:
   put there by views/offline.py. Under verify/ alone; everything else never passes through here. */
"use strict";

const CACHE = "verify";
const FRESH = 60 * 60 * 1000; // milliseconds for which the page kept, and so its list of revocations, is new enough

async function keep(cache, address) {
  // Without a log-in: what is kept is the same for whoever uses this device.
  const answer = await fetch(address, { credentials: "omit", cache: "reload" });
  if (answer.ok) await cache.put(address, answer);
  return answer.ok;
}

async function keepAll() {
  const cache = await caches.open(CACHE);
  const kept = await Promise.all([KEEPS.page, ...KEEPS.files].map((address) => keep(cache, address)));
  if (!kept.every(Boolean)) throw new Error("not all could be kept");
  const wanted = new Set([KEEPS.page, ...KEEPS.files].map((address) => new URL(address, location).href));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
}

async function renew() {
  const cache = await caches.open(CACHE), page = await cache.match(KEEPS.page);
  const made = page ? Date.parse(page.headers.get("Date")) : 0;
  if (!(Date.now() - made < FRESH)) await keep(cache, KEEPS.page);
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    return (await caches.match(KEEPS.page)) || Promise.reject(error);
  }
}

async function file(request) {
  try {
    return await fetch(request);
  } catch (error) {
    return (await caches.match(request.url)) || Promise.reject(error);
  }
}

addEventListener("install", (event) => event.waitUntil(keepAll().then(() => self.skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") {
    event.respondWith(page(request));
    event.waitUntil(renew().catch(() => {}));
  } else if (request.method === "GET" && new URL(request.url).origin === location.origin) {
    event.respondWith(file(request));
  }
});
