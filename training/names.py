"""Names across scripts: one spelling in Latin letters, one key to recognise a person by, a looser one to find them by.

Romanisation of Serbian, Bosnian and Montenegrin follows their own Latin alphabet (Vuk/Gaj), Macedonian the
passport rule of the Law on the Macedonian Language where it gives digraphs (Ѓ gj, Ќ kj, Ѕ dz).
"""

import re
import unicodedata

CYRILLIC = {
    **dict(
        zip(
            "абвгдежзијклмнопрстћуфхцчш",
            [
                "a",
                "b",
                "v",
                "g",
                "d",
                "e",
                "ž",
                "z",
                "i",
                "j",
                "k",
                "l",
                "m",
                "n",
                "o",
                "p",
                "r",
                "s",
                "t",
                "ć",
                "u",
                "f",
                "h",
                "c",
                "č",
                "š",
            ],
            strict=True,
        )
    ),
    "ђ": "đ",
    "љ": "lj",
    "њ": "nj",
    "џ": "dž",
    "ѓ": "gj",
    "ќ": "kj",
    "ѕ": "dz",
    "ѐ": "e",
    "ѝ": "i",
    "й": "j",
    "ъ": "a",
    "ь": "",
    "ю": "ju",
    "я": "ja",
    "щ": "št",
    "ы": "i",
    "э": "e",
    "ё": "jo",
    "і": "i",
    "ї": "ji",
    "с́": "ś",
    "з́": "ź",
}
PLAIN = str.maketrans({"đ": "dj", "ð": "dj", "ł": "l", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
APOSTROPHES = re.compile("['`´‘’ʼ]")
NOT_A_LETTER = re.compile(r"[\W_]+")
# Spellings that differ from one list to the next for the same sound: Đorđević, Djordjevic, Dordevic;
# Ѓорѓи, Gjorgji, Ǵorǵi; Жарко, Žarko, Zharko; Ѕвезда, Dzvezda.
SOUNDS = [
    ("dzh", "dz"),
    ("dj", "d"),
    ("gj", "g"),
    ("kj", "k"),
    ("zh", "z"),
    ("sh", "s"),
    ("ch", "c"),
    ("th", "t"),
    ("xh", "dz"),
    ("x", "dz"),
]


INVISIBLE = {"Cf", "Cc"}
LONGEST_NAME = 100
LONGEST_KEY = 250


def tidied(text: str) -> str:
    """One line without invisible and direction characters, words by one space, letters composed."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (c if c in "\t\r\n" or unicodedata.category(c) not in INVISIBLE else "" for c in text)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def to_latin(text: str) -> str:
    """`text` with its Cyrillic letters written in Latin ones, capitals kept; everything else as it is."""
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFC", text)
    return "".join(_letter(letters, index) for index in range(len(letters)))


def _letter(text: str, index: int) -> str:
    letter = text[index]
    latin = CYRILLIC.get(letter.lower())
    if latin is None:
        return letter
    if letter.islower():
        return latin
    shouted = len(latin) > 1 and text[index + 1 : index + 2].isupper()
    return latin.upper() if shouted else latin.capitalize()


def match_key(text: str) -> str:
    """What two spellings of one name share: Latin, small, without diacritics, đ as dj, words by one space.

    "ЂОРЂЕВИЋ", "Đorđević" and "Djordjevic" share a key; "Shala" and "Sala" do not.
    """
    plain = to_latin(text).casefold()
    if not plain.isascii():
        letters = unicodedata.normalize("NFKD", plain.translate(PLAIN))
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return NOT_A_LETTER.sub(" ", APOSTROPHES.sub("", plain)).strip()


def search_key(text: str) -> str:
    """A looser key for finding by typing: spellings of one sound are folded too. Never used to tell people apart."""
    return fold_sounds(match_key(text))


def fold_sounds(key: str) -> str:
    """The search key of a text whose match key is known."""
    for spelling, sound in SOUNDS:
        key = key.replace(spelling, sound)
    return key


def person_key(given: str, family: str) -> str:
    """The key of a whole name whatever order its words stand in: lists write it both ways round."""
    return " ".join(sorted(match_key(f"{given} {family}").split()))


def fits(given: str, family: str) -> bool:
    """Whether a record can hold the names and what is derived from them: letters of some scripts become several."""
    longest = max(len(given), len(family), len(to_latin(given)) - 20, len(to_latin(family)) - 20)
    return longest <= LONGEST_NAME and len(match_key(given)) + len(match_key(family)) <= LONGEST_KEY
