// Knowledge checks inside a module: each question is fetched when it comes near, and answered where it stands. Without
// this file its link leads to a page of its own.

const NEAR = "600px";

async function load(place, address, more) {
  const response = await fetch(address, { redirect: "manual", headers: { "X-Part": "check" }, ...more }).catch(() => null);
  if (!response?.ok) return false;
  place.innerHTML = await response.text();
  return true;
}

function watch(place) {
  const link = place.querySelector("a[href]");
  new IntersectionObserver((seen, observer) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    observer.disconnect();
    load(place, link.href);
  }, { rootMargin: NEAR }).observe(place);
  place.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const sent = await load(place, form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (sent) place.querySelector("[tabindex='-1']")?.focus();
    else form.querySelector("[data-trouble]").textContent = form.dataset.failed;
  });
  place.addEventListener("click", async (event) => {
    const again = event.target.closest("[data-again]");
    if (!again) return;
    event.preventDefault();
    if (await load(place, again.href)) place.querySelector("input, select")?.focus();
  });
}

document.querySelectorAll("[data-check]").forEach(watch);
