// The rows of a register as the server writes them: one pattern for each mark there is, filled in for each person.

import { MARKS } from "./standing.js";

/** @type {Record<string, string>} */
const patterns = {};
for (const template of document.querySelectorAll("template[data-mark]")) {
  patterns[template.dataset.mark] = template.innerHTML.trim();
}

/**
 * @param {{ id: string, name: string, unit: string }} person
 * @param {string} mark
 * @returns {HTMLLIElement}
 */
export function rowOf(person, mark) {
  const template = document.createElement("template");
  template.innerHTML = patterns[mark].replace(/\{(id|name|unit)\}/g, (_whole, word) => escaped(person[word]));
  return template.content.firstElementChild;
}

/** The row of somebody, if there is one. @param {string} id */
export function rowWith(id) {
  return document.getElementById(`p${id}`);
}

export function markOn(row) {
  return MARKS.find((mark) => row.classList.contains(mark)) ?? "";
}

/** Puts another row in the place of one; a keyboard, and what is hidden, stay where they were. */
export function replace(row, other) {
  const focused = row.contains(document.activeElement);
  other.hidden = row.hidden;
  row.replaceWith(other);
  if (focused) other.querySelector("li > button, summary")?.focus({ preventScroll: true });
}

function escaped(text) {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

const DRAWN = ["women", "men", "rest"];

/** Writes the numbers above the list, and draws their bar. @param {ReturnType<import("./standing.js").tally>} tally */
export function drawTally(tally) {
  const counts = { ...tally, rest: tally.away + tally.unmarked };
  for (const item of document.querySelectorAll("#tally [data-n]")) {
    item.querySelector("b").textContent = counts[item.dataset.n];
    if (item.dataset.n === "unrecorded") item.hidden = !tally.anyUnrecorded;
  }
  const bar = document.querySelector("#tally svg");
  bar.setAttribute("viewBox", `0 0 ${tally.everyone || 1} 1`);
  const starts = { women: 0, men: counts.women, rest: tally.there };
  bar.replaceChildren(...DRAWN.map((name) => {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const width = name === "rest" && !tally.everyone ? 1 : counts[name];
    for (const [key, value] of Object.entries({ class: name, x: starts[name], width, height: 1 })) {
      rect.setAttribute(key, value);
    }
    return rect;
  }));
  document.querySelector("#progress b").textContent = tally.there;
  document.querySelector("#progress span").textContent = tally.everyone;
}
