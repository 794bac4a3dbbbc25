// The register of one day on a device in the room. A tap is kept here first and sent behind the scenes, with a network or
// without: there is one way for a mark, and nothing to switch on. Without this file the same buttons post the form.

import { learn, learnFromPage, now, stamp, wind } from "./clock.js";
import { begins } from "./finding.js";
import { openUp, wipeSession } from "./keeping.js";
import { drawTally, markOn, replace, rowOf, rowWith } from "./rows.js";
import { sender } from "./sending.js";
import { standing, stillAsLeft, tally, toUndo } from "./standing.js";
import { change, forgetWalkIns, keyOf, note, remember, renew, rosterOf, unsentOf } from "./store.js";
import { tellTrouble } from "./telling.js";
import { welcome } from "./walking-in.js";

const page = document.getElementById("register");
const form = document.getElementById("marks");
const search = document.getElementById("search");
const words = page.dataset;
const { content: root, dataset: known } = document.querySelector('meta[name="attendance"]');
const UNDONE_AT_MOST = 50;
const [session, date] = location.pathname.slice(root.length).split("/");

/** @type {import("./store.js").Roster & { closed?: string, signed_off?: boolean, keep?: boolean, now?: number }} */
let roster;
/** @type {import("./store.js").Tap[]} */
let taps = [];
/** @type {import("./store.js").WalkIn[]} */
let walkins = [];
let shown = new Map();
/** @type {Map<string, import("./sending.js").Answer>} days of which the server refused everything */
const refusals = new Map();
let reading = Promise.resolve();

// ---- who is listed

function entries() {
  const typed = new Set(roster.walk_ins.map(([nonce]) => nonce));
  const here = walkins.filter((one) => ofThisDay(one) && !one.nameless && !typed.has(one.nonce));
  return [
    ...roster.people.map(([id, name, institution]) => ({ id: String(id), name, unit: institution })),
    ...roster.walk_ins.map(([id, name, unit]) => ({ id, name, unit: joined(unit, words.toDecide), isWalkIn: true })),
    ...here.map((one) => ({ id: one.nonce, name: nameOf(one), unit: joined(one.institution, words.kept), isWalkIn: true })),
  ];
}

function nameOf(walkin) {
  return `${walkin.family_name}, ${walkin.given_name}`;
}

function joined(...parts) {
  return parts.filter(Boolean).join(" · ");
}

function ofThisDay(one) {
  return one.session === session && one.date === date;
}

// ---- painting

function paint() {
  const own = taps.filter(ofThisDay);
  shown = standing(roster.marks, own);
  const unsent = new Set(own.filter((tap) => !tap.why).map((tap) => String(tap.whose)));
  const list = form.querySelector(".people");
  for (const entry of entries()) {
    let row = rowWith(entry.id);
    const mark = shown.get(entry.id) ?? "";
    if (!row) list.append((row = rowOf(entry, mark)));
    else if (markOn(row) !== mark || isStale(row, entry)) {
      // The page knows more of somebody's unit than the device keeps.
      const unit = entry.isWalkIn ? entry.unit : row.querySelector("small").textContent;
      const other = rowOf({ ...entry, unit }, mark);
      replace(row, other);
      row = other;
    }
    row.classList.toggle("unsent", unsent.has(entry.id));
  }
  drawTally(tally(roster.people, shown));
  document.getElementById("empty")?.toggleAttribute("hidden", list.children.length > 0);
  paintUnsent();
}

/** A walk-in stands there without buttons until this file comes, and changes from kept to sent. */
function isStale(row, entry) {
  return entry.isWalkIn && (row.querySelector("small").textContent !== entry.unit || !row.querySelector("button"));
}

function paintUnsent() {
  const nameless = new Set(walkins.filter((one) => one.nameless).map((one) => one.nonce));
  const number = taps.filter((tap) => !nameless.has(String(tap.whose))).length;
  const chip = document.getElementById("unsent");
  chip.textContent = number ? words.unsent.replace("{n}", number) : words.saved;
  chip.className = `chip ${!number ? "ok" : isStuck() ? "warn" : ""}`;
  tellTrouble({ words, taps, walkins, number, refusals, nameOfWhose, forget, forgetTaps });
}

/** Whether what is unsent stays so for now, rather than being on its way. */
function isStuck() {
  const stuck = !navigator.onLine || !["quiet", "sending"].includes(sender.state);
  return stuck || refusals.size > 0 || taps.some((tap) => tap.why);
}

function nameOfWhose(whose) {
  return entries().find((entry) => entry.id === String(whose))?.name ?? "";
}

/** Builds the list anew: people came to the roster, or left it, or there was none on this page. */
function rebuild() {
  form.querySelector(".people").replaceChildren();
  paint();
  filter();
}

// ---- keeping and reading what is kept

/** Reads what is unsent; one after the other, so that no tap is painted over by an older reading. */
function reread() {
  reading = reading.then(async () => {
    ({ taps, walkins } = await unsentOf(roster.account));
    paint();
  });
  return reading;
}

/**
 * Gives marks, as one batch.
 * @param {Array<[import("./store.js").Whose, string]>} given  whose, and which
 * @param {string | null} undoes                            the batch these take back
 * @param {import("./store.js").WalkIn[]} typed             who comes with them, kept in the same breath
 */
async function mark(given, undoes = null, typed = []) {
  const { account } = roster;
  const batch = crypto.randomUUID();
  const made = given.map(([whose, given_mark]) => ({
    nonce: crypto.randomUUID(), account, session, date, whose, before: shown.get(String(whose)) ?? "", mark: given_mark,
    at: stamp(), batch, undoes,
  }));
  await change({ walkins: { put: typed }, taps: { put: made } });
  await reread();
  void sender.send();
}

/** @returns {Promise<boolean>} whether they are kept: both who it is and that they are here, or neither */
async function walkIn(typed) {
  const made = { nonce: crypto.randomUUID(), account: roster.account, session, date, at: stamp(), ...typed };
  if (!(await orSayWhyNot(() => mark([[made.nonce, "present"]], null, [made])))) return false;
  search.reset();
  filter();
  rowWith(made.nonce).scrollIntoView({ block: "center" });
  return true;
}

async function forget(nameless) {
  await forgetWalkIns(nameless);
  await reread();
}

async function forgetTaps(gone) {
  for (const tap of gone) refusals.delete(`${tap.session}/${tap.date}`);
  await change({ taps: { remove: gone.map((tap) => tap.nonce) } });
  await forgetWalkIns(walkins.filter((one) => gone.some((tap) => tap.whose === one.nonce)));
  await reread();
}

// ---- what the server says

/** Takes an answer over, while what was sent is still in the queue. */
function answered({ detail: answer }) {
  const day = `${answer.session}/${answer.date}`;
  if (answer.why) refusals.set(day, { ...answer, walkins: [...walkins] });
  else refusals.delete(day);
  if (answer.why || !ofThisDay(answer)) return;
  roster.done = toUndo(roster.done, taps.filter(ofThisDay)).slice(0, UNDONE_AT_MOST);
  roster.marks = answer.marks;
}

/** Follows up on it, once what was sent is out of the queue. */
async function settled({ detail: answer }) {
  if (answer.signed_off) await wipeSession(answer.session);
  if (!answer.why && ofThisDay(answer)) {
    if (answer.roster === roster.roster) await renew({ ...roster, kept: now() });
    else await refresh();
    tellNews(answer);
  }
  await reread();
}

/** Who is on the register now, and what stands. */
async function refresh() {
  const sent = Date.now();
  const response = await fetch("people/", { redirect: "manual" }).catch(() => null);
  if (!response?.ok) return;
  const told = await response.json();
  await learn(told.now, sent, Date.now());
  if (told.account !== roster.account) return location.reload();
  ({ taps, walkins } = await unsentOf(told.account));
  roster = told;
  await keep();
  rebuild();
}

function tellNews({ disagreements, waiting }) {
  document.querySelector("#waiting a").href = roster.decide;
  const here = document.querySelectorAll(".differ li").length;
  for (const [id, number, known] of [["waiting", waiting, 0], ["disagreeing", disagreements, here]]) {
    const line = document.getElementById(id);
    line.hidden = number <= known;
    line.querySelector("b").textContent = number;
  }
}

// ---- what the trainer does

function tapped(event) {
  event.preventDefault();
  say("");
  return orSayWhyNot(() => act(event.submitter));
}

async function act({ id, name, value }) {
  if (id === "undo") return undo();
  if (id === "all") return everyone();
  const whose = /^\d+$/.test(value) ? Number(value) : value;
  return mark([[whose, name === "clear" ? "" : name]]);
}

/**
 * Does what has to be kept here. Where the device has no room for it, nothing changes on the page, and it says so.
 * @param {() => Promise<void>} keeps
 * @returns {Promise<boolean>} whether it is kept
 */
async function orSayWhyNot(keeps) {
  try {
    await keeps();
    return true;
  } catch (error) {
    if (error?.name !== "QuotaExceededError") throw error;
    say(words.full, true);
    return false;
  }
}

async function everyone() {
  const rest = roster.people.filter(([id]) => !shown.get(String(id)));
  if (rest.length) await mark(rest.map(([id]) => [id, "present"]));
  say(rest.length ? words.marked.replace("{n}", rest.length) : words.nobodyLeft);
}

async function undo() {
  let stayed = 0;
  for (const [batch, changes] of toUndo(roster.done, taps.filter(ofThisDay))) {
    const back = stillAsLeft(changes, shown);
    stayed += changes.length - back.length;
    if (back.length) {
      await mark(back.map(([whose, before]) => [whose, before]), batch);
      return say([words.undone.replace("{n}", back.length), stayed && words.stayed.replace("{n}", stayed)]
        .filter(Boolean).join(" "));
    }
  }
  return say(words.nothing);
}

function say(sentence, isTrouble = false) {
  const said = document.getElementById("said");
  said.textContent = sentence;
  said.classList.toggle("trouble", isTrouble);
}

function filter() {
  const typed = search.elements.q.value;
  let found = 0;
  for (const row of form.querySelectorAll("li")) {
    row.hidden = !begins(row.querySelector("b").textContent, typed);
    found += Number(!row.hidden);
  }
  form.querySelector(".nobody").hidden = found > 0 || !typed;
  if (typed && form.getBoundingClientRect().top < search.getBoundingClientRect().bottom) form.scrollIntoView();
}

// ---- beginning

/** What the server wrote into the page, or what is kept of this day where the page came without a network. */
async function begin() {
  await wind();
  const told = document.getElementById("state");
  if (told) {
    roster = JSON.parse(told.textContent);
    await learnFromPage(roster.now);
    await remember("account", roster.account);
  }
  const account = roster?.account ?? (await note("account"));
  sender.start({ account, root, cookie: known.cookie });
  await openUp(account, now());
  if (told) await keep();
  else roster = await rosterOf(account, session, date);
  if (!roster) return page.replaceWith(document.getElementById("not-kept").content);
  document.querySelector("[data-title]")?.replaceChildren(roster.title);
  document.querySelector("[data-place]")?.replaceChildren(joined(dayInWords(), roster.place));
  listen();
  await reread();
  if (told && location.search) rebuild();
  void sender.send();
  if (told) return;
  window.addEventListener("online", refresh);
  if (navigator.onLine) void refresh();
}

async function keep() {
  if (roster.signed_off) await wipeSession(session);
  const kept = { ...roster, kept: now() };
  await change({ rosters: roster.keep ? { put: [kept] } : { remove: [keyOf(roster)] } });
  if (roster.keep) void navigator.storage?.persist?.();
}

function dayInWords() {
  const [year, month, day] = date.split("-").map(Number);
  const language = document.documentElement.lang.replace(/^en$/, "en-GB");
  return new Date(year, month - 1, day).toLocaleDateString(language, { weekday: "short", day: "numeric", month: "short" });
}

function listen() {
  form.addEventListener("submit", tapped);
  form.addEventListener("toggle", (event) => event.target.scrollIntoView({ block: "nearest" }), true);
  search.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", filter);
  sender.addEventListener("answer", answered);
  sender.addEventListener("settled", settled);
  sender.addEventListener("state", paintUnsent);
  for (const event of ["online", "offline"]) window.addEventListener(event, paintUnsent);
  welcome({
    walkIn,
    typed: () => search.elements.q.value,
    names: () => entries().map((entry) => entry.name),
    institutions: () => roster.people.map(([, , institution]) => institution),
  });
}

// Where a browser keeps nothing, the form is posted as without this file.
if (form) begin().catch((error) => console.warn(error));
