// The sessions of today: takes each roster along while there is a network, and lists what was taken along without one.

import { learn, now, wind } from "./clock.js";
import { openUp } from "./keeping.js";
import { sender } from "./sending.js";
import { all, change, keyOf, note, remember, unsentOf } from "./store.js";

const page = document.getElementById("today");
const { content: root, dataset: known } = document.querySelector('meta[name="attendance"]');

async function begin() {
  await wind();
  const fromServer = "date" in page.dataset;
  const account = fromServer ? Number(known.account) : await note("account");
  sender.start({ account, root, cookie: known.cookie });
  await openUp(account, now());
  if (fromServer) {
    await remember("account", account);
    await takeAlong(account);
  } else await list(account);
  sender.addEventListener("state", () => tell(account));
  await sender.send();
  await tell(account);
}

/** Keeps the roster of each session listed, and lets go of those of today that are not. */
async function takeAlong(account) {
  const addresses = [...page.querySelectorAll("a[data-register]")].map((link) => link.href);
  const taken = new Set();
  for (const address of addresses) {
    const sent = Date.now();
    const response = await fetch(`${address}people/`, { redirect: "manual" }).catch(() => null);
    if (!response?.ok) continue;
    const roster = await response.json();
    await learn(roster.now, sent, Date.now());
    if (!roster.keep) continue;
    await change({ rosters: { put: [{ ...roster, kept: now() }] } });
    taken.add(String(keyOf(roster)));
  }
  const isOver = (one) => one.account === account && !addresses.some((address) => address.includes(`/${one.session}/`));
  const over = (await all("rosters")).filter((one) => isOver(one) && !taken.has(String(keyOf(one))));
  await change({ rosters: { remove: over.map(keyOf) } });
}

/** What is kept, each with the way to it. */
async function list(account) {
  const rosters = (await all("rosters")).filter((one) => one.account === account);
  page.querySelector("#none").hidden = rosters.length > 0;
  const pattern = page.querySelector("template").content.firstElementChild;
  page.querySelector("ul").replaceChildren(...rosters.map(({ session, date, title, place }) => {
    const item = pattern.cloneNode(true);
    item.querySelector("b").textContent = title;
    item.querySelector(".note").textContent = place;
    item.querySelector("a").href = `${root}${session}/${date}/`;
    return item;
  }));
}

async function tell(account) {
  const { taps } = await unsentOf(account);
  const chip = document.getElementById("unsent");
  chip.textContent = taps.length ? page.dataset.unsent.replace("{n}", taps.length) : page.dataset.saved;
  chip.className = `chip ${taps.length ? "warn" : "ok"}`;
}

begin().catch((error) => console.warn(error));
