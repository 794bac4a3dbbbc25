// The register on a phone: sends each tap, says what could not be saved, and finds a name while it is typed.
// Without this file the same buttons post the form and the search asks the server.

const form = document.getElementById("marks");
const search = document.getElementById("search");
const trouble = document.getElementById("trouble");

// ---- finding a name: the folding of training/names.py, so that "gjorgji" finds Ѓорѓи and "djordjevic" Đorđević

const CYRILLIC = {
  а: "a", б: "b", в: "v", г: "g", д: "d", ѓ: "gj", ђ: "dj", е: "e", ж: "z", з: "z", ѕ: "dz", и: "i", ј: "j", к: "k",
  л: "l", љ: "lj", м: "m", н: "n", њ: "nj", о: "o", п: "p", р: "r", с: "s", т: "t", ќ: "kj", ћ: "c", у: "u", ф: "f",
  х: "h", ц: "c", ч: "c", џ: "dz", ш: "s",
};

function folded(text) {
  return text.toLowerCase().normalize("NFC").replace(/[\u0400-\u045f]/g, (letter) => CYRILLIC[letter] ?? letter)
    .replaceAll("đ", "dj").normalize("NFD").replace(/[\u0300-\u036f'’]/g, "")
    .replaceAll("dzh", "dz").replace(/([dgk])j/g, "$1").replace(/([zsct])h/g, "$1").replace(/xh?/g, "dz")
    .replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

function filter() {
  const words = folded(search.elements.q.value).split(" ");
  let shown = 0;
  for (const row of form.querySelectorAll("li")) {
    const name = ` ${folded(row.querySelector("b").textContent)}`;
    row.hidden = !words.every((word) => name.includes(` ${word}`));
    shown += !row.hidden;
  }
  form.querySelector(".nobody").hidden = shown > 0;
  if (form.getBoundingClientRect().top < search.getBoundingClientRect().bottom) form.scrollIntoView();
}

// ---- saving: one request for each tap; the row shows the old mark until the server has the new one

function send(event) {
  const button = event.submitter;
  event.preventDefault();
  const row = button.closest("li") ?? button;
  row.setAttribute("aria-busy", "true");
  htmx.ajax("POST", button.hasAttribute("formaction") ? button.formAction : form.action, {
    source: row,
    swap: "none",
    values: button.name ? { [button.name]: button.value } : {},
  }).then(() => keepFocus(row.id), () => {}); // what went wrong is said in answered()
}

function whyNot({ xhr, successful, pathInfo }) {
  if (!xhr.status) return form.dataset.offline;
  if (new URL(xhr.responseURL).pathname !== new URL(pathInfo.requestPath, location.href).pathname) return form.dataset.expired;
  if (successful) return "";
  if (xhr.status === 422) return xhr.responseText;
  return xhr.status === 403 ? form.dataset.refused : form.dataset.failed;
}

function answered(event) {
  event.detail.elt.removeAttribute("aria-busy");
  trouble.textContent = whyNot(event.detail);
  if (trouble.textContent) document.getElementById("said").textContent = "";
}

// A row that was replaced under the finger keeps the focus, so that a keyboard goes on from there.
function keepFocus(id) {
  if (document.activeElement !== document.body) return;
  document.getElementById(id)?.querySelector("li > button, summary")?.focus({ preventScroll: true });
}

if (form && search) {
  form.addEventListener("submit", send);
  form.addEventListener("toggle", (event) => event.target.scrollIntoView({ block: "nearest" }), true);
  form.addEventListener("htmx:afterRequest", answered);
  search.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", filter);
  window.addEventListener("beforeunload", (event) => {
    if (form.querySelector("[aria-busy]")) event.preventDefault();
  });
}
