// On every page of whoever marks attendance: lets go of old names, sends what a register could not, and asks before a
// log-out takes walk-ins along that are not sent.

import { now, wind } from "./clock.js";
import { openUp, wipeAccount, wipeSession } from "./keeping.js";
import { sender } from "./sending.js";
import { remember, unsentOf } from "./store.js";

const { content: root, dataset: known } = document.querySelector('meta[name="attendance"]');
const account = Number(known.account) || null;
// Registers and the page of today begin by themselves, and say what is unsent.
const isRegister = location.pathname.startsWith(root);

async function begin() {
  if (isRegister) {
    await navigator.serviceWorker?.register(`${root}worker.js`);
    return;
  }
  await wind();
  if (account) sender.start({ account, root, cookie: known.cookie });
  await openUp(account, now());
  const signedOff = document.querySelector("[data-signed-off]")?.dataset.signedOff;
  if (signedOff) await wipeSession(signedOff);
  if (!account) return;
  await remember("account", account);
  sender.addEventListener("state", tell);
  await sender.send();
  await tell();
}

/** A line above the page while something waits. */
async function tell() {
  const waiting = document.getElementById("unsent-here");
  const { taps } = await unsentOf(account);
  const stays = taps.length > 0 && sender.state !== "sending";
  waiting.hidden = !stays;
  if (stays) waiting.querySelector("b").textContent = taps.length;
}

/** Names go before the log-in does. Whatever can still be sent is sent first. @param {SubmitEvent} event */
async function leave(event) {
  const form = event.target;
  if (new URL(form.action).pathname !== known.logout || event.defaultPrevented) return;
  event.preventDefault();
  await sender.send();
  const { walkins } = await unsentOf(account);
  if (walkins.length && !(await asked(walkins.length))) return;
  await wipeAccount(account);
  form.submit();
}

/** Whether to log out although so many walk-ins would be lost. @param {number} number */
function asked(number) {
  const dialog = document.getElementById("leaving");
  dialog.querySelector("b").textContent = number;
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "leave"), { once: true });
  });
}

if (account) document.addEventListener("submit", leave);
// Where a browser keeps nothing there is nothing to let go of.
begin().catch((error) => console.warn(error));
