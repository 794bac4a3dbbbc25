"""Figures that contradict each other: found, told in plain words with their quote, never corrected (design §3.6)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import combinations

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from training.choices import Scope, SessionStatus
from training.models import Decision, Session
from training.statistics.dimensions import DIMENSIONS
from training.statistics.headcounts import Division
from training.statistics.stated import UNKNOWN, Codes, Figures, Known, Stated, in_division, read_figures

OVER = frozenset({SessionStatus.DELIVERED.value, SessionStatus.CLOSED.value})
WHOLE_OR_PUBLISHED = frozenset({Scope.WHOLE.value, Scope.PUBLISHED.value})


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """Two figures that cannot both be right. `fingerprint` names it as long as its figures stay as they are.

    kind: `cells` (they miss the total), `breakdowns` (two of one figure disagree), `parts` (they miss their series),
    `published` (it differs from what we count), `rule` (a rule of the register is broken).
    """

    kind: str
    fingerprint: str
    session_key: str
    session_title: str
    message: str
    stated: int | None = None
    found: int | None = None
    quote: str = ""
    source: str = ""
    source_key: str = ""
    headcount_id: int | None = None
    decision: Decision | None = None


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """A contradiction before it is known whose: `figures` are all the numbers it rests on."""

    kind: str
    message: str
    stated: int
    found: int
    figures: object


def contradictions(sessions: QuerySet[Session] | None = None) -> list[Contradiction]:
    """Every contradiction in these sessions' figures, or in all; each with the decision about it, if there is one.

    A series is compared with its parts wherever these are. A constant number of queries.
    """
    chosen = Session.objects.all() if sessions is None else sessions
    figures = read_figures(chosen)
    own = set(chosen.filter(pk__in=figures).values_list("pk", flat=True)) if sessions is not None else set(figures)
    parts: dict[int, list[Figures]] = {}
    for one in figures.values():
        if one.parent in figures:
            parts.setdefault(one.parent, []).append(one)
    return with_decisions(contradiction for pk in own for contradiction in _of_session(figures[pk], parts.get(pk, [])))


def with_decisions(found: Iterable[Contradiction]) -> list[Contradiction]:
    """The same, each with its decision, in the order of their sessions' titles. One query."""
    decisions = {decision.contradiction: decision for decision in Decision.objects.select_related("by")}
    decided = (replace(one, decision=decisions.get(one.fingerprint)) for one in found)
    return sorted(decided, key=lambda one: (one.session_title, one.session_key, one.kind, one.message))


def within(stated: Stated) -> Iterator[Disagreement]:
    """What a headcount's own figures say against each other."""
    for division in stated.divisions:
        if division.total != stated.total:
            yield _cells_miss_total(stated, division)
    whole = [division for division in stated.divisions if division.total == stated.total]
    for first, second in combinations(whole, 2):
        yield from _margins_disagree(stated, first, second)


def while_typing(session: Session, draft: Stated) -> list[Disagreement]:
    """What a headcount would contradict if it were saved as it is now: itself, the session's parts, what we count."""
    figures = read_figures(Session.objects.filter(pk=session.pk), all_of_them=True)
    one = figures.pop(session.pk)
    one.stated = [stated for stated in one.stated if stated.headcount_id != draft.headcount_id]
    return list(_disagreements(draft, one, list(figures.values())))


def make_fingerprint(kind: str, session_key: str, figures: object) -> str:
    """Short, and another one as soon as a figure changes."""
    return f"{kind}:{session_key}:{sha256(repr(figures).encode()).hexdigest()[:16]}"


def _of_session(one: Figures, parts: list[Figures]) -> Iterator[Contradiction]:
    if one.status == SessionStatus.CANCELLED:
        return
    for stated in one.stated:
        for found in _disagreements(stated, one, parts):
            yield _contradiction(one, stated, found)


def _disagreements(stated: Stated, one: Figures, parts: list[Figures]) -> Iterator[Disagreement]:
    yield from within(stated)
    counted = [part for part in parts if part.is_counted]
    if stated.scope in WHOLE_OR_PUBLISHED and counted:
        yield from _against_parts(stated, counted)
    elif stated.scope == Scope.PUBLISHED and one.is_counted and not one.is_series and not parts:
        yield from _against_counted(stated, one)


def _contradiction(one: Figures, stated: Stated, found: Disagreement) -> Contradiction:
    figures = (stated.scope, stated.source_key, stated.total, found.figures)
    return Contradiction(
        kind=found.kind,
        fingerprint=make_fingerprint(found.kind, one.key, figures),
        session_key=one.key,
        session_title=one.title,
        message=found.message,
        stated=found.stated,
        found=found.found,
        quote=stated.quote,
        source=stated.source,
        source_key=stated.source_key,
        headcount_id=stated.headcount_id,
    )


def _cells_miss_total(stated: Stated, division: Division) -> Disagreement:
    short = division.total < stated.total
    message = (
        _("By %(dimensions)s the figures add up to %(found)s, the stated total is %(stated)s: %(rest)s too few.")
        if short
        else _("By %(dimensions)s the figures add up to %(found)s, the stated total is %(stated)s: %(rest)s too many.")
    )
    values = {
        "dimensions": _by(division.dimensions),
        "found": number_format(division.total),
        "stated": number_format(stated.total),
        "rest": number_format(abs(stated.total - division.total)),
    }
    return Disagreement(
        kind="cells",
        message=message % values,
        stated=stated.total,
        found=division.total,
        figures=_plain(division),
    )


def _margins_disagree(stated: Stated, first: Division, second: Division) -> Iterator[Disagreement]:
    """Two breakdowns that both make the total, where they say the same thing. The first difference stands for all."""
    shared = [name for name in first.dimensions if name in second.dimensions]
    if not shared:
        return
    for cell in _cells_of((first, second), shared):
        one, other = in_division(first, cell), in_division(second, cell)
        if not one.meets(other):
            values = {
                "first": _by(first.dimensions),
                "second": _by(second.dimensions),
                "cell": stated.label(cell),
                "one": number_format(one.least),
                "other": number_format(other.least),
            }
            yield Disagreement(
                kind="breakdowns",
                message=_("%(cell)s: %(one)s by %(first)s, but %(other)s by %(second)s.") % values,
                stated=one.least,
                found=other.least,
                figures=(_plain(first), _plain(second)),
            )
            return


def _against_parts(stated: Stated, parts: list[Figures]) -> Iterator[Disagreement]:
    """A series and its parts: in all, and in each cell that the series breaks down."""
    for cell, number in _figures_of(stated):
        known = [(part.key, part.at(cell)) for part in parts]
        total = sum((own for _key, own in known), Known(0))
        if total.meets(number):
            continue
        words = {
            "cell": stated.label(cell),
            "found": number_format(total.least),
            "stated": number_format(number.least),
        }
        if total.open == 0:
            message = _("The sessions of the series add up to %(found)s, the series states %(stated)s.")
        elif total.least > number.least:
            message = _("The sessions of the series known so far make %(found)s, the series states only %(stated)s.")
        else:
            message = _("The sessions of the series make at least %(found)s, the series states %(stated)s.")
        yield _disagreement("parts", cell, message, words, number.least, total.least, (sorted(cell.items()), known))


def _against_counted(stated: Stated, one: Figures) -> Iterator[Disagreement]:
    """A published figure and what we count for the same session. An empty session is listed once it is over."""
    if not one.counts:
        if one.status in OVER and stated.total:
            yield _nobody_counted(stated)
        return
    for cell, number in _figures_of(stated):
        counted = one.at(cell)
        if counted.meets(number):
            continue
        words = {
            "cell": stated.label(cell),
            "found": number_format(counted.least),
            "stated": number_format(number.least),
        }
        message = _("Published were %(stated)s, we count %(found)s.")
        figures = (sorted(cell.items()), number.least, counted)
        yield _disagreement("published", cell, message, words, number.least, counted.least, figures)


def _nobody_counted(stated: Stated) -> Disagreement:
    return Disagreement(
        kind="published",
        message=_("Published were %(stated)s, we count nobody.") % {"stated": number_format(stated.total)},
        stated=stated.total,
        found=0,
        figures=("nobody counted",),
    )


def _disagreement(
    kind: str, cell: Codes, message: str, words: Mapping[str, str], stated: int, found: int, figures: object
) -> Disagreement:
    text = message % words
    whole = f"{words['cell']}: {text}" if cell else text
    return Disagreement(kind=kind, message=whole, stated=stated, found=found, figures=figures)


def _figures_of(stated: Stated) -> Iterator[tuple[Codes, Known]]:
    """The total, and each cell of each breakdown once, as it was stated."""
    yield {}, Known(stated.total)
    seen = set()
    for division in stated.divisions:
        for cell in _cells_of([division], division.dimensions):
            key = tuple(sorted(cell.items()))
            if key not in seen:
                seen.add(key)
                yield cell, in_division(division, cell)


def _cells_of(divisions: Iterable[Division], names: Iterable[str]) -> list[dict[str, str]]:
    """The values that stand at these dimensions, each once, as given; those not recorded compare with nothing."""
    wanted = list(names)
    found: dict[tuple[str, ...], None] = {}
    for division in divisions:
        for codes, _number in division.cells:
            found[tuple(codes[name] for name in wanted)] = None
    return [dict(zip(wanted, values, strict=True)) for values in found if UNKNOWN.isdisjoint(values)]


def _plain(division: Division) -> object:
    return division.dimensions, sorted((sorted(codes.items()), number) for codes, number in division.cells)


def _by(dimensions: Iterable[str]) -> str:
    return _(" and ").join(str(DIMENSIONS[name].label).lower() for name in dimensions)
