// An attempt at a final test: sends each answer as it is given, and keeps it on this device until the server has it.
// What waits survives a lost network, a reload, and a log-in that ran out. Without this file the form sends all answers.

/**
 * An answer that waits: the fields of its question, when it was given by this device's clock, in which language, and
 * which answers to that question it comes after.
 * @typedef {{nonce: string, position: string, fields: [string, string][], given: number, language: string,
 *   after: string[]}} Waiting
 */

/** @type {HTMLFormElement} */
const form = document.getElementById("attempt");
const said = form.querySelector("[data-said]");
const trouble = form.querySelector("[data-trouble]");
const counted = form.querySelector("[data-answered]");
const handIn = form.querySelector("[data-hand-in]");
const words = form.dataset;
const PREFIX = `evidenca-answer:${words.attempt}:`;
const TYPING_MS = 800, FIRST_RETRY_MS = 2_000, LONGEST_RETRY_MS = 30_000, TIMEOUT_MS = 15_000;
const WARNINGS = [300, 60];

// ---- what waits, each answer under a key of its own: two tabs never write over each other

/** @type {Map<string, string>} stands in where the browser keeps nothing */
const memory = new Map();

function store() {
  try {
    localStorage.setItem(`${PREFIX}probe`, "");
    localStorage.removeItem(`${PREFIX}probe`);
    return {
      all: () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => localStorage.getItem(key)),
      put: (nonce, text) => localStorage.setItem(PREFIX + nonce, text),
      drop: (nonce) => localStorage.removeItem(PREFIX + nonce),
    };
  } catch {
    return { all: () => [...memory.values()], put: (nonce, text) => memory.set(nonce, text), drop: (nonce) => memory.delete(nonce) };
  }
}
const kept = store();

/** @returns {Waiting[]} oldest first */
function waiting() {
  return kept.all().filter(Boolean).map((text) => JSON.parse(text)).sort((one, other) => one.given - other.given);
}

function freshNonce() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// ---- the questions on the page

/** @returns {HTMLFieldSetElement[]} */
const questions = () => [...form.querySelectorAll("[data-position]")];
const questionAt = (position) => form.querySelector(`[data-position="${position}"]`);

/** @returns {[string, string][]} what a form would send of this question */
function fieldsOf(question) {
  return [...question.querySelectorAll("input, select")]
    .filter((input) => input.name && input.value.trim() && (!["radio", "checkbox"].includes(input.type) || input.checked))
    .map((input) => [input.name, input.value]);
}

function show(question, fields) {
  for (const input of question.querySelectorAll("input, select")) {
    const values = fields.filter(([name]) => name === input.name).map(([, value]) => value);
    if (["radio", "checkbox"].includes(input.type)) input.checked = values.includes(input.value);
    else input.value = values[0] ?? "";
  }
}

function isAnswered(question) {
  const selects = [...question.querySelectorAll("select")];
  return selects.length ? selects.every((select) => select.value) : fieldsOf(question).length > 0;
}

function count() {
  const all = questions();
  const answered = all.filter(isAnswered).length;
  counted.textContent = words.answered.replace("{answered}", answered).replace("{all}", all.length);
  all.forEach((question, place) => {
    form.querySelectorAll(".test-progress li")[place]?.classList.toggle("done", isAnswered(question));
    question.querySelector("[data-clear]")?.toggleAttribute("hidden", !fieldsOf(question).length);
  });
}

// ---- giving an answer

const typing = new Map();
/** @type {Map<string, string[]>} position → the nonces this page has given it, so that an order of ours stays ours */
const given = new Map();

function give(question) {
  clearTimeout(typing.get(question));
  typing.delete(question);
  const position = question.dataset.position;
  for (const older of waiting()) if (older.position === position && older.nonce !== sending) kept.drop(older.nonce);
  /** @type {Waiting} */
  const answer = {
    nonce: freshNonce(), position, fields: fieldsOf(question), given: Date.now(), language: question.lang,
    after: given.get(position) ?? [],
  };
  given.set(position, [...answer.after, answer.nonce].slice(-10));
  kept.put(answer.nonce, JSON.stringify(answer));
  count();
  flush();
}

function changed(event) {
  const question = event.target.closest("[data-position]");
  if (!question) return;
  const typed = event.target.matches("input[type=text]");
  if (event.type === "change" && (!typed || typing.has(question))) give(question);
  if (event.type === "input" && typed) {
    clearTimeout(typing.get(question));
    typing.set(question, setTimeout(() => give(question), TYPING_MS));
    tell();
  }
}

// ---- sending, one after the other

let sending = "", retry = FIRST_RETRY_MS, timer = 0, stopped = "";

/** @returns {Promise<boolean>} whether nothing waits any more */
async function flush() {
  if (sending || stopped === "gone") return false;
  clearTimeout(timer);
  let answer;
  while ((answer = waiting()[0])) {
    sending = answer.nonce;
    tell();
    const done = await send(answer).catch(() => false);
    sending = "";
    if (!done) {
      if (stopped !== "gone") timer = setTimeout(flush, retry);
      retry = Math.min(retry * 2, LONGEST_RETRY_MS);
      tell();
      return false;
    }
    retry = FIRST_RETRY_MS;
  }
  stopped = "";
  tell();
  return true;
}

/** @returns {Promise<boolean>} whether this answer needs no more sending */
async function send(answer, again = true) {
  const body = new URLSearchParams(answer.fields);
  body.set("position", answer.position);
  body.set("nonce", answer.nonce);
  body.set("language", answer.language);
  body.set("after", (answer.after ?? []).join(" "));
  body.set("seconds_ago", Math.max(0, (Date.now() - answer.given) / 1000));
  const response = await ask(words.answer, { method: "POST", body, headers: { "X-CSRFToken": form.csrfmiddlewaretoken.value } });
  if (response.ok) {
    taken(answer, await response.json());
    return true;
  }
  if (response.status === 403 && again && (await renew())) return send(answer, false);
  if (response.status === 422) {
    kept.drop(answer.nonce);
    trouble.textContent = await response.text();
    return true;
  }
  stopped = response.status === 404 ? "gone" : response.type === "opaqueredirect" || response.status === 403 ? "log in" : "";
  return false;
}

function ask(address, more = {}) {
  return fetch(address, { redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT_MS), ...more });
}

// A new log-in in another tab brings a new token.
async function renew() {
  const response = await ask(words.state);
  if (!response.ok) return false;
  form.csrfmiddlewaretoken.value = (await response.json()).csrf;
  return true;
}

function taken(answer, { fate, standing, hint }) {
  kept.drop(answer.nonce);
  const question = questionAt(answer.position);
  if (fate !== "saved") trouble.textContent = words[fate].replace("{number}", answer.position);
  question.querySelector("[data-hint]").textContent = hint;
  const isNewer = waiting().some((other) => other.position === answer.position) || typing.has(question);
  const differs = JSON.stringify(standing) !== JSON.stringify(fieldsOf(question).map(([name, value]) => [name, value.trim()]));
  if (!isNewer && differs && document.activeElement?.type !== "text") show(question, standing);
  count();
}

// ---- saying how things stand: in words, and only when they change

function tell() {
  const number = new Set(waiting().map((answer) => answer.position)).size;
  let text = words.saved;
  if (stopped === "log in") text = words.logIn.replace("{count}", number);
  else if (number && (timer || !navigator.onLine) && !sending) text = words.unsent.replace("{count}", number);
  else if (number || typing.size) text = words.saving;
  if (said.textContent !== text) said.textContent = text;
  said.classList.toggle("warn", stopped === "log in" || Boolean(number && !sending));
  form.querySelector("[data-log-in]").hidden = stopped !== "log in";
}

// ---- handing in: everything is sent first, and the form then carries no answers that could be older

let handingIn = false;

async function handedIn(event) {
  if (handingIn) return;
  event.preventDefault();
  const button = event.submitter;
  for (const question of [...typing.keys()]) give(question);
  do await new Promise((resolve) => setTimeout(resolve, 50)); // at least once: a form cannot be sent while it is being sent
  while (sending);
  if (!(await flush()) && waiting().length) {
    trouble.textContent = words.notYet;
    return;
  }
  handingIn = true;
  for (const question of questions()) question.disabled = true;
  form.requestSubmit(button);
}

// ---- time

const until = words.secondsLeft ? performance.now() + 1000 * Number(words.secondsLeft) : Infinity;

function tick() {
  const left = Math.ceil((until - performance.now()) / 1000);
  const shown = form.querySelector("[data-left]");
  const minutes = Math.floor(Math.max(left, 0) / 60), seconds = String(Math.max(left, 0) % 60).padStart(2, "0");
  shown.textContent = `${minutes}:${seconds}`;
  if (WARNINGS.includes(left)) form.querySelector("[data-warning]").textContent = words.left.replace("{minutes}", left / 60);
  if (left > 0) return;
  clearInterval(clock);
  for (const question of [...typing.keys()]) give(question);
  for (const question of questions()) question.disabled = true;
  form.querySelector("[data-warning]").textContent = words.over;
  endWhenSent();
}

async function endWhenSent() {
  if (!(await flush()) && waiting().length) return setTimeout(endWhenSent, 1000);
  handIn.value = "hand-in-all-the-same";
  form.requestSubmit(handIn);
}

const clock = until === Infinity || form.hasAttribute("data-is-over") ? 0 : setInterval(tick, 1000);

// ---- beginning: what an earlier page left behind is shown and sent

for (const answer of waiting()) {
  const question = questionAt(answer.position);
  if (question) show(question, answer.fields);
  else kept.drop(answer.nonce);
}
form.querySelectorAll("[data-with-script]").forEach((part) => { part.hidden = false; });
form.querySelectorAll("[data-without-script]").forEach((part) => { part.hidden = true; });
form.addEventListener("input", changed);
form.addEventListener("change", changed);
form.addEventListener("submit", handedIn);
form.addEventListener("click", (event) => {
  const clear = event.target.closest("[data-clear]");
  if (!clear) return;
  const question = clear.closest("[data-position]");
  show(question, []);
  question.querySelector("input, select").focus();
  give(question);
});
// Enter in a field of text is an answer, not the end of the test.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input[type=text]")) return;
  event.preventDefault();
  give(event.target.closest("[data-position]"));
});
addEventListener("online", () => { retry = FIRST_RETRY_MS; flush(); });
addEventListener("offline", tell);
addEventListener("storage", (event) => { if (event.key?.startsWith(PREFIX)) tell(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });
count();
flush();
