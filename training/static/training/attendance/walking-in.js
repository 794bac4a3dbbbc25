// Adding somebody who came without being on the roster: a small form over the register.

import { folded } from "./finding.js";

const dialog = document.getElementById("walk-in");

/**
 * @param {object} register
 * @param {(typed: { given_name: string, family_name: string, sex: string, institution: string }) => Promise<boolean>}
 *   register.walkIn                        whether they are kept
 * @param {() => string} register.typed     what stands in the search
 * @param {() => string[]} register.names   of everyone on the register
 * @param {() => string[]} register.institutions  that are on the register already
 */
export function welcome({ walkIn, typed, names, institutions }) {
  if (!dialog) return;
  const form = dialog.querySelector("form");
  for (const button of document.querySelectorAll("[data-opens-walk-in]")) {
    button.hidden = false;
    button.addEventListener("click", () => open(form, typed(), institutions()));
  }
  form.addEventListener("input", () => warn(form, names()));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (event.submitter.value === "cancel") return dialog.close();
    const { given_name, family_name, sex, institution } = form.elements;
    const value = (field) => field.value.trim().replace(/\s+/g, " ");
    const kept = await walkIn({
      given_name: value(given_name), family_name: value(family_name), sex: sex.value, institution: value(institution),
    });
    dialog.querySelector("#no-room").hidden = kept;
    if (kept) dialog.close();
  });
}

function open(form, typed, institutions) {
  form.reset();
  const option = (value) => Object.assign(document.createElement("option"), { value });
  dialog.querySelector("datalist").replaceChildren(...[...new Set(institutions)].filter(Boolean).sort().map(option));
  const words = typed.trim().split(/\s+/);
  form.elements.family_name.value = words.length > 1 ? words.pop() : "";
  form.elements.given_name.value = words.join(" ");
  for (const note of dialog.querySelectorAll("#alike, #no-room")) note.hidden = true;
  dialog.showModal();
}

/** Says who on the register is called the same, in whatever script and order. */
function warn(form, names) {
  const key = (name) => folded(name).split(" ").sort().join(" ");
  const { given_name, family_name } = form.elements;
  const wanted = key(`${given_name.value} ${family_name.value}`);
  const same = given_name.value && family_name.value ? names.find((name) => key(name) === wanted) : undefined;
  const note = dialog.querySelector("#alike");
  note.hidden = !same;
  if (same) note.querySelector("b").textContent = same;
}
