"""What leaves the house tells of no small group: 200 random reports, each attacked with a solver from what it shows."""

import json
import random
from datetime import UTC, datetime

import pytest

from tests.training.attack import Attack
from tests.training.registers import CODES, MEASURES, random_register, tabulate
from training.statistics.disclosure import choosing, withhold, would_hide
from training.statistics.disclosure.small import has_small
from training.statistics.report import Report, document

WITHIN = [
    ({}, ""), ({"project": ("one",)}, ""), ({}, "2024"), ({"project": ("one",)}, "2024"),
    ({"jurisdiction": ("XK",)}, ""), ({"sex": ("F",)}, ""), ({"project": ("two",)}, ""),
    ({"project": ("one", "two")}, ""),
]  # fmt: skip
ALL_MEASURES = [MEASURES, MEASURES, ("participations",), ("people",), ("participations", "people")]
PARTS = 8


def random_report(seed, audience="donor"):
    """One to four tables of one to three dimensions over one random register, some of them of a part of it."""
    chance = random.Random(seed)  # noqa: S311 (no secrets)
    register, threshold = random_register(chance), chance.randint(3, 10)
    tables = []
    for _table in range(chance.randint(1, 4)):
        filters, year = ({}, "") if chance.random() < 0.6 else chance.choice(WITHIN)
        by = chance.sample([name for name in CODES if not (name == "year" and year)], chance.randint(1, 3))
        measures = chance.choice(ALL_MEASURES)
        asked = {"filters": filters, "year": year, "measures": measures, "first_time": chance.random() < 0.2}
        tables.append(tabulate(register, by=tuple(by), **asked))
    return sent(tables, threshold, audience)


def sent(tables, threshold, audience="donor"):
    as_of = datetime(2026, 1, 1, tzinfo=UTC)
    return Report(title="", tables=tuple(tables), as_of=as_of, author="", audience=audience, threshold=threshold)


def people_and_first_timers(seed):
    """Unique people by one or two dimensions, and beside them first-timers by some of these, by year or by project."""
    chance = random.Random(seed)  # noqa: S311 (no secrets)
    register, threshold = random_register(chance), chance.randint(3, 8)
    by = chance.sample(["jurisdiction", "institution_type", "sex"], chance.randint(1, 2))
    beside = [*by[: chance.randint(1, len(by))], *chance.choice([[], ["year"], ["project"]])]
    tables = (
        tabulate(register, by=tuple(by), measures=("people",)),
        tabulate(register, by=tuple(beside), measures=("participations",), first_time=True),
    )
    return sent(tables, threshold)


def published_in(report):
    """For each table a function: how many of a figure public sources state anyway."""
    published = []
    for table in report.tables:
        layers = [("cells", {table.by: table.cells}), ("totals", table.totals), ("better", table.better)]
        known = {
            (kind, subset, cell.codes): cell.published
            for kind, margins in layers
            for subset, cells in margins.items()
            for cell in cells
        }
        published.append(lambda kind, by, codes, known=known: known[(kind, by, codes)])
    return published


def attack_on(report):
    """Somebody outside, with the report as it is sent."""
    return Attack(json.loads(json.dumps(document(withhold(report)))), published_in(report), report.threshold)


def worked_out(report):
    """The withheld figures that an attack narrows to fewer values than the threshold."""
    attack = attack_on(report)
    # The attack has to hold for the true figures: else it would prove nothing.
    assert not attack.breaks(report.tables)
    return attack.narrowed(report.tables) if attack.names else []


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_withheld_can_be_worked_out(part):
    for seed in range(part, 200, PARTS):
        assert worked_out(random_report(seed)) == [], seed


def test_unique_people_and_first_timers_do_not_give_each_other_away():
    for seed in range(60):
        assert worked_out(people_and_first_timers(seed)) == [], seed


def test_without_complements_much_could_be(monkeypatch):
    """The attack is worth something: with the small cells alone hidden, it finds them."""
    monkeypatch.setattr(choosing, "with_complements", lambda _groups, small, _threshold: set(small))
    assert sum(bool(worked_out(random_report(seed))) for seed in range(6)) >= 2


def test_small_groups_are_always_hidden_and_zeros_never():
    for seed in range(60):
        report = random_report(seed)
        for before, after in zip(report.tables, withhold(report).tables, strict=True):
            for (_place, cell), (_same, shown) in zip(before.places(), after.places(), strict=True):
                assert shown.hidden or not has_small(cell, report.threshold)
                assert not shown.hidden or cell.private > 0
                assert not shown.hidden or set(shown.values.values()) <= {None}


def test_what_would_be_hidden_is_what_is():
    for seed in range(20):
        report = random_report(seed)
        for table, places in zip(withhold(report).tables, would_hide(report), strict=True):
            assert {(by, cell.codes) for by, cell in table.places() if cell.hidden} == set(places)


def test_an_internal_report_keeps_everything():
    report = random_report(1, audience="internal")
    assert withhold(report) == report


def test_a_report_with_holes_is_not_guessed_at():
    with_holes = withhold(next(r for r in map(random_report, range(50)) if any(would_hide(r))))
    with pytest.raises(ValueError, match="withheld already"):
        withhold(with_holes)
