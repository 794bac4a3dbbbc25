"""A question as a learner gets it: texts in one language, answers by their place. Nothing here tells what is right.

Answers are numbered in the order they are shown, which differs from learner to learner: not even a key leaves the
server, for the right answer is often the one that was written first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from elearning.bank.content import CHOSEN, Content
from elearning.bank.gaps import whole_languages
from elearning.bank.marking import Response, ResponseError, is_whole
from elearning.choices import QuestionKind
from elearning.languages import best

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Choice:
    """One answer to choose: the value it is sent as, what stands beside it, and whether it is chosen now."""

    value: str
    text: str
    chosen: bool = False


@dataclass(frozen=True)
class Line:
    """The left side of a pair, with the field its answer is sent in."""

    name: str
    text: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Shown:
    """`name` is the field of its answer, `language` that of its texts; `stands_in`: the reader asked for another."""

    kind: str
    name: str
    stem: str
    language: str
    stands_in: bool
    choices: Sequence[Choice] = ()
    lines: Sequence[Line] = ()
    text: str = ""
    is_answered: bool = False
    sent_as: str = ""

    @property
    def takes_several(self) -> bool:
        return self.kind == QuestionKind.MULTIPLE

    @property
    def is_number(self) -> bool:
        return self.kind == QuestionKind.NUMERIC


def shown(content: Content, *, order: Sequence[str], response: Response, language: str, name: str) -> Shown:
    """The question with the answer that stands, in `language` or the closest there is."""
    code = best(whole_languages(content), language) or language
    texts = content.texts[code]
    fields = sent_as(content, order=order, response=response, name=name)
    common: dict[str, Any] = {
        "kind": content.kind.value, "name": name, "stem": texts.stem, "language": code, "stands_in": code != language,
        "is_answered": is_whole(content, response), "sent_as": urlencode(fields),
    }  # fmt: skip
    if content.kind == QuestionKind.MATCHING:
        lines = []
        for place, pair in enumerate(content.pairs, start=1):
            chosen = response.get("pairs", {}).get(pair.key)
            choices = [Choice(str(at), texts.options.get(key, ""), key == chosen) for at, key in enumerate(order, 1)]
            lines.append(Line(f"{name}-{place}", texts.pairs.get(pair.key, ""), choices))
        return Shown(**common, lines=lines)
    if content.kind in CHOSEN:
        taken = response.get("options", [response.get("option")])
        choices = [Choice(str(at), content.option_text(code, key), key in taken) for at, key in enumerate(order, 1)]
        return Shown(**common, choices=choices)
    return Shown(**common, text=response.get("text", ""))


def sent_as(content: Content, *, order: Sequence[str], response: Response, name: str) -> list[tuple[str, str]]:
    """The fields a browser would send for that answer, so that what changed in a form can be told from what did not."""
    if content.kind == QuestionKind.MATCHING:
        given = response.get("pairs", {})
        return [
            (f"{name}-{place}", str(order.index(given[pair.key]) + 1))
            for place, pair in enumerate(content.pairs, start=1)
            if pair.key in given
        ]
    if content.kind in CHOSEN:
        keys = response.get("options") or ([response["option"]] if response else [])
        return [(name, str(place)) for place in sorted(order.index(key) + 1 for key in keys)]
    return [(name, response["text"])] if response else []


def sent(fields: Fields, name: str) -> list[tuple[str, str]]:
    """Those of the fields a browser sent that belong to this question and say something."""
    found = [(key, value) for key in fields if key == name or key.startswith(f"{name}-") for value in fields[key]]
    return [(key, value) for key, value in found if value.strip()]


def response_of(content: Content, *, order: Sequence[str], fields: Fields, name: str) -> dict[str, Any]:
    """The answer that those fields give, by keys. Raises ResponseError for what is no place among the answers."""
    found = sent(fields, name)
    if content.kind == QuestionKind.MATCHING:
        by_field = {f"{name}-{place}": pair.key for place, pair in enumerate(content.pairs, start=1)}
        return {"pairs": {_at(by_field, field): _key(order, value) for field, value in found}}
    if content.kind == QuestionKind.MULTIPLE:
        return {"options": [_key(order, value) for _field, value in found]}
    if content.kind in CHOSEN:
        return {"option": _key(order, found[0][1])} if found else {}
    return {"text": found[0][1]} if found else {}


def _at(by_field: Mapping[str, str], field: str) -> str:
    if field not in by_field:
        raise ResponseError("not among the pairs")
    return by_field[field]


def _key(order: Sequence[str], value: str) -> str:
    if not value.isascii() or not value.isdecimal() or not 0 < int(value) <= len(order):
        raise ResponseError("not among the options")
    return order[int(value) - 1]
