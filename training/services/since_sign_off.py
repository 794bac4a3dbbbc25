"""How a session stood when it was signed off, and what has changed since it was reopened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from training.choices import Mark, Outcome, Role, Scope, Sex
from training.models import (
    Account,
    Attendance,
    Headcount,
    Institution,
    Jurisdiction,
    Participation,
    Session,
    SignedSheet,
    SignOff,
)
from training.services.institution_merging import standing_now
from training.services.paper_counts import days_on_paper

Stood = dict[str, Any]
# What is kept of a participation, by column: codes and numbers. Whose it is may change when people are merged.
KEPT = ("role", "sex", "jurisdiction_id", "institution_id", "outcome", "days_attended", "pre_score", "post_score")
CHOICES = {"role": Role, "sex": Sex, "outcome": Outcome}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that is otherwise than it was signed off; `who` is empty where it is about nobody on the roster."""

    who: str
    what: str
    before: str
    after: str


def how_it_stands(session: Session) -> Stood:
    """Roster, marks and headcounts by id, paper by day: codes and numbers, no names, fit for JSON. Five queries."""
    people: dict[str, Any] = {}
    for pk, *values in Participation.objects.filter(session=session).order_by("pk").values_list("pk", *KEPT):
        plain = [str(value) if isinstance(value, Decimal) else value for value in values]
        people[str(pk)] = dict(zip(KEPT, plain, strict=True)) | {"marks": {}}
    marks = Attendance.objects.filter(participation__session=session).order_by("day__date")
    for pk, day, mark in marks.values_list("participation", "day__date", "mark"):
        people[str(pk)]["marks"][day.isoformat()] = mark
    headcounts = Headcount.objects.filter(session=session).values_list("pk", "scope", "total")
    sheets = SignedSheet.objects.filter(day__session=session).order_by("day__date", "pk")
    return {
        "people": people,
        "headcounts": {str(pk): [scope, total] for pk, scope, total in headcounts},
        "paper": {one.day.isoformat(): [one.signatures, one.there] for one in days_on_paper(session)},
        "sheets": {sha256: day.isoformat() for sha256, day in sheets.values_list("sha256", "day__date")},
    }


def changed_since(sign_off: SignOff, *, by: Account) -> list[Change]:
    """What stands otherwise now than it was signed off, person by person; of people the account may see by name, and of
    those who are on the roster no more. A constant number of queries.
    """
    session = sign_off.session
    before, now = sign_off.stood, how_it_stands(session)
    visible = Participation.objects.of_session(session, by).by_name()
    names = {str(one.pk): str(one.person) for one in visible}
    said = _Words.of(before["people"], now["people"])
    order = [*names, *(pk for pk in before["people"] if pk not in now["people"])]
    changes = [
        change
        for pk in order
        for change in _of_person(names.get(pk, ""), before["people"].get(pk), now["people"].get(pk), said)
    ]
    changes += _of_headcounts(before["headcounts"], now["headcounts"])
    return changes + list(_of_paper(before, now)) if "paper" in before else changes


def _of_person(who: str, before: Stood | None, now: Stood | None, said: "_Words") -> Iterator[Change]:
    if before is None or now is None:
        there, gone = _("on the roster"), _("not on the roster")
        was, is_now = (gone, there) if before is None else (there, gone)
        yield Change(who=who, what=_("Roster"), before=was, after=is_now)
        return
    for name in KEPT:
        if said.differ(name, before[name], now[name]):
            was, is_now = said.value(name, before[name]), said.value(name, now[name])
            yield Change(who=who, what=said.field(name), before=was, after=is_now)
    for day in sorted({*before["marks"], *now["marks"]}):
        was, is_now = before["marks"].get(day, ""), now["marks"].get(day, "")
        if was != is_now:
            yield Change(who=who, what=date_format(date.fromisoformat(day)), before=_mark(was), after=_mark(is_now))


def _of_headcounts(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    for pk in sorted({*before, *now}, key=int):
        if before.get(pk) != now.get(pk):
            yield Change(who="", what=_("Headcount"), before=_headcount(before.get(pk)), after=_headcount(now.get(pk)))


def _of_paper(before: Stood, now: Stood) -> Iterator[Change]:
    """Of sign-offs since there has been paper."""
    for day in sorted({*before["paper"], *now["paper"]}):
        was, is_now = (stood["paper"].get(day, [None])[0] for stood in (before, now))
        if was != is_now:
            what = _("Signatures on %(day)s") % {"day": date_format(date.fromisoformat(day))}
            yield Change(who="", what=what, before=_number(was), after=_number(is_now))
    for sha256 in sorted({*before["sheets"]} ^ {*now["sheets"]}):
        there, gone = _("kept"), _("not kept")
        day = (before["sheets"] | now["sheets"])[sha256]
        what = _("Signed sheet of %(day)s") % {"day": date_format(date.fromisoformat(day))}
        was, is_now = (there, gone) if sha256 in before["sheets"] else (gone, there)
        yield Change(who="", what=what, before=was, after=is_now)


def _number(kept: int | None) -> str:
    return "–" if kept is None else number_format(kept)


def _mark(code: str) -> str:
    return str(Mark(code).label) if code else _("not marked")


def _headcount(kept: list[Any] | None) -> str:
    if kept is None:
        return _("none")
    scope, total = kept
    return f"{number_format(total)} ({Scope(scope).label})"


@dataclass(frozen=True)
class _Words:
    """Codes and ids as people read them."""

    places: Mapping[int, str]
    institutions: Mapping[int, str]
    moved: Mapping[int, int]

    @classmethod
    def of(cls, *rosters: Mapping[str, Stood]) -> "_Words":
        people = [one for roster in rosters for one in roster.values()]
        ids = {one["institution_id"] for one in people} - {None}
        moved = standing_now(ids)
        named = Institution.objects.filter(pk__in=moved.values()).values_list("pk", "name")
        return cls(dict(Jurisdiction.objects.values_list("pk", "name")), dict(named), moved)

    def differ(self, name: str, before: Any, now: Any) -> bool:
        if name == "institution_id":  # the same one, where it was merged since
            before, now = self.moved.get(before, before), self.moved.get(now, now)
        return bool(before != now)

    def field(self, name: str) -> str:
        verbose = getattr(Participation._meta.get_field(name.removesuffix("_id")), "verbose_name", name)
        return str(verbose).capitalize()

    def value(self, name: str, kept: Any) -> str:
        if kept is None or kept == "":
            return "–"
        if name in CHOICES:
            return str(CHOICES[name](kept).label)
        if name == "jurisdiction_id":
            return self.places.get(kept, "–")
        if name == "institution_id":
            return self.institutions.get(self.moved.get(kept, kept), "–")
        return number_format(Decimal(kept)) if name.endswith("_score") else str(kept)
