"""A question that comes back without our keys: its answers are recognised by what they say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from elearning.bank.content import Content, Texts, fresh_key
from elearning.choices import QuestionKind


def with_known_keys(new: Content, old: Content) -> Content:
    """`new` with the keys of `old` where an answer says the same in a language both have, or is the same number.

    Each key is given once; what is not recognised keeps the key it came with, unless `old` means something else by it.
    """
    if new.kind == QuestionKind.TRUE_FALSE or new.kind != old.kind:
        return new
    names: dict[str, str] = {}
    for part in ("options", "pairs", "accepted"):
        names |= _names(getattr(new, part), getattr(old, part), _same(part, new, old))
    return _renamed(new, names)


Same = Callable[[Any, Any], bool]


def _same(part: str, new: Content, old: Content) -> Same:
    languages = [code for code in new.texts if code in old.texts]

    def same(one: Any, other: Any) -> bool:
        if part == "accepted" and new.kind == QuestionKind.NUMERIC:
            return (one.value, one.tolerance) == (other.value, other.tolerance)
        said = [(getattr(new.texts[code], part), getattr(old.texts[code], part)) for code in languages]
        return any(mine.get(one.key) and mine.get(one.key) == theirs.get(other.key) for mine, theirs in said)

    return same


def _names(new: Sequence[Any], old: Sequence[Any], same: Same) -> dict[str, str]:
    left = list(old)
    found: dict[str, str] = {}
    for one in new:
        fitting = [other for other in left if same(one, other)]
        if fitting:
            match = next((other for other in fitting if other.key == one.key), fitting[0])
            found[one.key] = match.key
            left.remove(match)
    taken = {*found.values(), *(one.key for one in old)}
    for one in new:
        if one.key not in found:
            found[one.key] = fresh_key(taken) if one.key in found.values() else one.key
    return found


def _renamed(content: Content, names: Mapping[str, str]) -> Content:
    def by_key(said: Mapping[str, str]) -> dict[str, str]:
        return {names.get(key, key): text for key, text in said.items()}

    def texts(one: Texts) -> Texts:
        return replace(
            one, options=by_key(one.options), pairs=by_key(one.pairs), accepted=by_key(one.accepted),
            feedback=by_key(one.feedback),
        )  # fmt: skip

    return replace(
        content,
        options=tuple(replace(one, key=names[one.key]) for one in content.options),
        pairs=tuple(replace(one, key=names[one.key], option=names[one.option]) for one in content.pairs),
        accepted=tuple(replace(one, key=names[one.key]) for one in content.accepted),
        texts={code: texts(one) for code, one in content.texts.items()},
    )
