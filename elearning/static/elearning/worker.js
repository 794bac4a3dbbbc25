// The service worker of courses: it hands out modules their reader has saved, when there is no network, and nothing else.
// What is saved has no name in it; restricted modules are never offered for saving.

const SHELF = "saved-modules";
const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

scope.addEventListener("install", () => { scope.skipWaiting(); });
scope.addEventListener("activate", (event) => { event.waitUntil(scope.clients.claim()); });

scope.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(fetch(request).catch(() => saved(request)));
});

/**
 * What was saved of it: pages under their own address, whatever follows the path.
 * @param {Request} request
 */
async function saved(request) {
  const shelf = await caches.open(SHELF);
  return (await shelf.match(request, { ignoreSearch: true })) ?? Response.error();
}
