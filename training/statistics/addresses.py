"""A question in an address: what each parameter of a query string means, in one place for pages, reports and files.

    rows, rows2, columns   dimensions: down, down again, across; `columns=` is none
    measure                participations, people, person_days; as often as wanted
    share, order           as in layout.py
    start, end             the period, ISO dates, both days included
    period                 the same by its name: `2026`, `2026-Q3` or `2026-07`
    snapshot, first_time   as in question.py
    project, topic, …      filters, each as often as wanted: a participation passes with any of a filter's codes

What is left out stands for the usual: women and men by jurisdiction, participations, everything there is.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from training.choices import Measure
from training.models import Account
from training.statistics.dimensions import DIMENSIONS, FILTERS, Lists, Members
from training.statistics.layout import ORDERS, SHARES, Layout
from training.statistics.question import MEASURES, SNAPSHOTS, Question

USUAL = {"rows": "jurisdiction", "columns": "sex", "measure": Measure.PARTICIPATIONS.value, "snapshot": "training"}
PERIOD = re.compile(r"([12]\d{3})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?")
MOST_NAMED = 8  # codes an error names
LAYOUT = ("rows", "rows2", "columns", "measure", "share", "order")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an address asks. filters: what narrows it, name and value in words. address: the same question again, with
    its parameters in one order and nothing that goes without saying.
    """

    question: Question
    layout: Layout
    title: str
    filters: tuple[tuple[str, str], ...]
    address: str


def question_from_address(address: str, reader: Account | None) -> Asked:
    """Read a query string. Raises ValidationError, by parameter, for every word in it that means nothing."""
    return read(QueryDict(address.removeprefix("?")), reader=reader)


def read(given: QueryDict, *, reader: Account | None, lists: Lists | None = None) -> Asked:
    """The same from a request's parameters; those it does not know are left alone."""
    lists = Lists() if lists is None else lists
    words = _Words(completed(given), lists)
    rows = tuple(name for name in (words.dimension("rows"), words.dimension("rows2")) if name)
    column, share, order = words.dimension("columns"), words.one("share", SHARES), words.one("order", ORDERS)
    by = (*rows, column) if column else rows
    if len(set(by)) < len(by):
        words.refuse(NON_FIELD_ERRORS, _("Choose another dimension for the columns than for the rows, or none."))
    asked: dict[str, Any] = {
        "by": by,
        "measures": words.measures(),
        "filters": {name: codes for name in FILTERS if (codes := words.codes(name))},
        "start": words.day("start"),
        "end": words.day("end"),
        "snapshot": words.one("snapshot", SNAPSHOTS),
        "first_time": bool(words.last("first_time")),
    }
    if words.last("period"):
        words.refuse(NON_FIELD_ERRORS, _("Write the period as 2026, 2026-Q3 or 2026-07."))
    if words.faults:
        raise ValidationError(words.faults)
    values = {(name, codes): lists[name].values_of(codes) for name, codes in asked["filters"].items()}
    question = Question(**asked, reader=reader, values=values)
    layout = Layout(rows=rows, column=column, share=share, order=order)
    return Asked(
        question=question,
        layout=layout,
        title=title_of(question, layout),
        filters=filters_in_words(question, lists),
        address=address_of(question, layout),
    )


def tidied(given: QueryDict) -> QueryDict:
    """The parameters as they are kept and sent on: what says nothing left out, a named period as its days."""
    tidy = QueryDict(mutable=True)
    for name, values in given.lists():
        said = [value for value in values if value or name == "columns"]
        if said:
            tidy.setlist(name, said)
    try:
        days = named_period(tidy.get("period", ""))
    except ValueError:
        return tidy
    tidy["start"], tidy["end"] = (day.isoformat() for day in days)
    del tidy["period"]
    return tidy


def completed(given: QueryDict) -> QueryDict:
    """The parameters with the usual ones where nothing was given. A table by sex has no columns unless it says so."""
    full = tidied(given)
    if full.get("rows") == "sex" or full.get("rows2") == "sex":
        full.setdefault("columns", "")
    for name, value in USUAL.items():
        if name == "columns":
            full.setdefault(name, value)
        else:
            full.setdefault(name, value)
    return full


def address_of(question: Question, layout: Layout) -> str:
    """The query string that asks this question, laid out so."""
    down = dict(zip(("rows", "rows2"), layout.rows, strict=False))
    said: list[tuple[str, str]] = [*down.items(), ("columns", layout.column)]
    said += [("measure", measure) for measure in question.measures]
    said += [(name, value) for name, value in (("share", layout.share), ("order", layout.order)) if value]
    return urlencode([*said, *narrowing(question)])


def narrowing(question: Question) -> list[tuple[str, str]]:
    """The parameters that say what is counted, whatever it is broken down by."""
    said = [(name, code) for name, codes in question.filters.items() for code in codes]
    said += [(name, day.isoformat()) for name, day in (("start", question.start), ("end", question.end)) if day]
    said += [("first_time", "on")] if question.first_time else []
    return said + ([("snapshot", question.snapshot)] if question.snapshot != USUAL["snapshot"] else [])


def title_of(question: Question, layout: Layout) -> str:
    """What a table shows, in words."""
    names = {
        "measures": measures_in_words(question),
        "rows": _listed([dimension_in_words(name) for name in layout.rows]),
        "columns": dimension_in_words(layout.column) if layout.column else "",
    }
    if layout.column == "sex":
        return _("%(measures)s of women and men, by %(rows)s") % names
    if layout.column:
        return _("%(measures)s by %(rows)s, and by %(columns)s across") % names
    return _("%(measures)s by %(rows)s") % names


def measures_in_words(question: Question) -> str:
    return _listed([str(Measure(measure).label) for measure in question.measures])


def dimension_in_words(name: str) -> str:
    """A dimension inside a sentence: small letters, except for an abbreviation."""
    label = str(DIMENSIONS[name].label)
    return label if label.isupper() else label[:1].lower() + label[1:]


def _listed(words: Sequence[str]) -> str:
    """Several words as one: first, second and third. All but the first in small letters."""
    said = [words[0], *(word[:1].lower() + word[1:] if not word.isupper() else word for word in words[1:])]
    if len(said) == 1:
        return said[0]
    return _("%(most)s and %(last)s") % {"most": ", ".join(said[:-1]), "last": said[-1]}


def filters_in_words(question: Question, lists: Mapping[str, Members]) -> tuple[tuple[str, str], ...]:
    """What narrows the question, and where its people stand: name and value."""
    said = [
        (str(DIMENSIONS[name].label), ", ".join(lists[name].label(code) for code in codes))
        for name, codes in question.filters.items()
    ]
    if question.start or question.end:
        said.append((_("Period"), period_in_words(question.start, question.end)))
    if question.first_time:
        said.append((_("People"), _("first-timers only")))
    if question.snapshot == "now":
        said.append((_("People as"), _("their records say now")))
    return tuple(said)


def named_period(name: str) -> tuple[date, date]:
    """The first and the last day of `2026`, `2026-Q3` or `2026-07`. Raises ValueError for any other name."""
    found = PERIOD.fullmatch(name)
    if found is None:
        raise ValueError(name)
    year, quarter, month = (int(part) if part else 0 for part in found.groups())
    if month:
        first, months = month, 1
    elif quarter:
        first, months = 3 * quarter - 2, 3
    else:
        first, months = 1, 12
    last = first + months - 1
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def period_in_words(start: date | None, end: date | None) -> str:
    """`1 May – 30 June 2026`, `from 1 May 2026`, `until 30 June 2026`."""
    if start and end:
        first = date_format(start, "j F" if start.year == end.year else "j F Y")
        return f"{first} – {date_format(end, 'j F Y')}"
    if start:
        return _("from %(day)s") % {"day": date_format(start, "j F Y")}
    return _("until %(day)s") % {"day": date_format(end, "j F Y")} if end else ""


class _Words:
    """Reads parameters one by one and gathers what is wrong with each."""

    def __init__(self, given: QueryDict, lists: Lists) -> None:
        self.given, self.lists = given, lists
        self.faults: dict[str, list[str]] = {}

    def refuse(self, name: str, fault: str) -> None:
        self.faults.setdefault(name, []).append(fault)

    def last(self, name: str) -> str:
        return str(self.given.get(name) or "").strip()

    def one(self, name: str, known: Iterable[str]) -> str:
        word = self.last(name)
        if word not in known:
            self._unknown(name, [word], [one for one in known if one])
            return ""
        return word

    def dimension(self, name: str) -> str:
        return self.one(name, ("", *DIMENSIONS))

    def measures(self) -> tuple[str, ...]:
        given = [word for word in self.given.getlist("measure") if word]
        self._unknown("measure", [word for word in given if word not in MEASURES], MEASURES)
        return tuple(measure for measure in MEASURES if measure in given)

    def codes(self, name: str) -> tuple[str, ...]:
        """A filter's codes, each once, in the order given."""
        given = tuple(dict.fromkeys(code for code in self.given.getlist(name) if code))
        if given:
            members = self.lists[name]
            self._unknown(name, [code for code in given if not members.values(code)], members.labels)
        return given

    def day(self, name: str) -> date | None:
        word = self.last(name)
        try:
            return date.fromisoformat(word) if word else None
        except ValueError:
            self.refuse(name, _("Write the day as 2026-05-14."))
            return None

    def _unknown(self, name: str, words: Sequence[str], known: Iterable[str]) -> None:
        if words:
            first = list(known)
            named = ", ".join(first[:MOST_NAMED]) + (" …" if len(first) > MOST_NAMED else "")
            text = _("Unknown: %(words)s. Possible: %(known)s.")
            self.refuse(name, text % {"words": ", ".join(words), "known": named or "–"})
