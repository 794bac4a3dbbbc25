// Saving a module for reading without a network: the page as it is for everybody, its styles and its pictures. It stays
// until its reader removes it, on this device only.

const SHELF = "saved-modules";
const button = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-save]"));

/** @param {string} page @param {string} at */
async function save(page, at) {
  const shelf = await caches.open(SHELF);
  const answer = await fetch(page, { cache: "no-store" });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const html = await answer.clone().text();
  await shelf.put(at, answer);
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const beside = [...parsed.querySelectorAll("link[rel=stylesheet], img")];
  const addresses = beside.map((one) => one.getAttribute("href") ?? one.getAttribute("src"));
  await shelf.addAll(/** @type {string[]} */ (addresses.filter(Boolean)));
}

/** @param {HTMLButtonElement} button @param {boolean} isSaved */
function say(button, isSaved) {
  const words = button.dataset.savedWord ?? "";
  button.dataset.saveWord ??= button.textContent ?? "";
  button.textContent = isSaved ? words : button.dataset.saveWord;
  button.setAttribute("aria-pressed", String(isSaved));
}

async function offer() {
  if (!button || !("serviceWorker" in navigator) || !("caches" in window)) return;
  await navigator.serviceWorker.register("/courses/worker.js", { scope: "/courses/" });
  const { save: page = "", at = "" } = button.dataset;
  const shelf = await caches.open(SHELF);
  let isSaved = Boolean(await shelf.match(at));
  button.hidden = false;
  say(button, isSaved);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if (isSaved) await shelf.delete(at);
      else await save(page, at);
      isSaved = !isSaved;
    } finally {
      button.disabled = false;
      say(button, isSaved);
    }
  });
}

offer();
