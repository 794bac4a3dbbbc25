// The list of languages acts when one is chosen; without scripts there is a button beside it.

document.documentElement.classList.add("scripted");
for (const select of document.querySelectorAll("select[data-submits]")) {
  select.addEventListener("change", () => /** @type {HTMLSelectElement} */ (select).form?.requestSubmit());
}
