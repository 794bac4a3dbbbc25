/* Checks what a QR code says on this device: the statement behind the # of the address, one that was pasted, or that of
   a PDF. The page brought the public keys and the signed list of revocations along, so that no network is needed; its
   worker keeps the page for the next time. See statements.py. */
"use strict";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const KEY_AT = 1, SIGNATURE_AT = 6, PAYLOAD_AT = 70;
const EXPIRES = 11, DAY = /^\d{4}-\d\d-\d\d$/;
const OLD = 7; // days after which the list of revocations is called old
const proof = JSON.parse(document.getElementById("proof").textContent);
const panel = document.getElementById("statement");
const language = document.documentElement.lang.replace(/^en$/, "en-GB"); // days as the pages write them

function bytesOf(text) {
  const bytes = [];
  let bits = 0, value = 0;
  for (const letter of text) {
    const five = ALPHABET.indexOf(letter);
    if (five < 0) return null;
    value = (value << 5) | five;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 255);
      value &= (1 << bits) - 1;
    }
  }
  // One written form only: nothing may hide in the bits that are left over.
  return value === 0 && bits < 5 && bytes.length > PAYLOAD_AT ? new Uint8Array(bytes) : null;
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((place, part) => (all.set(part, place), place + part.length), 0);
  return all;
}

function idOf(bytes) {
  let id = "", value = 0, bits = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) id += ALPHABET[(value >> (bits - 5)) & 31];
    value &= 255;
  }
  return id;
}

async function isSigned(id, signature, message) {
  const known = proof.keys.find((key) => key.id === id);
  if (!known) return false;
  const key = await crypto.subtle.importKey("raw", fromBase64(known.public), "Ed25519", false, ["verify"]);
  return crypto.subtle.verify("Ed25519", key, signature, message);
}

async function read(text) {
  const bytes = bytesOf(text), encoder = new TextEncoder();
  if (!bytes || bytes[0] !== 1) return null;
  const head = bytes.slice(0, SIGNATURE_AT), payload = bytes.slice(PAYLOAD_AT);
  const message = joined(encoder.encode("evidenca-statement"), head, payload);
  const good = await isSigned(idOf(head.slice(KEY_AT)), bytes.slice(SIGNATURE_AT, PAYLOAD_AT), message);
  return good ? JSON.parse(new TextDecoder().decode(payload)) : null;
}

async function revocations() {
  const { list, key, signature } = proof.revocations;
  const message = new TextEncoder().encode("evidenca-revocations" + list);
  return (await isSigned(key, fromBase64(signature), message)) ? JSON.parse(list) : null;
}

// What the statement is worth: its state, and the day since when.
async function stateOf(said, listed) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(said[0])));
  const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (listed && hex in listed.revoked) return ["revoked", listed.revoked[hex]];
  if (listed && hex in listed.superseded) return ["superseded", listed.superseded[hex]];
  const today = new Date(), two = (number) => String(number).padStart(2, "0");
  const iso = `${today.getFullYear()}-${two(today.getMonth() + 1)}-${two(today.getDate())}`;
  return said[EXPIRES] && said[EXPIRES] < iso ? ["expired", said[EXPIRES]] : ["valid", ""];
}

function inWords(day) {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(day + "T00:00Z"));
}

// How old the list is, told in one place of the page.
function tellAge(known, listed) {
  known.hidden = !listed;
  if (!listed) return;
  const made = new Date(listed.as_of), hours = Math.max(0, (Date.now() - made) / 3600000);
  const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  known.querySelector("time").dateTime = listed.as_of;
  known.querySelector("time").textContent = made.toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
  known.querySelector("[data-age]").textContent =
    hours < 48 ? ago.format(-Math.round(hours), "hour") : ago.format(-Math.round(hours / 24), "day");
  known.querySelector("[data-old]").hidden = hours < OLD * 24;
}

function show(state, said = [], { day = "", listed = null, fromFile = false } = {}) {
  panel.hidden = false;
  for (const notice of panel.querySelectorAll("[data-state]")) {
    notice.hidden = notice.dataset.state !== state;
    for (const time of notice.querySelectorAll("time")) time.textContent = day ? inWords(day) : "";
  }
  panel.querySelector("[data-file]").hidden = !fromFile;
  const list = panel.querySelector("[data-said]");
  list.replaceChildren();
  said.forEach((text, place) => {
    if (!text) return;
    const term = document.createElement("dt"), meaning = document.createElement("dd");
    term.textContent = proof.labels[place];
    meaning.textContent = proof.words[text] || (DAY.test(text) ? inWords(text) : text);
    list.append(term, meaning);
  });
  tellAge(panel.querySelector("[data-as-of]"), listed);
  panel.querySelector("[data-unlisted]").hidden = Boolean(listed) || !list.children.length || state === "other";
  panel.scrollIntoView({ block: "nearest" });
}

// The serial that the address names, where it names one.
function serialAsked() {
  return panel.dataset.serial || (location.pathname.match(/\/(EV-[0-9A-Z-]+)$/i) || ["", ""])[1].toUpperCase();
}

async function check(text, { serial = "", fromFile = false } = {}) {
  if (!crypto.subtle) return show("unable");
  try {
    const said = await read(text);
    if (!said) return show("changed", [], { fromFile });
    if (serial && serial !== said[0]) return show("other", said);
    const listed = await revocations(), [state, day] = await stateOf(said, listed);
    return show(state, said, { day, listed, fromFile });
  } catch (error) {
    return show(error.name === "NotSupportedError" ? "unable" : "changed");
  }
}

// In a PDF as it was issued, the link over the QR code stands in plain letters, some of them as their number: \057.
async function checkFile(file) {
  const raw = new TextDecoder("latin1").decode(await file.arrayBuffer());
  const text = raw.replace(/\\([0-7]{3})/g, (_whole, octal) => String.fromCharCode(parseInt(octal, 8)));
  const found = text.match(/\/verify\/EV-[0-9A-Z-]+#([A-Z2-7]+)/);
  return found ? check(found[1], { fromFile: true }) : show("empty", [], { fromFile: true });
}

function checkAddress() {
  const text = location.hash.slice(1);
  if (text) check(text, { serial: serialAsked() });
}

const paste = document.getElementById("paste");
if (paste) {
  const here = paste.querySelector("[data-here]");
  here.hidden = false;
  here.addEventListener("click", () => {
    const text = paste.querySelector("textarea").value.split("#").pop();
    check(text.replace(/\s+/g, "").toUpperCase());
  });
}

// A file goes to the server, which compares every byte; where there is no network, what its code says is checked here.
const upload = document.getElementById("upload");
if (upload) {
  upload.addEventListener("submit", (event) => {
    if (navigator.onLine && !("offline" in upload.dataset)) return;
    event.preventDefault();
    const [file] = upload.querySelector("input[type=file]").files;
    if (file) checkFile(file);
  });
}

const kept = document.getElementById("kept");
if (kept && crypto.subtle) revocations().then((listed) => tellAge(kept, listed), () => {});
addEventListener("hashchange", checkAddress);
checkAddress();
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register(proof.worker.address, { scope: proof.worker.scope }).catch(() => {});
}
