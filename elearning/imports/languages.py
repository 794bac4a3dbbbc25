"""Which language a manual is written in. What nobody can tell from the text is said, and chosen by a person.

A library tells the language, among those a manual here may be written in. It cannot part Bosnian, Montenegrin, Serbian
and Croatian, which share most of their words, nor always Serbian from Macedonian: letters and the words that differ do.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from training.choices import Language
from training.names import to_latin

LETTERS_READ = 40_000
ENOUGH = 120  # letters; below that it is a guess
CYRILLIC = re.compile(r"[Ѐ-ӿ]")
LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
# Letters, and the commonest words, that one of the two has and the other has not.
MACEDONIAN = re.compile(r"[ѓќѕ]|\b(?:во|со|ги|го|дека|кој|овој|оваа|врз)\b", re.IGNORECASE)
SERBIAN = re.compile(r"[ђћ]|\b(?:је|у|су|са|није|који|које|овај|због)\b", re.IGNORECASE)
SLAVIC = {"bs", "hr", "sr"}
OTHERS = ["sl", "bg", "ru", "uk", "de", "fr", "it", "es", "tr", "el", "ro", "hu", "pl", "cs"]
SO_MANY_TIMES = 2  # as often as its rival a language's own words have to stand there


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# The old vowel yat: e in Serbia, (i)je elsewhere. In Latin letters; a word with a hyphen is the beginning of many.
EKAVIAN = _words(
    "gde pre posle uvek ovde vreme mesto mesta mestu ceo celo dve bezbed- obavešt- belež- posled- sled- zamen- primen- "
    "prover- procen- promen- odred- odelj- zahtev- uvred- mera mere smer- reč lek delo dela delu"
)
IJEKAVIAN = _words(
    "gdje prije poslije uvijek ovdje vrijeme mjesto mjesta mjestu cijel- dvije bezbjed- obavješt- biljež- bilježi "
    "bilježe posljed- slijed- zamjen- primjen- provjer- procjen- promjen- odjel- zahtjev- uvrijed- mjer- smjer- riječ- "
    "lijek- djelo djela djelu"
)
# Words by which those who say (i)je differ: of one language, or of two against the others.
MARKS: Mapping[str, tuple[str, ...]] = {
    "bs": _words("općin- opći opće opću također historij- tačk- sudij- tužila- januar- februar- juli sedmic- hiljad-"),
    "hr": _words(
        "općin- opći opće opću također povijes- točk- sudac suci sudc- odvjetn- siječ- veljač- ožuj- travnj- svibnj- "
        "lipnj- srpnj- kolovoz- rujn- listopad- studen- prosinc- tjed- tisuć- tijekom glede sustav-"
    ),
    "cnr": _words(
        "nijesu nijesam nijesmo nijeste sjutra đe śutra śed- źen- opštin- opšt- takođe crnogor- bezbjed- sudij- tužila-"
    ),
}
OWN_LETTERS = re.compile(r"[śź]|с́|з́", re.IGNORECASE)  # Montenegrin alone has them
WORDS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Detected:
    """The language of a text: a code of Language, the script for Serbian, and what else it could be."""

    language: str
    script: str = ""
    others: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        return not self.others


def detect(text: str) -> Detected | None:
    """None where there are too few words to tell anything, or the language is none of ours."""
    sample = text[:LETTERS_READ]
    cyrillic, latin = len(CYRILLIC.findall(sample)), len(LATIN.findall(sample))
    if cyrillic + latin < ENOUGH:
        return None
    found, _share = _identifier().classify(sample)
    if cyrillic > latin and found in {"mk", "bg", *SLAVIC}:
        return _cyrillic(sample, found)
    if found in SLAVIC:
        return _south_slavic(sample, script="Latn")
    return Detected(found) if found in set(Language.values) else None


def _cyrillic(sample: str, found: str) -> Detected | None:
    macedonian, serbian = len(MACEDONIAN.findall(sample)), len(SERBIAN.findall(sample))
    if macedonian > SO_MANY_TIMES * serbian:
        return Detected("mk")
    if serbian > SO_MANY_TIMES * macedonian:
        return _south_slavic(sample, script="Cyrl")
    return None if found == "bg" else Detected("mk", "", ("sr",)) if found == "mk" else Detected("sr", "Cyrl", ("mk",))


def _south_slavic(sample: str, *, script: str) -> Detected:
    """Serbian, Bosnian, Montenegrin or Croatian, by the words they do not share."""
    words = Counter(WORDS.findall(to_latin(sample).casefold()))
    ekavian, ijekavian = _count(words, EKAVIAN), _count(words, IJEKAVIAN)
    if ekavian > SO_MANY_TIMES * ijekavian:
        return Detected("sr", script)
    if SO_MANY_TIMES * ekavian >= ijekavian:
        return Detected("sr", script, ("bs", "cnr"))
    marks = {language: _count(words, telling) for language, telling in MARKS.items()}
    if OWN_LETTERS.search(sample):
        marks["cnr"] += sum(marks.values()) + 1
    if script == "Cyrl":
        return Detected("cnr") if OWN_LETTERS.search(sample) else Detected("sr", script, ("bs", "cnr"))
    best = max(marks, key=lambda language: marks[language])
    others = tuple(language for language in marks if language != best and marks[best] < SO_MANY_TIMES * marks[language])
    return Detected(best, "", others if marks[best] else ("cnr", "hr", "sr"))


def _count(words: Counter[str], telling: tuple[str, ...]) -> int:
    """How many of the words are among those that tell."""
    beginnings = tuple(each.rstrip("-") for each in telling if each.endswith("-"))
    return sum(count for word, count in words.items() if word in telling or word.startswith(beginnings))


@cache
def _identifier() -> Any:
    """Loaded once, and only by whoever imports a manual: it takes most of a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(["en", "sq", "mk", "sr", "bs", "hr", *OTHERS])
    return identifier
