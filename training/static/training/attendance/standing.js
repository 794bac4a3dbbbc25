// Which mark stands, how many are there, what can be undone. Plain functions; they change nothing.

/** @typedef {import("./store.js").Tap} Tap */
/** @typedef {import("./store.js").Roster} Roster */

export const MARKS = ["present", "late", "excused", "absent"];
const THERE = ["present", "late"];

/**
 * The marks as this device shows them: the server's, and over them what has not been sent yet.
 * @param {Record<string, string>} marks
 * @param {Tap[]} taps of that day, in their order
 * @returns {Map<string, string>}
 */
export function standing(marks, taps) {
  const shown = new Map(Object.entries(marks));
  for (const tap of taps) if (!tap.why) shown.set(String(tap.whose), tap.mark);
  return shown;
}

/**
 * The register in numbers; whoever is on it, whatever their role.
 * @param {Roster["people"]} people
 * @param {Map<string, string>} shown
 */
export function tally(people, shown) {
  const counted = { women: 0, men: 0, unrecorded: 0, away: 0, unmarked: 0 };
  for (const [id, , , sex] of people) counted[placeOf(sex, shown.get(String(id)) ?? "")] += 1;
  const there = counted.women + counted.men + counted.unrecorded;
  return { ...counted, there, everyone: people.length, anyUnrecorded: people.some(([, , , sex]) => sex === "U") };
}

function placeOf(sex, mark) {
  if (!mark) return "unmarked";
  if (!THERE.includes(mark)) return "away";
  return { F: "women", M: "men" }[sex] ?? "unrecorded";
}

/**
 * The batches that can be undone, newest first: the server's, and those that have not been sent yet.
 * @param {Roster["done"]} done
 * @param {Tap[]} taps of that day, in their order
 * @returns {Roster["done"]}
 */
export function toUndo(done, taps) {
  const undone = new Set(taps.map((tap) => tap.undoes));
  const own = new Map();
  for (const tap of taps.filter((one) => !one.undoes && !one.why)) {
    own.set(tap.batch, [...(own.get(tap.batch) ?? []), [tap.whose, tap.before, tap.mark]]);
  }
  const known = done.filter(([batch]) => !own.has(batch));
  return [...[...own].reverse(), ...known].filter(([batch]) => !undone.has(batch));
}

/**
 * What an undo of this batch would take back, where the marks are still as it left them.
 * @param {Roster["done"][number][1]} changes
 * @param {Map<string, string>} shown
 */
export function stillAsLeft(changes, shown) {
  return changes.filter(([whose, , after]) => (shown.get(String(whose)) ?? "") === after);
}
