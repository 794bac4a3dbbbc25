"""The content of a question: what is asked, what counts as right, and the texts in every language it has.

As JSON, which is how a version of a question is kept:

    {"kind": "single", "points": 1, "shuffle": true,
     "options":  [{"key": "k3f9", "credit": 100}, {"key": "p0aa", "credit": 0}],
     "pairs":    [{"key": "c71d", "option": "k3f9"}],
     "accepted": [{"key": "m2x8", "credit": 100, "value": "90", "tolerance": "5"}],
     "texts": {"en": {"stem": "…", "options": {"k3f9": "…"}, "pairs": {"c71d": "…"}, "accepted": {"m2x8": "…"},
                      "feedback": {"k3f9": "…"}, "general": "…", "right": "…", "partly": "…", "wrong": "…"}}}

`options` is what a learner chooses from (of matching: what pairs are put to), `pairs` what matching asks about,
`accepted` what counts of what is typed: a `value` with its tolerance for a number, a text in each language for words.
Credits are per cent, from -100 to 100. Keys are shared by all languages, and so is everything but `texts`. For whoever
writes by hand an option may say `"correct": true` instead of a credit. What is empty may be left out.
"""

import hashlib
import json
import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from elearning.choices import QuestionKind

FULL = Decimal(100)
CHOSEN = {QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE}
TYPED = {QuestionKind.NUMERIC, QuestionKind.SHORT_TEXT}
TRUE, FALSE = "true", "false"
KEY_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
SPACES, EMPTY_LINES = re.compile(r"[ \t]+"), re.compile(r"\n{3,}")
BY_KEY = ("options", "pairs", "accepted", "feedback")
PLAIN = ("stem", "general", "right", "partly", "wrong")

# What stands beside the two buttons, where a question does not word them itself.
TRUE_AND_FALSE = {
    "en": ("True", "False"),
    "sq": ("E vërtetë", "E pavërtetë"),
    "mk": ("Точно", "Неточно"),
    "bs": ("Tačno", "Netačno"),
    "sr": ("Тачно", "Нетачно"),
    "sr-latn": ("Tačno", "Netačno"),
    "cnr": ("Tačno", "Netačno"),
}


class ContentError(ValueError):
    """This is no content of a question; the message says where and why."""


@dataclass(frozen=True)
class Option:
    key: str
    credit: Decimal = Decimal(0)


@dataclass(frozen=True)
class Pair:
    """What is asked about, and the key of the option that belongs to it."""

    key: str
    option: str


@dataclass(frozen=True)
class Accepted:
    """A `value` of * stands for every number: it catches what no other one takes."""

    key: str
    credit: Decimal = FULL
    value: str = ""
    tolerance: str = ""


@dataclass(frozen=True)
class Texts:
    """One language of a question. Plain text; an empty line begins a new paragraph."""

    stem: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    pairs: Mapping[str, str] = field(default_factory=dict)
    accepted: Mapping[str, str] = field(default_factory=dict)
    feedback: Mapping[str, str] = field(default_factory=dict)
    general: str = ""
    right: str = ""
    partly: str = ""
    wrong: str = ""

    def as_json(self) -> dict[str, Any]:
        found = {name: getattr(self, name) for name in (*PLAIN, *BY_KEY)}
        return {name: dict(value) if isinstance(value, Mapping) else value for name, value in found.items() if value}


@dataclass(frozen=True, kw_only=True)
class Content:
    kind: QuestionKind
    points: Decimal = Decimal(1)
    shuffle: bool = True
    case_sensitive: bool = False
    options: tuple[Option, ...] = ()
    pairs: tuple[Pair, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    texts: Mapping[str, Texts] = field(default_factory=dict)

    @property
    def languages(self) -> list[str]:
        return [code for code, texts in self.texts.items() if texts.stem]

    def option_text(self, language: str, key: str) -> str:
        """What stands beside that option; of true and false the usual words, unless the question has its own."""
        written = self.texts[language].options.get(key, "")
        if written or self.kind != QuestionKind.TRUE_FALSE:
            return written
        words = TRUE_AND_FALSE.get(language, TRUE_AND_FALSE["en"])
        return words[0] if key == TRUE else words[1]

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"kind": self.kind.value}
        if self.points != 1:
            found["points"] = number(self.points)
        if not self.shuffle:
            found["shuffle"] = False
        if self.case_sensitive:
            found["case_sensitive"] = True
        if self.options and self.kind == QuestionKind.MATCHING:
            found["options"] = [{"key": one.key} for one in self.options]
        elif self.options:
            found["options"] = [{"key": one.key, "credit": number(one.credit)} for one in self.options]
        if self.pairs:
            found["pairs"] = [{"key": one.key, "option": one.option} for one in self.pairs]
        if self.accepted:
            found["accepted"] = [_accepted_json(one) for one in self.accepted]
        found["texts"] = {code: texts.as_json() for code, texts in self.texts.items()}
        return found

    @property
    def digest(self) -> str:
        """The same for the same content, whatever order its languages stand in."""
        told = json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(told.encode()).hexdigest()


def fresh_key(taken: Iterable[str] = ()) -> str:
    """A key that tells nothing: neither the place an option was written in, nor whether it is right."""
    used = set(taken)
    while True:
        key = "".join(secrets.choice(KEY_LETTERS) for _letter in range(6))
        if key not in used:
            return key


def cleaned(text: Any) -> str:
    """Text that every database, file and page takes, as a page would show it: composed, words by one space, paragraphs
    by one empty line, nothing that cannot be seen."""
    lines = str(text or "").replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs"))
    spaced = "\n".join(SPACES.sub(" ", line).strip() for line in unicodedata.normalize("NFC", kept).split("\n"))
    return EMPTY_LINES.sub("\n\n", spaced).strip()


def number(value: Decimal) -> int | float:
    """As JSON has it: 100, 33.33333."""
    return int(value) if value == value.to_integral_value() else float(value)


def _accepted_json(one: Accepted) -> dict[str, Any]:
    found: dict[str, Any] = {"key": one.key, "credit": number(one.credit)}
    if one.value:
        found["value"] = one.value
    if one.tolerance:
        found["tolerance"] = one.tolerance
    return found


# ---- from JSON


def read_content(data: Any) -> Content:
    """The content that this JSON says. Raises ContentError where a part is missing, double or of the wrong sort.

    Whether it makes a question somebody can answer is another matter: see gaps.py.
    """
    if not isinstance(data, Mapping):
        raise ContentError("content: an object is needed")
    if data.get("kind") not in QuestionKind.values:
        raise ContentError(f"kind: one of {', '.join(QuestionKind.values)} is needed")
    kind = QuestionKind(data["kind"])
    content = Content(
        kind=kind,
        points=_decimal(data.get("points", 1), "points"),
        shuffle=bool(data.get("shuffle", True)),
        case_sensitive=bool(data.get("case_sensitive", False)),
        options=_options(kind, _list(data, "options")),
        pairs=tuple(Pair(_key(row), str(row.get("option", ""))) for row in _list(data, "pairs")),
        accepted=tuple(_accepted(row) for row in _list(data, "accepted")),
        texts=_texts(data.get("texts", {})),
    )
    _require_whole(content)
    return replace(content, options=_in_order_of_pairs(content)) if content.pairs else content


def _in_order_of_pairs(content: Content) -> tuple[Option, ...]:
    """Nobody sees their order, so there is one: as the pairs name them, those that only mislead last."""
    by_key = {option.key: option for option in content.options}
    return tuple(by_key[key] for key in dict.fromkeys([*(pair.option for pair in content.pairs), *by_key]))


def _options(kind: QuestionKind, rows: list[Mapping[str, Any]]) -> tuple[Option, ...]:
    if kind == QuestionKind.MATCHING:
        return tuple(Option(_key(row)) for row in rows)
    right = [bool(row.get("correct")) for row in rows]
    spread = _spread(kind, right)
    return tuple(
        Option(_key(row), _decimal(row["credit"], "credit") if "credit" in row else spread[is_right])
        for row, is_right in zip(rows, right, strict=True)
    )


def _spread(kind: QuestionKind, right: list[bool]) -> dict[bool, Decimal]:
    """What a right and a wrong option are worth where nobody says. Of several, ticking all comes to nothing."""
    if kind != QuestionKind.MULTIPLE:
        return {True: FULL, False: Decimal(0)}
    places = Decimal("0.00001")
    wrong = right.count(False)
    return {
        True: (FULL / max(right.count(True), 1)).quantize(places),
        False: -(FULL / wrong).quantize(places) if wrong else Decimal(0),
    }


def _accepted(row: Mapping[str, Any]) -> Accepted:
    value, tolerance = (str(row.get(name, "")).strip() for name in ("value", "tolerance"))
    for name, text in (("value", value), ("tolerance", tolerance)):
        if text not in ("", "*"):
            _decimal(text, name)
    return Accepted(_key(row), _decimal(row.get("credit", 100), "credit"), value, tolerance)


def _list(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = data.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ContentError(f"{name}: a list of objects is needed")
    return rows


def _key(row: Mapping[str, Any]) -> str:
    key = row.get("key")
    if not isinstance(key, str) or not 0 < len(key) <= 40:
        raise ContentError("key: a short text is needed")
    return key


def _decimal(value: Any, name: str) -> Decimal:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or isinstance(value, bool):
        raise ContentError(f"{name}: {value!r} is no number")
    return found


def _texts(data: Any) -> dict[str, Texts]:
    if not isinstance(data, Mapping):
        raise ContentError("texts: an object with a language each is needed")
    found = {}
    for code, said in data.items():
        if not isinstance(said, Mapping):
            raise ContentError(f"texts.{code}: an object is needed")
        parts: dict[str, Any] = {name: cleaned(said.get(name)) for name in PLAIN}
        parts |= {name: _by_key(said.get(name) or {}, f"texts.{code}.{name}") for name in BY_KEY}
        found[str(code)] = Texts(**parts)
    return found


def _by_key(data: Any, where: str) -> dict[str, str]:
    if not isinstance(data, Mapping):
        raise ContentError(f"{where}: an object with a text for each key is needed")
    tidy = {str(key): cleaned(text) for key, text in data.items()}
    return {key: text for key, text in tidy.items() if text}


def _require_whole(content: Content) -> None:
    """Keys are there once each, and what is said in a language is said about one of them."""
    groups = {name: [one.key for one in getattr(content, name)] for name in ("options", "pairs", "accepted")}
    for name, keys in groups.items():
        if len(set(keys)) != len(keys):
            raise ContentError(f"{name}: a key stands there twice")
    for pair in content.pairs:
        if pair.option not in groups["options"]:
            raise ContentError(f"pairs: {pair.option!r} is no option")
    groups["feedback"] = [*groups["options"], *groups["accepted"]]
    for code, texts in content.texts.items():
        for name, keys in groups.items():
            unknown = set(getattr(texts, name)) - set(keys)
            if unknown:
                raise ContentError(f"texts.{code}.{name}: nothing has the key {min(unknown)!r}")
