// The worker of the attendance pages: opens them without a network. It keeps files and two empty pages, never a name;
// names are in IndexedDB (store.js). The server writes VERSION, ROOT, SHELLS and FILES in front of this file.
/* global VERSION, ROOT, SHELLS, FILES */

const PREFIX = "attendance ";
const PATIENCE = 4000; // milliseconds until a register that is kept here opens without waiting for a bad network

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(clear().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && path.startsWith(ROOT)) event.respondWith(page(request, path));
  else if (FILES.includes(path)) event.respondWith(file(request, path));
});

async function fill() {
  const cache = await caches.open(PREFIX + VERSION);
  await cache.addAll([...FILES, ...Object.values(SHELLS)].map((path) => new Request(path, { cache: "reload" })));
}

async function clear() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== PREFIX + VERSION).map((name) => caches.delete(name)));
}

async function file(request, path) {
  return (await caches.match(path)) ?? fetch(request);
}

/** The page from the server; an empty one for what is kept here where that fails, or takes too long. */
async function page(request, path) {
  const answer = fetch(request);
  const kept = await isKept(path);
  const late = new Promise((_resolve, reject) => kept && setTimeout(reject, PATIENCE));
  try {
    const response = await Promise.race([answer, late]);
    if (response.status < 500 || !kept) return response;
  } catch {
    // Without a network, or as good as without one.
  }
  return (await caches.match(path === ROOT ? SHELLS.today : SHELLS.register)) ?? answer;
}

/** Whether this device keeps the register of that address; for the list of today, any. */
async function isKept(path) {
  const [session, date] = path.slice(ROOT.length).split("/");
  const keys = await keysOfRosters().catch(() => []);
  return keys.some((key) => !session || (key[1] === session && key[2] === date));
}

function keysOfRosters() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("evidenca");
    asked.onupgradeneeded = () => asked.transaction.abort(); // nothing was ever kept here
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const keys = asked.result.transaction("rosters").objectStore("rosters").getAllKeys();
      keys.onsuccess = () => resolve(keys.result);
      keys.onerror = () => reject(keys.error);
      keys.transaction.oncomplete = () => asked.result.close();
    };
  });
}
