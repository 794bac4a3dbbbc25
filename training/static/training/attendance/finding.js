// Finding a name while it is typed: the folding of training/names.py, so that "gjorgji" finds Ѓорѓи and "djordjevic"
// Đorđević.

const CYRILLIC = {
  а: "a", б: "b", в: "v", г: "g", д: "d", ѓ: "gj", ђ: "dj", е: "e", ж: "z", з: "z", ѕ: "dz", и: "i", ј: "j", к: "k",
  л: "l", љ: "lj", м: "m", н: "n", њ: "nj", о: "o", п: "p", р: "r", с: "s", т: "t", ќ: "kj", ћ: "c", у: "u", ф: "f",
  х: "h", ц: "c", ч: "c", џ: "dz", ш: "s",
};

/** @param {string} text */
export function folded(text) {
  return text.toLowerCase().normalize("NFC").replace(/[\u0400-\u045f]/g, (letter) => CYRILLIC[letter] ?? letter)
    .replaceAll("đ", "dj").normalize("NFD").replace(/[\u0300-\u036f'’]/g, "")
    .replaceAll("dzh", "dz").replace(/([dgk])j/g, "$1").replace(/([zsct])h/g, "$1").replace(/xh?/g, "dz")
    .replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** Whether a name has a word beginning like each word typed. @param {string} name @param {string} typed */
export function begins(name, typed) {
  const key = ` ${folded(name)}`;
  return folded(typed).split(" ").every((word) => key.includes(` ${word}`));
}
