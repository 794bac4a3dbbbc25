// When this device lets go of names: at sign-off, at log-out, and at the first opening after a day.

import { sender } from "./sending.js";
import { DAY, all, change, forgetWalkIns, keyOf } from "./store.js";

/**
 * What every page of ours does first. Walk-ins of more than a day ago have one last try before their names go.
 * @param {number | null} account  who is logged in
 * @param {number} now             by the server's clock
 */
export async function openUp(account, now) {
  const late = (await all("walkins")).some((one) => one.account === account && !one.nameless && now - one.at >= DAY);
  if (late && navigator.onLine) await sender.send();
  await wipeOld(account, now);
}

/**
 * Wipes the names that are not to be here any more: of other accounts, and of more than a day ago. A walk-in that could
 * not be sent for a day stays without its name, so that the page can say that somebody is missing.
 * @param {number | null} account  who is logged in
 * @param {number} now             by the server's clock
 */
export async function wipeOld(account, now) {
  const old = (at) => Math.abs(now - at) >= DAY;
  const rosters = (await all("rosters")).filter((one) => one.account !== account || old(one.kept));
  const walkins = (await all("walkins")).filter((one) => !one.nameless && old(one.at));
  if (!rosters.length && !walkins.length) return;
  await change({ rosters: { remove: rosters.map(keyOf) }, walkins: { put: walkins.map(withoutName) } });
}

/** Wipes what is kept of a session that is signed off. Its unsent marks stay: they are numbers. @param {string} session */
export async function wipeSession(session) {
  const rosters = (await all("rosters")).filter((one) => one.session === session);
  const walkins = (await all("walkins")).filter((one) => one.session === session && !one.nameless);
  await change({ rosters: { remove: rosters.map(keyOf) }, walkins: { put: walkins.map(withoutName) } });
}

/** Wipes every name an account has here, with its walk-ins that were not sent. @param {number} account */
export async function wipeAccount(account) {
  const own = (one) => one.account === account;
  await change({ rosters: { remove: (await all("rosters")).filter(own).map(keyOf) } });
  await forgetWalkIns((await all("walkins")).filter(own));
}

function withoutName(walkin) {
  return { ...walkin, given_name: "", family_name: "", institution: "", nameless: true };
}
