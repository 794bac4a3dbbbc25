"""What a careless or hostile browser could send: the fields an address knows, with anything in them."""

import re
from functools import cache
from typing import Any

from hypothesis import strategies as st
from lxml import html

# What breaks careless code: nothing, controls, other scripts, markup, formulas, numbers beyond a column, no such days.
NASTY = [
    *("", " ", "\x00", "a\x00b", "\r\nX-Header: 1", "\ufffe", "Ђорђевић", "é" * 300, "x" * 5000, "１２", "²"),
    *("<script>alert(1)</script>", "{{ 7 * 7 }}", "%s%(x)s{0}", "=1+1", "' OR 1=1 --", "../../etc/passwd"),
    *("//elsewhere.example/", "https://elsewhere.example/", "?rows=sex", "rows=sex&rows=sex&columns=sex", ":", "a:b:c"),
    *("-1", "0", "1e309", "NaN", "1,5", "999999999999999999999999", "9223372036854775808", "true", "[]", "null"),
    *("0000-00-00", "2026-02-30", "9999-12-31", "0001-01-01", "2026-13", "2026", "13.05.2026"),
    *("sex", "jurisdiction", "institution", "project", "people", "person_days", "F", "AL", "_X", "_U", "on", "present"),
]
WORDS = st.one_of(
    st.sampled_from(NASTY),
    st.integers(min_value=0, max_value=80).map(str),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
# Addresses read words that no form of theirs has a field for.
READ = (
    *("page", "q", "rows", "columns", "measures", "shares", "sort", "order", "snapshot", "first_time", "from", "to"),
    *("period", "project", "agency", "funder", "goal", "kpi", "jurisdiction", "institution_type", "topic", "modality"),
    *("role", "status", "cell", "kind", "session", "person", "into", "next", "audience", "threshold", "step", "do"),
    *("batch", "nonce", "planned", "record", "action", "account", "origin", "sex", "year", "name", "undo", "file"),
)


@cache
def fields_read_by(page: bytes) -> dict[str, list[str]]:
    """The fields of every form of a page, by name, with the values it offers."""
    found: dict[str, list[str]] = {}
    for field in html.fromstring(page).iter("input", "select", "textarea", "button"):
        if name := field.get("name"):
            offered = [option.get("value") or "" for option in field.iter("option")] or [field.get("value") or ""]
            found.setdefault(name, []).extend(offered)
    found.pop("csrfmiddlewaretoken", None)
    return found


def sent(known: dict[str, list[str]], usual: dict[str, Any]) -> st.SearchStrategy[dict[str, list[Any]]]:
    """The usual form with some of its fields left out, doubled or filled with anything, and some it does not have."""
    names = st.sampled_from(sorted({*known, *usual, *READ}))
    base = {name: value if isinstance(value, list) else [value] for name, value in usual.items()}

    @st.composite
    def mixed(draw: Any) -> dict[str, list[Any]]:
        form = dict(base) if draw(st.booleans()) else {}
        for name in draw(st.lists(names, max_size=5)):
            value = st.one_of(WORDS, st.sampled_from(known[name])) if known.get(name) else WORDS
            form[name] = draw(st.lists(value, max_size=2))
        return form

    return mixed()


def arguments(usual: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The arguments of an address as they are, or with one that nothing has."""
    numbers = [name for name, value in usual.items() if isinstance(value, int)]
    words = [name for name, value in usual.items() if isinstance(value, str)]
    if not numbers + words:
        return st.just(usual)
    wrong = st.one_of(
        *[st.sampled_from([0, 10**20]).map(lambda n, name=name: {**usual, name: n}) for name in numbers],
        *[st.sampled_from(["no-such", "x" * 300]).map(lambda w, name=name: {**usual, name: w}) for name in words],
    )
    return st.one_of(st.just(usual), st.just(usual), wrong)


FOREIGN = re.compile(r"Far\w+-Test")
