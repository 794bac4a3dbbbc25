"""The counting rules, against a count by hand: whatever is in the register, the engine and the plain loops agree."""

import csv
import io
import json
from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.filing import report_of
from tests.training.recounting import MEASURES, PLACES, asking, dimensions, grouped, measures, register_of
from training.choices import BREAKDOWN_DIMENSIONS
from training.exports.tidy import to_csv, to_json
from training.statistics.engine import ask
from training.statistics.headcounts import Count, Division, cells_of, choose
from training.statistics.question import Question
from training.statistics.table import table_of

CODES = {
    "jurisdiction": ["XK", "MK"],
    "institution_type": ["police", "customs"],
    "institution": ["a", "b"],
    "sex": ["F", "M", "U"],
}


# --- one headcount, without a database ------------------------------------------------------------------------------


@st.composite
def divisions(draw):
    names = tuple(
        n for n in BREAKDOWN_DIMENSIONS if n in draw(st.sets(st.sampled_from(BREAKDOWN_DIMENSIONS), min_size=1))
    )
    rows = draw(st.lists(st.tuples(*(st.sampled_from(CODES[name]) for name in names)), unique=True, max_size=4))
    return Division(
        dimensions=names, cells=[(dict(zip(names, row, strict=True)), draw(st.integers(0, 30))) for row in rows]
    )


@st.composite
def counts(draw):
    single = draw(st.sets(st.sampled_from(BREAKDOWN_DIMENSIONS), max_size=2))
    facts = {name: (draw(st.sampled_from(CODES[name])),) for name in single}
    return Count(total=draw(st.integers(0, 60)), facts=facts, divisions=draw(st.lists(divisions(), max_size=4)))


dimensions_asked = st.permutations(BREAKDOWN_DIMENSIONS).flatmap(
    lambda order: st.integers(0, len(order)).map(lambda size: tuple(order[:size]))
)


@given(counts(), dimensions_asked)
def test_the_cells_of_a_headcount_always_sum_to_its_total(count, asked):
    assert sum(number for _codes, number in cells_of(count, asked)) == count.total


@given(counts(), dimensions_asked)
def test_no_breakdown_that_exceeds_the_total_is_used_and_none_that_carries_more_is_passed_over(count, asked):
    wanted = [name for name in BREAKDOWN_DIMENSIONS if name in asked and name not in count.facts]
    chosen = choose(count, wanted)
    usable = [d for d in count.divisions if d.total <= count.total and set(d.dimensions) & set(wanted)]
    assert (chosen is None) == (not usable)
    if chosen:
        assert chosen.total <= count.total
        most = max(len(set(d.dimensions) & set(wanted)) for d in usable)
        assert len(set(chosen.dimensions) & set(wanted)) == most


@given(counts(), dimensions_asked)
def test_the_order_asked_for_changes_no_figure(count, asked):
    def counted(order):
        found = Counter()
        for codes, number in cells_of(count, order):
            found[tuple(codes[name] for name in sorted(order))] += number
        return found

    assert counted(asked) == counted(tuple(reversed(asked)))


def test_where_two_breakdowns_carry_as_much_the_one_that_sums_to_the_total_is_used():
    short = Division(dimensions=("sex",), cells=[({"sex": "M"}, 75), ({"sex": "F"}, 24)])
    whole = Division(dimensions=("jurisdiction", "sex"), cells=[({"jurisdiction": "XK", "sex": "M"}, 119)])
    assert choose(Count(total=119, facts={}, divisions=[short, whole]), ["sex"]) is whole


def test_ties_go_by_jurisdiction_before_sex():
    by_sex = Division(dimensions=("sex",), cells=[({"sex": "M"}, 10)])
    by_place = Division(dimensions=("jurisdiction",), cells=[({"jurisdiction": "XK"}, 9)])
    assert choose(Count(total=10, facts={}, divisions=[by_sex, by_place]), ["sex", "jurisdiction"]) is by_place


# --- a whole register, with a database: 500 questions ---------------------------------------------------------------

filters = st.fixed_dictionaries({}, optional={
    "jurisdiction": st.lists(st.sampled_from(PLACES), unique=True, min_size=1).map(tuple),
    "sex": st.lists(st.sampled_from("FMU"), unique=True, min_size=1).map(tuple),
})  # fmt: skip


@pytest.mark.django_db
@asking(st.tuples(dimensions, measures, filters), times=20, registers=25)
def test_engine_csv_and_json_count_what_plain_loops_count(sessions, questions):
    with register_of(sessions) as everything:
        for by, asked, narrowed in questions:
            rows = [row for row in everything if all(row.codes[name] in codes for name, codes in narrowed.items())]
            answer = ask(Question(by=by, measures=asked, filters=narrowed))
            _check_engine(answer, rows, by, asked)
            report = report_of(table_of(answer, title="Table"))
            _check_csv(to_csv(report.tables[0]), rows, by, asked)
            _check_json(json.loads(to_json(report, report.tables[0])), rows, by, asked)


def recounted(rows, by, asked):
    """Codes → the measures asked for, by hand, where there is anything."""
    places = [MEASURES.index(measure) for measure in asked]
    return known({codes: tuple(own[place] for place in places) for codes, own in grouped(rows, by).items()})


def known(found):
    return {codes: own for codes, own in found.items() if any(own)}


def _check_engine(answer, rows, by, asked):
    for subset in (by, *answer.margins):
        frame = answer.cells if subset == by else answer.margins[subset]
        figures = frame[list(asked)].astype(object).itertuples(index=False, name=None)
        codes = frame[list(subset)].itertuples(index=False, name=None)
        found = {
            tuple(key): tuple(None if pd.isna(value) else int(value) for value in own)
            for key, own in zip(codes, figures, strict=True)
        }
        assert known(found) == recounted(rows, subset, asked)


def _check_csv(text, rows, by, asked):
    found = {
        tuple(row[name] for name in by): tuple(int(row[measure]) if row[measure] else None for measure in asked)
        for row in csv.DictReader(io.StringIO(text))
    }
    assert known(found) == recounted(rows, by, asked)


def _check_json(told, rows, by, asked):
    assert not told["margins"], "here every total is as precise as its rows"
    layers = {by: told["rows"]}
    for row in told["totals"]:
        layers.setdefault(tuple(row["by"]), []).append(row)
    for subset, own in layers.items():
        found = {tuple(row[name] for name in subset): tuple(row[measure] for measure in asked) for row in own}
        assert known(found) == recounted(rows, subset, asked)
    if "sex" in by:
        women, men = (sum(row.number for row in rows if row.codes["sex"] == code) for code in "FM")
        assert (told["women"]["women"], told["women"]["of"]) == (women, women + men)
    assert told["named"] == sum(row.number for row in rows if row.person is not None)
