// The time of a mark: this device's clock, put right by its offset to the server's, and never going back.

import { note, remember } from "./store.js";

const GOOD_ENOUGH = 2000; // milliseconds: the way of a request there and back by which the offset is taken anew

let clock = { offset: 0, last: 0, known: false };

/** Reads what is known from before. */
export async function wind() {
  clock = (await note("clock")) ?? clock;
}

/** Now, by the server's clock as far as this device knows it. */
export function now() {
  return Date.now() + clock.offset;
}

/** A time for something that happens now: later than any before it, so that a device's own order always holds. */
export function stamp() {
  clock.last = Math.max(now(), clock.last + 1);
  void keep();
  return clock.last;
}

/** For the next opening; on a device without room the clock goes right for as long as the page is open. */
function keep() {
  return remember("clock", clock).catch((error) => console.info(error));
}

/**
 * Learns from an answer what the server's clock says.
 * @param {number} server    milliseconds
 * @param {number} sent      when it was asked, by this device's clock
 * @param {number} received  when the answer was here
 */
export async function learn(server, sent, received) {
  if (clock.known && received - sent > GOOD_ENOUGH) return;
  const offset = Math.round(server - (sent + received) / 2);
  const jumped = Math.abs(offset - clock.offset) > GOOD_ENOUGH;
  // Where this clock was wrong, times it has given may lie ahead. What comes next comes after what the server has.
  clock = { offset, last: jumped ? server : Math.max(clock.last, server), known: true };
  await keep();
}

/** Learns from the page that is open: what the server wrote into it, and how long that was on its way. */
export function learnFromPage(server) {
  const [way] = performance.getEntriesByType("navigation");
  const begun = performance.timeOrigin;
  return way ? learn(server, begun + way.requestStart, begun + way.responseStart) : learn(server, Date.now(), Date.now());
}
