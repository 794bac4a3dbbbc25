// What is said of marks that are not sent, and why: in sentences, with what can be done about it.

import { sender } from "./sending.js";

const place = document.getElementById("trouble");
let told = "";

/**
 * Writes the sentences below the list, where they have changed.
 * @param {object} now
 * @param {DOMStringMap} now.words
 * @param {import("./store.js").Tap[]} now.taps
 * @param {import("./store.js").WalkIn[]} now.walkins
 * @param {number} now.number  how many marks are unsent
 * @param {Map<string, import("./sending.js").Answer>} now.refusals
 * @param {(whose: import("./store.js").Whose) => string} now.nameOfWhose
 * @param {(walkins: import("./store.js").WalkIn[]) => void} now.forget
 * @param {(taps: import("./store.js").Tap[]) => void} now.forgetTaps
 */
export function tellTrouble(now) {
  const sentences = [...nameless(now), ...wholeDays(now), ...refused(now), ...network(now)];
  const text = sentences.map((one) => one.text).join("\n");
  if (text === told) return;
  told = text;
  place.replaceChildren(...sentences.map(written));
}

function* nameless({ words, walkins, forget }) {
  const lost = walkins.filter((one) => one.nameless);
  if (!lost.length) return;
  yield { text: words.nameless.replace("{n}", lost.length), does: [words.understood, () => forget(lost)] };
}

function* wholeDays({ words, taps, refusals, forgetTaps }) {
  for (const [day, answer] of refusals) {
    const kept = taps.filter((tap) => `${tap.session}/${tap.date}` === day);
    if (!kept.length) continue;
    // Their names are wiped by now where the session is signed off: this is the last time they can be read here.
    const names = answer.walkins.filter((one) => `${one.session}/${one.date}` === day && !one.nameless);
    const listed = names.map((one) => `${one.given_name} ${one.family_name}`).join(", ");
    const text = [words.refused.replace("{n}", kept.length), answer.why, listed && words.write.replace("{names}", listed)];
    yield { text: text.filter(Boolean).join(" "), does: [words.discard, () => forgetTaps(kept), words.sure] };
  }
}

function* refused({ words, taps, nameOfWhose, forgetTaps }) {
  for (const tap of taps.filter((one) => one.why)) {
    const text = `${words.notTaken.replace("{name}", nameOfWhose(tap.whose))} ${tap.why}`;
    yield { text, does: [words.understood, () => forgetTaps([tap])] };
  }
}

function* network({ words, number }) {
  if (sender.state === "login") yield { text: words.login, link: words.loginLink };
  else if (!navigator.onLine) yield { text: words.offline };
  else if (number && sender.state === "away") yield { text: words.away };
  else if (number && sender.state === "failed") yield { text: words.failed };
}

function written({ text, link, does }) {
  const line = document.createElement("p");
  line.append(text);
  if (link) line.append(" ", Object.assign(document.createElement("a"), { href: loginAddress(), textContent: link }));
  if (does) {
    const [label, act, sure] = does;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: label });
    button.addEventListener("click", () => (!sure || window.confirm(sure)) && act());
    line.append(" ", button);
  }
  return line;
}

function loginAddress() {
  const { dataset } = document.querySelector('meta[name="attendance"]');
  return `${dataset.login}?next=${encodeURIComponent(location.pathname)}`;
}
