// What this device keeps (IndexedDB): today's rosters, and what has not been sent yet. Names stand only in `rosters` and
// `walkins`; `taps` hold numbers. docs/attendance.md says when what is wiped.

/**
 * @typedef {object} Roster The register of one day, as the server told it last.
 * @property {number} account   whose log-in opened it
 * @property {string} session   the session's key
 * @property {string} date      2026-05-13
 * @property {string} title
 * @property {string} place
 * @property {number} kept      when, by the server's clock
 * @property {Array<[number, string, string, string]>} people    number, name, institution, sex
 * @property {Array<[string, string, string, string]>} walk_ins  those nobody has decided on yet
 * @property {Record<string, string>} marks
 * @property {Array<[string, Array<[Whose, string, string]>]>} done  batches to undo, newest first: whose, before, after
 * @property {string} decide    where to decide on walk-ins
 * @property {string} roster    the server's word for who is on it
 *
 * @typedef {number | string} Whose  a participation, or the nonce of a walk-in
 *
 * @typedef {object} Tap A mark that was given here and is not on the server yet.
 * @property {string} nonce
 * @property {number} account
 * @property {string} session
 * @property {string} date
 * @property {Whose} whose
 * @property {string} before
 * @property {string} mark
 * @property {number} at        milliseconds, by the server's clock
 * @property {string} batch
 * @property {string | null} undoes
 * @property {string} [why]     why the server did not take it
 *
 * @typedef {object} WalkIn Somebody typed here who is not on the server yet; without a name once a day has passed.
 * @property {string} nonce
 * @property {number} account
 * @property {string} session
 * @property {string} date
 * @property {string} given_name
 * @property {string} family_name
 * @property {string} sex
 * @property {string} institution
 * @property {number} at
 * @property {boolean} [nameless]
 * @property {string} [why]
 */

const NAME = "evidenca";
const KEYS = { notes: "name", rosters: ["account", "session", "date"], taps: "nonce", walkins: "nonce" };
export const DAY = 24 * 60 * 60 * 1000;

/** @type {Promise<IDBDatabase> | undefined} */
let opened;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(KEYS)) asked.result.createObjectStore(store, { keyPath });
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

/** Everything in a store. @param {keyof typeof KEYS} store @returns {Promise<any[]>} */
export async function all(store) {
  const asked = (await database()).transaction(store).objectStore(store).getAll();
  return new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/**
 * Writes and removes in one transaction; done when it is on the disk. Where the disk has no room, nothing is changed, and
 * it ends with a `QuotaExceededError`.
 * @param {Partial<Record<keyof typeof KEYS, { put?: object[], remove?: IDBValidKey[] }>>} changes
 */
export async function change(changes) {
  const stores = Object.keys(changes);
  const transaction = (await database()).transaction(stores, "readwrite", { durability: "strict" });
  for (const store of stores) {
    for (const value of changes[store].put ?? []) transaction.objectStore(store).put(value);
    for (const key of changes[store].remove ?? []) transaction.objectStore(store).delete(key);
  }
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(undefined);
    transaction.onabort = () => reject(transaction.error); // after any error, too
  });
}

/** A small thing to remember, by name. */
export async function note(name) {
  return (await all("notes")).find((one) => one.name === name)?.value;
}

export function remember(name, value) {
  return change({ notes: { put: [{ name, value }] } });
}

export function keyOf({ account, session, date }) {
  return [account, session, date];
}

/** The roster kept of a day. @returns {Promise<Roster | undefined>} */
export async function rosterOf(account, session, date) {
  return (await all("rosters")).find((one) => one.account === account && one.session === session && one.date === date);
}

/** Keeps a roster anew, where it is kept still: it may have been wiped since it was read. @param {Roster} roster */
export async function renew(roster) {
  if (await rosterOf(...keyOf(roster))) await change({ rosters: { put: [roster] } });
}

/** What an account has not sent yet. @returns {Promise<{ taps: Tap[], walkins: WalkIn[] }>} */
export async function unsentOf(account) {
  const own = (one) => one.account === account;
  const taps = (await all("taps")).filter(own).sort((a, b) => a.at - b.at || (a.nonce < b.nonce ? -1 : 1));
  return { taps, walkins: (await all("walkins")).filter(own) };
}

/** Forgets walk-ins with their marks. @param {WalkIn[]} walkins */
export async function forgetWalkIns(walkins) {
  const gone = new Set(walkins.map((one) => one.nonce));
  const taps = (await all("taps")).filter((tap) => gone.has(String(tap.whose))).map((tap) => tap.nonce);
  await change({ walkins: { remove: [...gone] }, taps: { remove: taps } });
}
