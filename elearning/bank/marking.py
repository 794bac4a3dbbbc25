"""What an answer is worth. An answer names keys, or holds what was typed:

    single, true_false   {"option": "k3f9"}
    multiple             {"options": ["k3f9", "p0aa"]}
    matching             {"pairs": {"c71d": "k3f9"}}
    numeric, short_text  {"text": "2,5"}

and {} is no answer: one may take an answer back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from elearning.bank.content import CHOSEN, FULL, Accepted, Content, cleaned
from elearning.bank.numbers import is_within, readings
from elearning.bank.wording import fits_words
from elearning.choices import QuestionKind

Response = Mapping[str, Any]
LONGEST_TEXT = 500
PLACES = Decimal("0.00001")
# Three thirds written with five decimals are the whole.
NEARLY = Decimal("0.001")


class ResponseError(ValueError):
    """This is no answer to that question."""


@dataclass(frozen=True)
class Marked:
    """`credit` is 0 to 1 of the question's points, with five decimals; `keys` those whose feedback belongs to it."""

    credit: Decimal
    keys: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        return self.credit == 1


def read_response(content: Content, raw: Any) -> dict[str, Any]:
    """The answer in its one form, as it is kept. Raises ResponseError for keys the question does not have."""
    if not isinstance(raw, Mapping):
        raise ResponseError("an object is needed")
    if content.kind == QuestionKind.MATCHING:
        return _read_pairs(content, raw.get("pairs") or {})
    if content.kind == QuestionKind.MULTIPLE:
        chosen = raw.get("options") or []
        if not isinstance(chosen, list) or not set(map(str, chosen)) <= _option_keys(content):
            raise ResponseError("not among the options")
        return {"options": sorted(set(map(str, chosen)))} if chosen else {}
    if content.kind in CHOSEN:
        option = raw.get("option") or ""
        if option and option not in _option_keys(content):
            raise ResponseError("not among the options")
        return {"option": option} if option else {}
    text = cleaned(raw.get("text"))
    if len(text) > LONGEST_TEXT:
        raise ResponseError("too long")
    return {"text": text} if text else {}


def _read_pairs(content: Content, raw: Any) -> dict[str, Any]:
    asked = {pair.key for pair in content.pairs}
    if not isinstance(raw, Mapping) or not set(raw) <= asked:
        raise ResponseError("not among the pairs")
    given = {str(key): str(option) for key, option in raw.items() if option}
    if not set(given.values()) <= _option_keys(content):
        raise ResponseError("not among the options")
    return {"pairs": dict(sorted(given.items()))} if given else {}


def _option_keys(content: Content) -> set[str]:
    return {option.key for option in content.options}


def is_whole(content: Content, response: Response) -> bool:
    """Whether nothing of the question is left open: of matching, every pair."""
    if content.kind == QuestionKind.MATCHING:
        return len(response.get("pairs", {})) == len(content.pairs)
    return bool(response)


def hint(content: Content, response: Response) -> str:
    """What to tell whoever types something that cannot be read; it says nothing of right or wrong."""
    if content.kind == QuestionKind.NUMERIC and response and not readings(response["text"]):
        return _("Write a number alone, such as 90 or 2,5.")
    return ""


def mark(content: Content, response: Response) -> Marked:
    """What that answer (as `read_response` gives it) is worth. No answer is worth nothing."""
    if not response:
        return Marked(Decimal(0))
    if content.kind == QuestionKind.MATCHING:
        given = response["pairs"]
        right = sum(given.get(pair.key) == pair.option for pair in content.pairs)
        return Marked(_credit(FULL * right / len(content.pairs)))
    if content.kind in CHOSEN:
        keys = response["options"] if content.kind == QuestionKind.MULTIPLE else [response["option"]]
        chosen = [option for option in content.options if option.key in keys]
        return Marked(_credit(sum((one.credit for one in chosen), Decimal(0))), tuple(one.key for one in chosen))
    best = _best(content, response["text"])
    return Marked(_credit(best.credit), (best.key,)) if best else Marked(Decimal(0))


def _best(content: Content, typed: str) -> Accepted | None:
    """The accepted answer that fits and gives most; what catches all the rest comes last."""
    fitting = [one for one in content.accepted if _fits(content, one, typed)]
    return max(fitting, key=lambda one: (not _catches_all(content, one), one.credit), default=None)


def _fits(content: Content, accepted: Accepted, typed: str) -> bool:
    if content.kind == QuestionKind.NUMERIC:
        return any(is_within(value, accepted.value, accepted.tolerance) for value in readings(typed))
    texts = {said.accepted[accepted.key] for said in content.texts.values() if accepted.key in said.accepted}
    return any(fits_words(typed, text, case_sensitive=content.case_sensitive) for text in texts)


def _catches_all(content: Content, accepted: Accepted) -> bool:
    texts = {said.accepted.get(accepted.key) for said in content.texts.values()}
    return accepted.value == "*" or texts == {"*"}


def _credit(per_cent: Decimal) -> Decimal:
    """Of 1, never below nothing nor above all."""
    bounded = min(max(per_cent, Decimal(0)), FULL)
    if FULL - bounded < NEARLY:
        bounded = FULL
    return (bounded / FULL).quantize(PLACES, rounding=ROUND_HALF_UP)


def is_right(kind: QuestionKind, credit: Decimal) -> bool:
    """Whether an option of that credit is right. Of several right ones each has a part of the whole, and is right all
    the same; where one is right, what gives a part of the points is not.
    """
    return credit == FULL or (kind == QuestionKind.MULTIPLE and credit > 0)


def score_of(marks: list[tuple[Decimal, Decimal]]) -> Decimal:
    """Per cent with two decimals, of (points, credit) each. What is shown is what decides: no hidden digits."""
    points = sum((Fraction(points) for points, _credit in marks), Fraction(0))
    if not points:
        return Decimal("0.00")
    earned = sum((Fraction(points) * Fraction(credit) for points, credit in marks), Fraction(0))
    hundredths = earned * 10_000 / points
    return (Decimal(hundredths.numerator) / Decimal(hundredths.denominator) / 100).quantize(
        Decimal("0.01"), rounding=ROUND_HALF_UP
    )
