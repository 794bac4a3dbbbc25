"""A question in an address: read the same by pages, reports and files, and written back so that it asks the same."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tests.factories import JurisdictionFactory, ProjectFactory, TopicFactory
from training.statistics.addresses import address_of, question_from_address
from training.statistics.layout import Layout
from training.statistics.question import Question

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known():
    JurisdictionFactory(code="XK")
    JurisdictionFactory(code="MK")
    ProjectFactory(key="borders", title="Borders")
    TopicFactory(key="detection", name="Detection")


def test_nothing_asked_is_women_and_men_by_jurisdiction():
    asked = question_from_address("", None)
    assert asked.question == Question(by=("jurisdiction", "sex"), measures=("participations",))
    assert asked.layout == Layout(rows=("jurisdiction",), column="sex")
    assert asked.title == "Participations of women and men, by jurisdiction"
    assert asked.filters == ()


def test_a_whole_question_is_read_and_said_in_words():
    asked = question_from_address(
        "?rows=topic&rows2=year&columns=&measure=people&measure=participations&share=column&order=largest"
        "&project=borders&jurisdiction=XK&jurisdiction=MK&start=2026-01-01&end=2026-06-30&first_time=on&snapshot=now",
        None,
    )
    assert asked.question == Question(
        by=("topic", "year"),
        measures=("participations", "people"),
        filters={"project": ("borders",), "jurisdiction": ("XK", "MK")},
        start=date(2026, 1, 1),
        end=date(2026, 6, 30),
        first_time=True,
        snapshot="now",
    )
    assert asked.layout == Layout(rows=("topic", "year"), share="column", order="largest")
    assert asked.title == "Participations and unique people by topic and year"
    assert asked.filters == (
        ("Project", "Borders"),
        ("Jurisdiction", "Kosovo*, North Macedonia"),
        ("Period", "1 January – 30 June 2026"),
        ("People", "first-timers only"),
        ("People as", "their records say now"),
    )


@pytest.mark.parametrize(
    "address",
    [
        "",
        "rows=sex",
        "rows=kpi&columns=&measure=person_days",
        "rows=jurisdiction&rows2=topic&columns=named&order=label&share=total",
        "jurisdiction=XK&jurisdiction=MK&start=2026-01-01&first_time=on&snapshot=now&sex=F",
    ],
)
def test_an_address_written_from_a_question_asks_the_same(address):
    asked = question_from_address(address, None)
    again = question_from_address(asked.address, None)
    assert again == asked
    assert address_of(again.question, again.layout) == asked.address


def test_a_table_by_sex_needs_no_other_columns():
    assert question_from_address("rows=sex", None).question.by == ("sex",)


@pytest.mark.parametrize(
    ("address", "field", "words"),
    [
        ("rows=shoe", "rows", "shoe"),
        ("measure=trained", "measure", "trained"),
        ("share=half", "share", "half"),
        ("project=nowhere", "project", "nowhere"),
        ("start=14.05.2026", "start", "2026-05-14"),
        ("rows=topic&columns=topic", "__all__", "another dimension"),
    ],
)
def test_a_word_that_means_nothing_is_refused_where_it_stands(address, field, words):
    with pytest.raises(ValidationError) as refusal:
        question_from_address(address, None)
    assert words in " ".join(refusal.value.message_dict[field])


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_a_period_may_be_named_and_then_stands_above_any_days(name, start, end):
    asked = question_from_address(f"period={name}&start=2020-01-01", None)
    assert (asked.question.start, asked.question.end) == (start, end)
    assert f"start={start}&end={end}" in asked.address


@pytest.mark.parametrize("name", ["26", "2026-Q5", "2026-13", "summer"])
def test_a_period_without_meaning_is_refused(name):
    with pytest.raises(ValidationError, match="2026-Q3"):
        question_from_address(f"period={name}", None)


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValidationError, match="ends before"):
        question_from_address("start=2026-05-02&end=2026-05-01", None)


def test_every_fault_is_told_at_once():
    with pytest.raises(ValidationError) as refusal:
        question_from_address("rows=shoe&start=x&project=nowhere", None)
    assert set(refusal.value.message_dict) == {"rows", "start", "project"}
