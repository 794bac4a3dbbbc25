"""The figures of single sessions, for their pages and lists: three queries however many sessions and people.

It counts as the engine does (design §3.1, §3.4, §3.5) and keeps to plain queries, because every list opens with it.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count as CountOf
from django.db.models import Q

from training.choices import Outcome, Role, Scope, SessionStatus, Sex
from training.models import Cell, Headcount, Participation, Session
from training.statistics.headcounts import Count, Division, choose


@dataclass
class SessionFigures:
    """Participations of one session, or of several added up. `roster`: everyone on it who has not withdrawn."""

    women: int = 0
    men: int = 0
    not_recorded: int = 0
    not_broken_down: int = 0
    named: int = 0
    headcount: int = 0
    roster: int = 0
    trainees: int = 0
    counts: bool = False

    @property
    def total(self) -> int:
        return self.named + self.headcount

    @property
    def unknown(self) -> int:
        """Those of whom it is not known whether they are women or men."""
        return self.not_recorded + self.not_broken_down

    @property
    def sex_known(self) -> int:
        return self.women + self.men

    @property
    def share_of_women(self) -> float | None:
        """% women = women / (women + men) (design §3.9)."""
        return 100 * self.women / self.sex_known if self.sex_known else None

    def add(self, sex: str, number: int) -> None:
        name = {Sex.WOMEN.value: "women", Sex.MEN.value: "men", Sex.NOT_RECORDED.value: "not_recorded"}.get(sex)
        name = name or "not_broken_down"
        setattr(self, name, getattr(self, name) + number)


@dataclass
class _Loaded:
    """What the three queries found for one session."""

    people: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    headcounts: list[Headcount] = field(default_factory=list)


def figures_of(sessions: Collection[Session]) -> dict[int, SessionFigures]:
    """The figures of each session by its id. A planned or cancelled session and a series count nothing themselves."""
    loaded = _load([session.pk for session in sessions])
    divisions = _divisions([count.pk for found in loaded.values() for count in found.headcounts])
    return {session.pk: _figures(session, loaded[session.pk], divisions) for session in sessions}


def added_up(parts: Collection[SessionFigures]) -> SessionFigures:
    """The sum over sessions: participations, which add up (unique people would not)."""
    whole = SessionFigures(counts=any(part.counts for part in parts))
    for name in ("women", "men", "not_recorded", "not_broken_down", "named", "headcount", "roster", "trainees"):
        setattr(whole, name, sum(getattr(part, name) for part in parts))
    return whole


def _load(ids: Collection[int]) -> dict[int, _Loaded]:
    loaded: dict[int, _Loaded] = defaultdict(_Loaded)
    trainee = Q(role=Role.TRAINEE)
    people = Participation.objects.filter(session__in=ids, withdrawn_at__isnull=True).order_by()
    for session, sex, everyone, trainees, counted in people.values_list("session", "sex").annotate(
        everyone=CountOf("pk"),
        trainees=CountOf("pk", filter=trainee),
        counted=CountOf("pk", filter=trainee & Q(outcome__in=Outcome.counted())),
    ):
        loaded[session].people[sex] = (everyone, trainees, counted)
    for headcount in Headcount.objects.filter(session__in=ids, scope__in=[Scope.WHOLE, Scope.UNNAMED]):
        loaded[headcount.session_id].headcounts.append(headcount)
    return loaded


def _divisions(headcounts: Collection[int]) -> dict[int, list[Division]]:
    """The breakdowns by sex of each headcount, alone or with other dimensions."""
    if not headcounts:
        return {}
    cells = Cell.objects.filter(breakdown__headcount__in=headcounts, breakdown__by_sex=True)
    found: dict[int, dict[int, list[tuple[dict[str, str], int]]]] = defaultdict(lambda: defaultdict(list))
    for headcount, breakdown, sex, number in cells.order_by("breakdown__position", "pk").values_list(
        "breakdown__headcount", "breakdown", "sex", "number"
    ):
        found[headcount][breakdown].append(({"sex": sex}, number))
    return {
        headcount: [Division(dimensions=("sex",), cells=rows) for rows in breakdowns.values()]
        for headcount, breakdowns in found.items()
    }


def _figures(session: Session, found: _Loaded, divisions: dict[int, list[Division]]) -> SessionFigures:
    figures = SessionFigures(
        roster=sum(everyone for everyone, _trainees, _counted in found.people.values()),
        trainees=sum(trainees for _everyone, trainees, _counted in found.people.values()),
        counts=session.status in SessionStatus.counted() and not session.is_series,
    )
    whole = [headcount for headcount in found.headcounts if headcount.scope == Scope.WHOLE]
    if not whole:
        for sex, (_everyone, trainees, counted) in found.people.items():
            number = counted if figures.counts else trainees
            figures.named += number
            figures.add(sex, number)
    for headcount in whole or found.headcounts:
        figures.headcount += headcount.total
        for sex, number in _by_sex(headcount.total, divisions.get(headcount.pk, [])):
            figures.add(sex, number)
    return figures


def _by_sex(total: int, divisions: list[Division]) -> list[tuple[str, int]]:
    chosen = choose(Count(total=total, facts={}, divisions=divisions), ["sex"])
    cells = [(codes["sex"], number) for codes, number in chosen.cells] if chosen else []
    return [*cells, ("", total - sum(number for _sex, number in cells))]
