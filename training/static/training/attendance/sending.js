// Sends what has not been sent yet, until the server has it. One sender at a time, whatever pages are open; what is sent
// twice is taken once, so nothing is lost by a connection that breaks in the middle.

import { learn, now } from "./clock.js";
import { change, note, remember, unsentOf } from "./store.js";

const AT_ONCE = 200;
const PATIENCE = 20_000; // milliseconds for one request
const SHORTEST = 2000, LONGEST = 60_000; // between two tries
const LOCK = "evidenca attendance";
const others = new BroadcastChannel(LOCK);

/**
 * How it went. `quiet`: everything is sent, or is refused. `away`: no network, or no answer. `failed`: the server had a
 * fault. `login`: somebody has to log in.
 * @typedef {"quiet" | "sending" | "away" | "failed" | "login"} State
 *
 * @typedef {object} Answer What the server said to a batch of one day; `why` where it refused all of it.
 * @property {string} session
 * @property {string} date
 * @property {string} [why]
 * @property {boolean} [signed_off]
 * @property {string[]} [kept]
 * @property {Record<string, string>} [refused]
 * @property {Record<string, string>} [marks]
 * @property {number} [disagreements]
 * @property {number} [waiting]
 * @property {string} [roster]
 */

export const sender = Object.assign(new EventTarget(), {
  /** @type {State} */
  state: "quiet",
  account: 0,
  root: "",
  cookie: "",
  /** Whom and where this is for. @param {{ account: number, root: string, cookie: string }} known */
  start(known) {
    Object.assign(sender, known);
    for (const event of ["online", "focus", "pageshow"]) window.addEventListener(event, sendAnew);
    document.addEventListener("visibilitychange", () => document.hidden || sendAnew());
  },
  /** Sends everything there is to send; resolves when that is done, or cannot be done now. */
  send() {
    again = Boolean(working);
    working ??= work().finally(() => {
      working = null;
      if (again) sender.send();
    });
    return working;
  },
});

/** Days that were refused as a whole: they are tried again when somebody comes back to the page. @type {Set<string>} */
const refused = new Set();
/** @type {Promise<void> | null} */
let working = null;
let again = false;
let wait = SHORTEST;
let timer;

function sendAnew() {
  refused.clear();
  return sender.send();
}

async function work() {
  clearTimeout(timer);
  await navigator.locks.request(LOCK, async () => {
    for (let batch = await next(); batch; batch = await next()) {
      enter("sending");
      const state = await post(batch);
      if (state !== "quiet") return enter(state);
    }
    enter("quiet");
  });
  if (sender.state === "quiet") wait = SHORTEST;
  else if (sender.state !== "login") {
    timer = setTimeout(() => sender.send(), wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST);
  }
}

/** The next batch: of one day, the earliest first. */
async function next() {
  const { taps, walkins } = await unsentOf(sender.account);
  const open = (one) => !one.why && !one.nameless && !refused.has(dayOf(one));
  const typed = walkins.filter(open);
  const lost = new Set(walkins.filter((one) => !open(one)).map((one) => one.nonce));
  const given = taps.filter((tap) => open(tap) && !lost.has(String(tap.whose)));
  const first = typed[0] ?? given[0];
  if (!first) return null;
  const same = (one) => dayOf(one) === dayOf(first);
  return {
    session: first.session,
    date: first.date,
    walkins: typed.filter(same).slice(0, AT_ONCE),
    taps: given.filter(same).slice(0, AT_ONCE),
  };
}

function dayOf({ session, date }) {
  return `${session}/${date}`;
}

/** @returns {Promise<State>} */
async function post({ session, date, walkins, taps }) {
  if (!navigator.onLine) return "away";
  const sent = Date.now();
  let response, told;
  try {
    response = await fetch(`${sender.root}${session}/${date}/sync/`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(written(walkins, taps, await device())),
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (response.type === "opaqueredirect") return "login";
    told = await response.json();
  } catch {
    return faultOf(response);
  }
  await learn(told.now, sent, Date.now());
  const answer = { ...told, session, date };
  // First the page knows what the server has, then it goes from the queue: no mark is gone from the screen in between.
  tell("answer", answer);
  if (told.why) refused.add(dayOf({ session, date }));
  else await settle(told, walkins, taps);
  tell("settled", answer);
  others.postMessage(answer);
  return told.why || told.kept.length || Object.keys(told.refused).length ? "quiet" : "failed";
}

function tell(event, answer) {
  sender.dispatchEvent(new CustomEvent(event, { detail: answer }));
}

// What another window has sent is sent for this one too.
others.onmessage = ({ data }) => ["answer", "settled"].forEach((event) => tell(event, data));

/** What an answer means that is none of ours. @param {Response | undefined} response @returns {State} */
function faultOf(response) {
  if (!response || response.ok) return "away"; // it broke off on the way here
  return response.status === 403 ? "login" : "failed";
}

/** What the server has goes from the queue; what it refused stays, with the reason. */
async function settle(answer, walkins, taps) {
  const told = (one) => ({ ...one, why: answer.refused[one.nonce] });
  const left = (list) => list.filter((one) => answer.refused[one.nonce]).map(told);
  await change({
    taps: { remove: answer.kept, put: left(taps) },
    walkins: { remove: answer.kept, put: left(walkins) },
  });
}

function written(walkins, taps, id) {
  const time = (at) => new Date(at).toISOString();
  return {
    account: sender.account,
    device: id,
    sent_at: time(now()),
    walk_ins: walkins.map(({ nonce, given_name, family_name, sex, institution, at }) => ({
      nonce, given_name, family_name, sex, institution, at: time(at),
    })),
    taps: taps.map(({ nonce, whose, before, mark, at, batch, undoes }) => ({
      nonce, whose, before, mark, at: time(at), batch, undoes,
    })),
  };
}

/** This browser's number, made once. */
async function device() {
  const known = await note("device");
  if (known) return known;
  const made = crypto.randomUUID();
  await remember("device", made);
  return made;
}

/** The token against forged requests, as the cookie has it now: a log-in changes it under a page that is open. */
function token() {
  return document.cookie.split("; ").find((one) => one.startsWith(`${sender.cookie}=`))?.split("=")[1] ?? "";
}

/** @param {State} state */
function enter(state) {
  sender.state = state;
  sender.dispatchEvent(new Event("state"));
}
