// Reading a module: the block at the top of the screen is the reader's place. It is sent when they pause or leave, and
// goes along when they change the language, so that they stay where they are.

const article = /** @type {HTMLElement | null} */ (document.querySelector("[data-place]"));
const PAUSE = 1500; // milliseconds of standing still before a place is worth sending

/** @type {string} */
let here = location.hash.startsWith("#b-") ? location.hash.slice(3) : "";
let sent = here;
/** @type {number | undefined} */
let timer;

/** The block that begins last above the middle of the screen. */
function findPlace() {
  const line = window.innerHeight / 2;
  for (const block of document.querySelectorAll("[data-block]")) {
    if (block.getBoundingClientRect().top > line) break;
    here = /** @type {HTMLElement} */ (block).dataset.block ?? here;
  }
  for (const field of document.querySelectorAll('.languages [name="block"]')) {
    /** @type {HTMLInputElement} */ (field).value = here;
  }
}

function send() {
  const address = article?.dataset.place;
  const token = /** @type {HTMLInputElement | null} */ (document.querySelector('[name="csrfmiddlewaretoken"]'));
  if (!address || !token || !here || here === sent) return;
  sent = here;
  const body = new URLSearchParams({ block: here, csrfmiddlewaretoken: token.value });
  fetch(address, { method: "POST", body, keepalive: true }).catch(() => { sent = ""; });
}

document.querySelector("[data-print]")?.addEventListener("click", () => print());
for (const link of document.querySelectorAll("a[data-picture]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const picture = document.createElement("img");
    picture.src = /** @type {HTMLAnchorElement} */ (link).href;
    picture.alt = /** @type {HTMLElement} */ (link).dataset.picture ?? "";
    link.parentElement?.replaceWith(picture);
  });
}

if (article) {
  addEventListener("scroll", () => {
    findPlace();
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  }, { passive: true });
  addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") send(); });
  findPlace();
}
