// Who has checked in by code and waits to be confirmed, above the register: asked for anew while the page is in sight.
// Without this file, and without a network, it is what came with the page.

const EVERY = 8000; // milliseconds

async function renew() {
  const here = document.getElementById("checked-in");
  if (!here || document.hidden || !navigator.onLine) return;
  const asked = { redirect: "manual", headers: { "X-By-Itself": "1" } };
  const answer = await fetch(`checked-in/?known=${here.dataset.known}`, asked).catch(() => null);
  if (answer?.status !== 200) return;
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  const other = template.content.querySelector("#checked-in");
  if (other) replace(here, other);
}

/** What the trainer has unticked stays so, and a keyboard stays where it was. */
function replace(here, other) {
  const unticked = new Set([...here.querySelectorAll("input[name=whose]:not(:checked)")].map((box) => box.value));
  for (const box of other.querySelectorAll("input[name=whose]")) box.checked = !unticked.has(box.value);
  const focused = here.contains(document.activeElement) ? document.activeElement : null;
  const list = here.querySelector("ul").scrollTop;
  here.replaceWith(other);
  other.querySelector("ul").scrollTop = list;
  if (focused) (other.querySelector(`input[value="${focused.value}"]`) ?? other.querySelector("button")).focus();
}

if (document.getElementById("checked-in")) setInterval(renew, EVERY);
