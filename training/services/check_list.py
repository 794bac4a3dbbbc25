"""What a session still lacks before it is signed off: the check-list. Each check looks at one thing and writes nothing.

Whatever else has to be seen to before a session is closed adds a check to `CHECKS` and its sentence to `said`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.choices import Modality, Outcome, Role, Sex
from training.models import Attendance, CheckIn, Participation, Session, WalkIn
from training.services.history import disagreeing_days
from training.services.paper_counts import days_on_paper

PEOPLE_NAMED = 30


class Somebody(NamedTuple):
    """A row of the roster that a finding is about, so that a page can lead to it."""

    participation: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Missing:
    """One finding. `check` says which, and where a page leads to; `number` how many it is about, on `day` if on one,
    and `against` which other number it stands.

    `people` are the first thirty of those it is about. One that `blocks` has to be mended, or overridden with a
    written reason.
    """

    check: str
    number: int = 1
    day: date | None = None
    against: int | None = None
    people: tuple[Somebody, ...] = ()
    blocks: bool = False

    @property
    def as_kept(self) -> dict[str, str | int]:
        """For the record of the sign-off: no names. `said` makes the sentence of it again."""
        day = {"day": self.day.isoformat()} if self.day else {}
        against = {} if self.against is None else {"against": self.against}
        return {"check": self.check, "number": self.number, **day, **against}

    @property
    def sentence(self) -> str:
        return said(self.as_kept)


@dataclass(frozen=True, kw_only=True)
class Result:
    """What the completion rule makes of the roster, as a sign-off would record it; in people."""

    completed: int = 0
    attended: int = 0
    absent: int = 0
    withdrawn: int = 0


Check = Callable[[Session], Iterator[Missing]]


def what_is_missing(session: Session) -> list[Missing]:
    """Everything the checks find, what blocks first. A constant number of queries."""
    found = [missing for check in CHECKS for missing in check(session)]
    return sorted(found, key=lambda missing: not missing.blocks)


def said(kept: Mapping[str, Any]) -> str:
    """A finding in a sentence, from what is kept of it."""
    number, check = int(kept["number"]), str(kept["check"])
    day = date_format(date.fromisoformat(kept["day"]), "l j F") if "day" in kept else ""
    sentences: dict[str, str] = {
        "ahead": _("%(day)s is still ahead."),
        "register": _("%(day)s has no register."),
        "marks": ngettext(
            "%(day)s: %(number)d person has no mark.", "%(day)s: %(number)d people have no mark.", number
        ),
        "roster": _("Nobody is on the roster, and there is no headcount."),
        "sex": ngettext("%(number)d person without sex.", "%(number)d people without sex.", number),
        "institution": ngettext(
            "%(number)d person without an institution.", "%(number)d people without an institution.", number
        ),
        "walk_ins": ngettext(
            "%(number)d person came without being on the roster, and nobody has said who they are.",
            "%(number)d people came without being on the roster, and nobody has said who they are.",
            number,
        ),
        "check_ins": ngettext(
            "%(day)s: %(number)d person checked in by code, and nobody has confirmed it.",
            "%(day)s: %(number)d people checked in by code, and nobody has confirmed it.",
            number,
        ),
        "disagreements": ngettext(
            "%(day)s: two devices disagree about %(number)d person.",
            "%(day)s: two devices disagree about %(number)d people.",
            number,
        ),
        "paper": ngettext(
            "%(day)s: %(number)d signature on paper, %(against)d present or late in the register.",
            "%(day)s: %(number)d signatures on paper, %(against)d present or late in the register.",
            number,
        ),
        "evidence": _("%(day)s: no signed sheet is kept."),
        "count": _("%(day)s: nobody has counted the signatures on the sheet that is kept."),
        "trainers": _("Nobody is assigned as a trainer, and none is on the roster."),
        "scores": ngettext(
            "%(number)d trainee has no score after, which this training asks for.",
            "%(number)d trainees have no score after, which this training asks for.",
            number,
        ),
    }
    return sentences.get(check, check) % {"number": number, "day": day, "against": kept.get("against", 0)}


def result_of(session: Session) -> Result:
    """Who has met the rule by now. Without any register everybody counts as attended. Two queries at the most."""
    counted = dict(session.participations.order_by().values_list("outcome").annotate(Count("pk")))
    waiting = counted.pop(Outcome.REGISTERED, 0)
    if waiting:
        kept = Attendance.objects.filter(participation__session=session).exists()
        became = Outcome.ABSENT if kept else Outcome.ATTENDED
        counted[became] = counted.get(became, 0) + waiting
    return Result(**{str(outcome): number for outcome, number in counted.items()})


def _registers(session: Session) -> Iterator[Missing]:
    """Days without a register, and people without a mark on a day that has one."""
    if session.is_series or session.modality == Modality.SELF_PACED:
        return
    roster = session.participations.filter(withdrawn_at=None).count()
    there = Q(attendance__participation__withdrawn_at__isnull=True)
    for day in session.days.annotate(marked=Count("attendance", filter=there)).order_by("date"):
        if day.is_ahead:
            yield Missing(check="ahead", day=day.date)
        elif roster and not day.marked:
            yield Missing(check="register", day=day.date)
        elif roster > day.marked:
            yield Missing(check="marks", day=day.date, number=roster - day.marked)


def _roster(session: Session) -> Iterator[Missing]:
    """Nobody at all; people whose sex or institution was not recorded for this session."""
    if session.is_series:
        return
    listed = Participation.objects.filter(session=session, withdrawn_at=None).by_name()
    people = list(listed.values_list("pk", "person__family_name", "person__given_name", "sex", "institution"))
    if not people and not session.headcounts.exists():
        yield Missing(check="roster")
    for check, without in {
        "sex": [one for one in people if one[3] == Sex.NOT_RECORDED],
        "institution": [one for one in people if one[4] is None],
    }.items():
        if without:
            yield Missing(check=check, number=len(without), people=_named(without))


def _named(people: Sequence[tuple[Any, ...]]) -> tuple[Somebody, ...]:
    return tuple(Somebody(pk, f"{family}, {given}") for pk, family, given, *_rest in people[:PEOPLE_NAMED])


def _trainers(session: Session) -> Iterator[Missing]:
    """Nobody is said to have held it."""
    if session.is_series or session.modality == Modality.SELF_PACED:
        return
    if not session.trainers.exists() and not session.participations.filter(role=Role.TRAINER).exists():
        yield Missing(check="trainers")


def _paper(session: Session) -> Iterator[Missing]:
    """Days on which other numbers stand on paper than in the register, or nothing at all."""
    if session.is_series or session.modality == Modality.SELF_PACED:
        return
    for found in days_on_paper(session):
        if found.differs:
            yield Missing(check="paper", day=found.day, number=found.signatures or 0, against=found.there, blocks=True)
        if found.there and not found.sheets:
            yield Missing(check="evidence", day=found.day)
        elif found.sheets and found.signatures is None:
            yield Missing(check="count", day=found.day)


def _scores(session: Session) -> Iterator[Missing]:
    """Trainees who were there and have no score after, where the training asks for one."""
    if session.training is None or session.training.pass_mark is None:
        return
    there = session.participations.filter(role=Role.TRAINEE, days_attended__gt=0, post_score=None, withdrawn_at=None)
    if number := there.count():
        yield Missing(check="scores", number=number)


def _from_the_room(session: Session) -> Iterator[Missing]:
    """Walk-ins of whom nobody has said who they are, and check-ins that nobody confirmed: they count nowhere. Devices
    that say different things.
    """
    if number := WalkIn.objects.filter(session=session).to_decide().count():
        yield Missing(check="walk_ins", number=number, blocks=True)
    waiting = CheckIn.objects.unconfirmed().filter(day__session=session).order_by("day__date")
    for day, people in waiting.values_list("day__date").annotate(Count("pk")):
        yield Missing(check="check_ins", day=day, number=people)
    for day, people in disagreeing_days(session).items():
        yield Missing(check="disagreements", day=day, number=people)


CHECKS: tuple[Check, ...] = (_trainers, _registers, _roster, _from_the_room, _paper, _scores)
