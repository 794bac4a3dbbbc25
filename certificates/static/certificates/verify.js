/* Checks what a QR code says on this device: the statement behind the # of the address, or one that was pasted. The page
   brought the public keys and the signed list of revocations along, so that no network is needed. See statements.py. */
"use strict";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const KEY_AT = 1, SIGNATURE_AT = 6, PAYLOAD_AT = 70;
const EXPIRES = 11;
const proof = JSON.parse(document.getElementById("proof").textContent);
const panel = document.getElementById("statement");

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

async function stateOf(said, listed) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(said[0])));
  const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (listed && hex in listed.revoked) return "revoked";
  if (listed && hex in listed.superseded) return "superseded";
  const today = new Date(), two = (number) => String(number).padStart(2, "0");
  const iso = `${today.getFullYear()}-${two(today.getMonth() + 1)}-${two(today.getDate())}`;
  return said[EXPIRES] && said[EXPIRES] < iso ? "expired" : "valid";
}

function show(state, said = [], asOf = "") {
  panel.hidden = false;
  for (const notice of panel.querySelectorAll("[data-state]")) notice.hidden = notice.dataset.state !== state;
  const list = panel.querySelector("[data-said]");
  list.replaceChildren();
  said.forEach((text, place) => {
    if (!text) return;
    const term = document.createElement("dt"), meaning = document.createElement("dd");
    term.textContent = proof.labels[place];
    meaning.textContent = proof.words[text] || text;
    list.append(term, meaning);
  });
  const known = panel.querySelector("[data-as-of]");
  known.hidden = !asOf;
  known.querySelector("time").textContent = asOf.replace("T", " ").slice(0, 16);
}

async function check(text) {
  if (!crypto.subtle) return show("unable");
  try {
    const said = await read(text);
    if (!said) return show("changed");
    if (panel.dataset.serial && panel.dataset.serial !== said[0]) return show("other", said);
    const listed = await revocations();
    return show(await stateOf(said, listed), said, listed ? listed.as_of : "");
  } catch (error) {
    return show(error.name === "NotSupportedError" ? "unable" : "changed");
  }
}

function checkAddress() {
  const text = location.hash.slice(1);
  if (text) check(text);
}

const paste = document.getElementById("paste");
if (paste) {
  paste.hidden = false;
  paste.addEventListener("submit", (event) => {
    event.preventDefault();
    check(document.getElementById("held").value.trim().split("#").pop());
  });
}
addEventListener("hashchange", checkAddress);
checkAddress();
