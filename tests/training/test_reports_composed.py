"""Questions become one report: tables, the method in plain words, contradictions, footnotes."""

import json
import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import JurisdictionFactory, ParticipationFactory, ProjectFactory, SessionFactory
from tests.training.figures import by_sex, headcount_of, source_called
from training.choices import Outcome
from training.models import FootnoteSet, Funder, Headcount
from training.services.decisions import decide
from training.statistics.composing import Asked, compose
from training.statistics.question import Question
from training.statistics.reconciliation import contradictions
from training.statistics.report import document, from_document

pytestmark = pytest.mark.django_db
BY_SEX = Asked("Women and men", Question(by=("sex",)), "rows=sex&columns=")


def composed(*questions, audience="internal", **rest):
    said = {"title": "Half-year report", "threshold": 5, "author": "M. Manager", **rest}
    return compose(questions=questions or (BY_SEX,), audience=audience, **said)


def terms(report):
    return [term for term, _meaning in report.method]


@pytest.fixture
def trained():
    """Twenty in Kosovo*, of whom women and men are known; nine whose sex nobody wrote down; one of them by name."""
    headcount_of(SessionFactory(jurisdictions=[JurisdictionFactory(code="XK")]), 20, by_sex(F=5, M=15))
    headcount_of(SessionFactory(jurisdictions=[JurisdictionFactory(code="MK")]), 8)
    ParticipationFactory(outcome=Outcome.ATTENDED, days_attended=1)


@pytest.fixture
def contradicting(manager):
    """A published headcount whose women and men miss its total."""
    session = SessionFactory(title="Converted")
    manager.projects.add(session.project)
    return headcount_of(session, 119, by_sex(M=75, F=24), quote="75 men and 24 women", source=source_called("s"))


def test_every_question_is_a_table_with_its_title_its_filters_in_words_and_its_address(trained):
    question = Question(by=("jurisdiction", "sex"), filters={"jurisdiction": ("XK",)})
    report = composed(Asked("In Kosovo*", question, "jurisdiction=XK"), BY_SEX, introduction="As agreed.")
    first, second = report.tables
    assert (first.title, first.address, first.filters) == (
        "In Kosovo*",
        "jurisdiction=XK",
        (("Jurisdiction", "Kosovo*"),),
    )
    assert second.total.participations == 29
    assert (report.title, report.author, report.introduction) == ("Half-year report", "M. Manager", "As agreed.")


def test_a_period_and_first_timers_are_said_beside_the_table(db):
    question = Question(start=date(2026, 1, 1), end=date(2026, 6, 30), first_time=True, snapshot="now")
    (table,) = composed(Asked("New people", question)).tables
    assert table.filters == (
        ("Period", "1 January – 30 June 2026"),
        ("People", "first-timers only"),
        ("People as", "their records say now"),
    )


def test_the_method_explains_what_is_used_and_nothing_else(trained):
    plain = composed(Asked("All", Question(measures=("participations",))))
    assert "Participation" in terms(plain)
    assert "Named and headcount" in terms(plain)
    assert not {"Unique people", "Person-days", "% women", "First-timers", "Period", "Small groups"} & {*terms(plain)}
    full = composed(Asked("All", Question(by=("jurisdiction", "sex", "year"), first_time=True)), BY_SEX)
    wanted = {"Unique people", "Person-days", "% women", "First-timers", "Period", "Not broken down", "As at training"}
    assert wanted <= {*terms(full)}
    assert len(terms(full)) == len({*terms(full)}), "each term is explained once, however many tables use it"


def test_dimensions_with_several_values_and_outcomes_are_explained(trained):
    meanings = dict(composed(Asked("", Question(by=("agency",))), Asked("", Question(by=("outcome",)))).method)
    assert "Agency" in meanings["Several at once"]
    assert "80 in 100" in meanings["Attended and completed"]


def test_contradictions_of_the_sessions_asked_about_come_with_quote_source_and_decision(contradicting, manager):
    decide(by=manager, fingerprint=contradictions()[0].fingerprint, reason="The parts are right.")
    (remark,) = composed().remarks
    assert (remark.session, remark.stated, remark.found) == ("Converted", 119, 99)
    assert (remark.quote, remark.decision) == ("75 men and 24 women", "The parts are right.")
    assert "SEESAC" in remark.source


def test_contradictions_of_other_sessions_stay_out(contradicting):
    elsewhere = SessionFactory()
    ParticipationFactory(session=elsewhere, outcome=Outcome.ATTENDED)
    question = Question(by=("sex",), filters={"project": (elsewhere.project.key,)})
    assert composed(Asked("Elsewhere", question)).remarks == ()


def test_a_series_that_contradicts_its_sessions_touches_them(contradicting):
    series = SessionFactory(kind="series", title="The series")
    contradicting.session.parent = series
    contradicting.session.save()
    headcount_of(series, 200, source=source_called("s"))
    assert {remark.session for remark in composed().remarks} == {"Converted", "The series"}


def test_the_footnote_is_that_of_the_projects_and_funders_asked_about(db):
    wording = FootnoteSet.objects.create(key="own", text="Own wording.")
    funder = Funder.objects.create(key="payer", name="Payer")
    project = ProjectFactory(footnotes=wording)
    project.funders.add(funder)
    session = SessionFactory(project=project, jurisdictions=[JurisdictionFactory(code="XK")])
    Headcount.objects.create(session=session, scope="whole", total=20)

    def footnotes(**filters):
        return composed(Asked("", Question(by=("jurisdiction",), filters=filters))).footnotes

    assert footnotes(project=(project.key,)) == ("Own wording.",)
    assert footnotes(funder=("payer",)) == ("Own wording.",)
    assert "1244" in footnotes()[0]
    assert composed().footnotes == (), "no name, no footnote"
    assert "1244" in composed(Asked("Kosovo* and others", Question())).footnotes[0]


def test_the_projects_asked_about_come_with_who_pays_what_they_promised_and_since_when(db):
    project = ProjectFactory(key="borders", title="Borders", status="ongoing")
    project.funders.add(Funder.objects.create(key="payer", name="Payer"))
    dates = {"start": date(2026, 1, 1), "end": date(2026, 12, 31)}
    project.targets.create(measure="participations", value=50, women_share="30.50", **dates)
    for day in (date(2026, 5, 2), date(2026, 3, 4)):
        SessionFactory(project=project, start=day)
    SessionFactory(start=date(2020, 1, 1))
    report = composed(Asked("", Question(by=("sex",), filters={"project": ("borders",)})))
    (activity,) = report.activities
    assert (activity.project, activity.title, activity.status, activity.funders) == (
        "borders",
        "Borders",
        "ongoing",
        ("Payer",),
    )
    (target,) = report.targets
    assert (target.project, target.value, target.women_share, target.start) == ("borders", 50, 30.5, dates["start"])
    assert report.first_day == date(2026, 3, 4)


def test_a_report_can_be_kept_as_json_and_read_again(trained):
    report = composed(Asked("", Question(by=("jurisdiction", "sex"))))
    assert from_document(json.loads(json.dumps(document(report)))) == report


def test_a_report_without_questions_has_no_tables(db):
    assert compose(questions=(), title="Empty", audience="internal", threshold=5, author="").tables == ()


def test_a_code_that_does_not_exist_is_refused_with_its_name(trained):
    with pytest.raises(ValidationError, match=re.escape("Unknown project: gone")):
        composed(Asked("", Question(filters={"project": ("gone",)})))


def test_for_donors_small_groups_are_withheld_and_the_method_says_so(trained):
    report = composed(audience="donor")
    assert report.tables[0].has_hidden
    assert not composed().tables[0].has_hidden
    assert "1 to 4 people" in dict(report.method)["Small groups"]
    assert "Small groups" not in terms(composed())


def test_the_number_of_queries_depends_on_the_questions_and_not_on_the_records(contradicting):
    asked = Asked("", Question(by=("jurisdiction", "sex"), measures=("participations",)))

    def queries(*questions):
        with CaptureQueriesContext(connection) as made:
            composed(*questions)
        return len(made)

    queries(asked)
    one, three = queries(asked), queries(asked, asked, asked)
    each = (three - one) // 2
    assert one <= 40
    assert each < one
    assert three == one + 2 * each, "the contradictions are looked for once, however many questions"
    for _more in range(3):
        headcount_of(SessionFactory(), 10, by_sex(F=3), source=source_called("s"))
    assert queries(asked) == one
