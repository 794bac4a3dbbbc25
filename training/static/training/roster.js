// Finds people while a name is typed. Without this file the same form asks for a page of its own.

const form = document.querySelector("form.find");
const found = document.getElementById("found");
const field = form.elements.q;
let waiting;
let asked;

async function look() {
  asked?.abort();
  asked = new AbortController();
  const address = new URL(form.action);
  address.search = new URLSearchParams({ q: field.value, fragment: "1" });
  try {
    const answer = await fetch(address, { signal: asked.signal });
    if (answer.redirected) return say(form.dataset.expired);
    if (!answer.ok && answer.status !== 429) return say(form.dataset.failed);
    found.innerHTML = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") say(form.dataset.failed);
  }
}

function say(sentence) {
  const notice = document.createElement("p");
  notice.className = "notice warn";
  notice.textContent = sentence;
  found.replaceChildren(notice);
}

field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(field.value.trim() ? look : () => found.replaceChildren(), 250);
});
