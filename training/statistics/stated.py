"""What was stated about sessions and what we count of them, as plain values that can be compared.

A value in a cell is a code: a jurisdiction's, a kind of institution's key, an institution's id, a sex.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count as Counted
from django.db.models import Q, QuerySet

from training.choices import BREAKDOWN_DIMENSIONS, Outcome, Role, Scope, SessionKind, SessionStatus, Sex
from training.models import Headcount, Participation, Session
from training.statistics.headcounts import SINGLE_VALUED, Count, Division

Codes = Mapping[str, str]
ROSTER = "roster"
# The values that say a dimension is not known: those people may belong to any other value.
UNKNOWN = frozenset({"", str(Sex.NOT_RECORDED)})


@dataclass(frozen=True)
class Known:
    """A number as far as it is known: `least` for certain, `open` more that nobody can place; None: any number more."""

    least: int
    open: int | None = 0

    def __add__(self, other: "Known") -> "Known":
        more = None if self.open is None or other.open is None else self.open + other.open
        return Known(self.least + other.least, more)

    def meets(self, other: "Known") -> bool:
        """Whether both can be the same number."""
        return self._reaches(other.least) and other._reaches(self.least)

    def _reaches(self, least: int) -> bool:
        return self.open is None or self.least + self.open >= least


def in_division(division: Division, cell: Codes) -> Known:
    """What the breakdown has at `cell`, which names some of its dimensions or all."""
    least = might = 0
    for codes, number in division.cells:
        if all(codes[name] == code for name, code in cell.items()):
            least += number
        elif all(codes[name] in {code, *UNKNOWN} for name, code in cell.items()):
            might += number
    return Known(least, might)


def in_count(count: Count, cell: Codes) -> Known:
    """What a headcount or a roster has at `cell`: by its session's facts, else by the breakdown that tells best."""
    if any(name in count.facts and count.facts[name] != (code,) for name, code in cell.items()):
        return Known(0)
    asked = {name: code for name, code in cell.items() if name not in count.facts}
    if not asked:
        return Known(count.total)
    usable = [d for d in count.divisions if set(asked) <= set(d.dimensions) and d.total <= count.total]
    if not usable:
        return Known(0, count.total)
    best = max(usable, key=lambda d: (d.total, -len(d.dimensions)))
    return in_division(best, asked) + Known(0, count.total - best.total)


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A headcount as it was given. `labels` names the codes of its cells."""

    total: int
    divisions: Sequence[Division] = ()
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)
    scope: str = Scope.WHOLE
    headcount_id: int | None = None
    quote: str = ""
    source: str = ""
    source_key: str = ""

    def label(self, cell: Codes) -> str:
        return ", ".join(self.labels[item] for item in cell.items())


@dataclass(kw_only=True)
class Figures:
    """One session: what was stated about it, and what we count of it."""

    pk: int
    key: str
    title: str
    status: str
    kind: str
    parent: int | None
    facts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stated: list[Stated] = field(default_factory=list)
    roster: Count | None = None

    @property
    def is_counted(self) -> bool:
        return self.status in SessionStatus.counted()

    @property
    def is_series(self) -> bool:
        return self.kind == SessionKind.SERIES

    @property
    def counting(self) -> frozenset[str]:
        """Which figures count for this session (design §3.4): its headcount of the whole, else roster and unnamed ones.
        `ROSTER`, or the scope of a headcount.
        """
        scopes = {s.scope for s in self.stated}
        if Scope.WHOLE in scopes:
            return frozenset({Scope.WHOLE.value})
        named = {ROSTER} if self.roster is not None else set()
        return frozenset(named | (scopes & {Scope.UNNAMED.value}))

    @property
    def counts(self) -> list[Count]:
        counting = self.counting
        counted = [s for s in self.stated if s.scope in counting]
        counts = [Count(total=s.total, facts=self.facts, divisions=s.divisions) for s in counted]
        return [*counts, self.roster] if self.roster is not None and ROSTER in counting else counts

    def at(self, cell: Codes) -> Known:
        """How many we count at `cell`, or in all where it is empty. Any number where nothing was counted."""
        if not self.counts:
            return Known(0, None)
        return sum((in_count(count, cell) for count in self.counts), Known(0))


def stated(total: int, breakdowns: Iterable[tuple[Sequence[str], Iterable[Any]]], **rest: Any) -> Stated:
    """A headcount out of breakdowns: dimensions, and cells with a record (or a sex) for each of them and a number."""
    labels: dict[tuple[str, str], str] = {}
    divisions = []
    for dimensions, cells in breakdowns:
        rows = []
        for cell in sorted(cells, key=lambda cell: [_place(getattr(cell, name)) for name in dimensions]):
            codes = {}
            for name in dimensions:
                codes[name], label = _code_and_label(getattr(cell, name), name)
                labels[(name, codes[name])] = label
            rows.append((codes, cell.number))
        divisions.append(Division(dimensions=tuple(dimensions), cells=rows))
    return Stated(total=total, divisions=divisions, labels=labels, **rest)


def _place(value: Any) -> tuple[int, str]:
    """Where a value stands in every list: women, men, not recorded; jurisdictions and kinds in their order; names."""
    if value in Sex.values:
        return list(Sex).index(Sex(value)), ""
    return getattr(value, "position", 0), str(value or "")


def _code_and_label(value: Any, name: str) -> tuple[str, str]:
    if not value:
        return "", ""
    if name == "sex":
        return str(value), str(Sex(value).label)
    code = {"jurisdiction": "code", "institution_type": "key"}.get(name, "pk")
    return str(getattr(value, code)), str(value)


def read_figures(sessions: QuerySet[Session], *, all_of_them: bool = False) -> dict[int, Figures]:
    """These sessions, those about which something was stated or all, and their parts. A constant number of queries."""
    said = (sessions if all_of_them else sessions.filter(headcounts__isnull=False)).order_by().values("pk")
    wanted = Session.objects.filter(Q(pk__in=said) | Q(parent__in=said)).order_by("pk")
    names = ("pk", "key", "title", "status", "kind", "parent")
    found = {row["pk"]: Figures(**row) for row in wanted.values(*names)}
    for name, path in SINGLE_VALUED.items():
        for pk, value in _only_value(wanted, path, name).items():
            found[pk].facts[name] = (value,)
    _read_headcounts(found)
    _read_rosters(found, wanted)
    return found


def _only_value(sessions: QuerySet[Session], path: str, name: str) -> dict[int, str]:
    """For each session that has exactly one of something: its code."""
    column = {"jurisdiction": f"{path}__code", "institution_type": f"{path}__key"}.get(name, f"{path}__pk")
    values = defaultdict(list)
    for pk, code in sessions.values_list("pk", column):
        values[pk].append(code)
    return {pk: str(codes[0]) for pk, codes in values.items() if len(codes) == 1 and codes[0] is not None}


def _read_headcounts(found: dict[int, Figures]) -> None:
    cells = [f"breakdowns__cells__{name}" for name in BREAKDOWN_DIMENSIONS if name != "sex"]
    headcounts = Headcount.objects.filter(session__in=found).select_related("source").prefetch_related(*cells)
    for headcount in headcounts:
        found[headcount.session_id].stated.append(of_headcount(headcount))


def of_headcount(headcount: Headcount) -> Stated:
    """A headcount of the register. No query where its breakdowns, their cells and what these name are prefetched."""
    return stated(
        headcount.total,
        [(breakdown.dimensions, breakdown.cells.all()) for breakdown in headcount.breakdowns.all()],
        scope=headcount.scope,
        headcount_id=headcount.pk,
        quote=headcount.quote,
        source=str(headcount.source or ""),
        source_key=headcount.source.key if headcount.source else "",
    )


def _read_rosters(found: dict[int, Figures], wanted: QuerySet[Session]) -> None:
    """The trainees on each roster that count; a session with nobody on its roster has none."""
    columns = {
        "jurisdiction": "jurisdiction__code",
        "institution_type": "institution__type__key",
        "institution": "institution_id",
        "sex": "sex",
    }
    rows = (
        Participation.objects.filter(session__in=wanted.values("pk"), role=Role.TRAINEE, withdrawn_at__isnull=True)
        .values_list("session_id", *columns.values())
        .annotate(number=Counted("pk", filter=Q(outcome__in=Outcome.counted())))
        .order_by()
    )
    cells: dict[int, list[tuple[Codes, int]]] = defaultdict(list)
    for pk, *values, number in rows:
        codes = dict(zip(columns, (str(value or "") for value in values), strict=True))
        cells[pk].append((codes, number))
    for pk, own in cells.items():
        division = Division(dimensions=tuple(columns), cells=own)
        found[pk].roster = Count(total=division.total, facts={}, divisions=[division])
