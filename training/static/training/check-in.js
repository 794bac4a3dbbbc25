// The code on the trainer's screen: the next one is fetched when this one has run out. Without this file the page is
// loaded anew.

const place = document.getElementById("screen");
const trouble = document.getElementById("screen-trouble");
const TRY_AGAIN = 3000; // milliseconds
const LATE = 50; // so that the server's half-minute is over, too
let until = 0;

function begin() {
  const shown = place.querySelector("[data-left]");
  if (!shown) return;
  until = performance.now() + Number(shown.dataset.left) + LATE;
  setTimeout(next, until - performance.now());
}

async function next() {
  const answer = await fetch(place.dataset.address, { redirect: "manual", headers: { "X-By-Itself": "1" } }).catch(() => null);
  if (answer?.ok) {
    place.innerHTML = await answer.text();
    trouble.hidden = true;
    return begin();
  }
  place.querySelector(".screen")?.classList.add("old");
  trouble.textContent = answer?.type === "opaqueredirect" ? trouble.dataset.login : trouble.dataset.away;
  trouble.hidden = false;
  return setTimeout(next, TRY_AGAIN);
}

function count() {
  const bar = place.querySelector("progress");
  if (bar) bar.value = Math.max(0, until - performance.now());
}

begin();
setInterval(count, 500);
// A screen that was asleep shows an old code: the timer stood still as well.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && performance.now() > until) void next();
});
