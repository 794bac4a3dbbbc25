"""What is said about an answer once it may be: what it was worth, the remarks that belong to it, and what is right."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from elearning.bank.content import CHOSEN, FULL, Content, Texts
from elearning.bank.gaps import whole_languages
from elearning.bank.marking import Response, is_right, mark
from elearning.choices import QuestionKind
from elearning.languages import best


@dataclass(frozen=True)
class Remark:
    """One part of an answer with what was written about it; `is_right` is None where it is neither."""

    answer: str
    text: str = ""
    is_right: bool | None = None


@dataclass(frozen=True)
class Told:
    """`key` is what would have been right, empty unless it may be told."""

    language: str
    stem: str
    is_right: bool
    is_partly_right: bool
    remarks: Sequence[Remark] = ()
    general: Sequence[str] = ()
    key: Sequence[str] = field(default_factory=list)


def told(content: Content, response: Response, *, language: str, with_key: bool) -> Told:
    """In `language` or the closest there is."""
    code = best(whole_languages(content), language) or language
    texts, marked = content.texts[code], mark(content, response)
    overall = texts.right if marked.is_right else texts.partly if marked.credit else texts.wrong
    return Told(
        language=code,
        stem=texts.stem,
        is_right=marked.is_right,
        is_partly_right=0 < marked.credit < 1,
        remarks=_remarks(content, code, texts, response, marked.keys) if response else (),
        general=[text for text in (overall, texts.general) if text],
        key=_key(content, code, texts) if with_key and not marked.is_right else [],
    )


def _remarks(content: Content, code: str, texts: Texts, response: Response, keys: Sequence[str]) -> list[Remark]:
    if content.kind == QuestionKind.MATCHING:
        given = response["pairs"]
        return [
            Remark(
                f"{texts.pairs.get(pair.key, '')} → {texts.options.get(given[pair.key], '')}",
                is_right=given[pair.key] == pair.option,
            )
            for pair in content.pairs
            if pair.key in given
        ]
    if content.kind in CHOSEN:
        worth = {option.key: option.credit for option in content.options}
        return [
            Remark(content.option_text(code, key), texts.feedback.get(key, ""), _verdict(content.kind, worth[key]))
            for key in keys
        ]
    return [Remark(response["text"], texts.feedback.get(keys[0], "") if keys else "")]


def _verdict(kind: QuestionKind, credit: Decimal) -> bool | None:
    return True if is_right(kind, credit) else None if credit > 0 else False


def _key(content: Content, code: str, texts: Texts) -> list[str]:
    if content.kind == QuestionKind.MATCHING:
        return [f"{texts.pairs.get(pair.key, '')} → {texts.options.get(pair.option, '')}" for pair in content.pairs]
    if content.kind in CHOSEN:
        return [content.option_text(code, one.key) for one in content.options if is_right(content.kind, one.credit)]
    full = [one for one in content.accepted if one.credit == FULL]
    if content.kind == QuestionKind.NUMERIC:
        return [f"{one.value} ± {one.tolerance}" if one.tolerance else one.value for one in full if one.value != "*"]
    return [texts.accepted.get(one.key, "") for one in full][:1]
