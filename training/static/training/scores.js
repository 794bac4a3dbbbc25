// The grid of scores by keyboard: Enter and the arrows go up and down a column, and a column pasted from a spreadsheet
// fills the cells below. Without it, the tab key goes from cell to cell and the button saves.

const form = document.getElementById("scores");
document.getElementById("refused")?.focus();

/** @returns {HTMLInputElement[][]} the cells, row by row */
function rows() {
  return [...form.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("input")]).filter((row) => row.length);
}

/** @param {HTMLInputElement} cell @returns {[number, number]} its row and column */
function placeOf(cell) {
  const all = rows();
  const row = all.findIndex((cells) => cells.includes(cell));
  return [row, all[row].indexOf(cell)];
}

form?.addEventListener("keydown", (event) => {
  const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.isComposing || !event.target.matches("td input")) return;
  event.preventDefault();
  const [row, column] = placeOf(event.target);
  const next = rows()[row + step]?.[column] ?? (step > 0 ? form.querySelector("button") : null);
  next?.focus();
});

form?.addEventListener("focusin", (event) => {
  if (event.target.matches("td input")) event.target.select();
});

form?.addEventListener("paste", (event) => {
  const lines = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n$/, "").split("\n");
  if (!event.target.matches("td input") || (lines.length === 1 && !lines[0].includes("\t"))) return;
  event.preventDefault();
  const [row, column] = placeOf(event.target);
  lines.forEach((line, down) =>
    line.split("\t").forEach((text, right) => {
      const cell = rows()[row + down]?.[column + right];
      if (cell) cell.value = text.trim();
    }),
  );
});
