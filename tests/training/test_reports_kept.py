"""Reports that run again: questions kept under one title, changed, removed; what no longer fits says so."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import ParticipationFactory, ProjectFactory
from training.choices import Outcome
from training.models import SavedReport, TrailEntry
from training.permissions import ALLOWED, EVERYBODY, Action, figures_scope
from training.services.reports import add_question, remove_report, save_report
from training.statistics.asking_again import answer_again, read_questions

pytestmark = pytest.mark.django_db
BY_SEX = {"title": "Women and men", "address": "rows=sex&columns=&measure=participations"}
BY_TOPIC = {"title": "Topics", "address": "rows=topic&columns=sex&measure=participations"}


def saved(by, *questions, **rest):
    values = {"title": "Half-year report", "audience": "internal", "threshold": 5, **rest}
    return save_report(by=by, questions=questions, **values)


def titles(report):
    report.refresh_from_db()
    return [one["title"] for one in report.questions]


def test_a_report_keeps_its_title_page_and_its_questions_in_order(manager):
    report = saved(manager, BY_TOPIC, BY_SEX, title=" Half-year report ", introduction="As agreed.")
    assert (report.title, report.introduction, report.created_by) == ("Half-year report", "As agreed.", manager)
    assert report.questions == [BY_TOPIC, BY_SEX]
    entry = TrailEntry.objects.get(action="report saved")
    assert (entry.by, entry.records, entry.detail) == (manager, {"savedreport": [report.pk]}, {"questions": 2})


def test_it_answers_with_the_figures_of_the_moment(manager):
    report = saved(manager, BY_SEX)
    assert answer_again(report, reader=manager).report.tables[0].total.participations == 0
    ParticipationFactory(outcome=Outcome.ATTENDED)
    assert answer_again(report, reader=manager).report.tables[0].total.participations == 1


def test_an_address_is_written_out_in_full_so_that_it_keeps_its_meaning(manager):
    short = {**BY_SEX, "address": "?page=2&parts=on&rows=sex"}
    assert saved(manager, short).questions == [BY_SEX]


def test_changing_replaces_everything_and_leaves_a_trail(manager, administrator):
    report = saved(manager, BY_SEX)
    changed = saved(administrator, BY_TOPIC, title="Year", audience="donor", threshold=10, report=report)
    assert changed.pk == report.pk
    assert (changed.title, changed.audience, changed.threshold) == ("Year", "donor", 10)
    assert titles(report) == ["Topics"]
    assert changed.created_by == manager
    assert TrailEntry.objects.filter(by=administrator, action="report changed").count() == 1


def test_whoever_saves_over_somebody_elses_change_is_told(manager):
    report = saved(manager, BY_SEX)
    seen = report.updated_at
    saved(manager, BY_TOPIC, report=report)
    with pytest.raises(ValidationError) as refusal:
        saved(manager, BY_SEX, report=report, version=seen)
    assert refusal.value.code == "conflict"
    assert titles(report) == ["Topics"]


def test_a_question_is_added_at_the_end(manager):
    report = saved(manager, BY_SEX)
    add_question(by=manager, report=report, **BY_TOPIC)
    assert titles(report) == ["Women and men", "Topics"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": "  "}, "title"),
        ({"audience": "everybody"}, "audience"),
        ({"threshold": 2}, "threshold"),
        ({"threshold": 21}, "threshold"),
        ({"questions": [{**BY_SEX, "title": ""}]}, "questions"),
        ({"questions": [{**BY_SEX, "title": "x" * 151}]}, "questions"),
        ({"questions": [{**BY_SEX, "address": "rows=sex&x=" + "x" * 2000}]}, "questions"),
        ({"questions": [BY_SEX] * 13}, "questions"),
        ({"questions": [{**BY_SEX, "address": "rows=shoe"}]}, "questions"),
        ({"questions": [{**BY_SEX, "address": "rows=sex&columns=&project=gone"}]}, "questions"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_saved(manager, values, said):
    whole = {"title": "T", "audience": "internal", "threshold": 5, "questions": [BY_SEX], **values}
    with pytest.raises(ValidationError) as refusal:
        save_report(by=manager, **whole)
    fields = refusal.value.error_dict
    assert said in fields or (said == "threshold" and "__all__" in fields)
    assert not SavedReport.objects.exists()


def test_a_question_that_no_longer_fits_says_so_and_the_others_are_answered(manager):
    project = ProjectFactory(key="passing")
    report = saved(
        manager, {"title": "P", "address": "rows=sex&columns=&measure=participations&project=passing"}, BY_SEX
    )
    project.delete()
    answered = answer_again(report, reader=manager)
    (misfit,) = answered.misfits
    assert misfit.title == "P"
    assert "passing" in misfit.why
    assert [table.title if table else None for _kept, table in answered.tables] == [None, "Women and men"]
    saved(manager, *report.questions, title="Another title", report=report)
    assert titles(report) == ["P", "Women and men"], "what was kept may stay, even if it no longer fits"


def test_questions_share_what_they_look_up(manager, django_assert_num_queries):
    ProjectFactory(key="one")
    narrowed = {"title": "P", "address": "rows=sex&columns=&project=one"}
    with django_assert_num_queries(1):
        read_questions([narrowed] * 3, reader=manager)


def test_a_report_is_removed_and_the_trail_keeps_that_it_was_there(manager):
    report = saved(manager, BY_SEX)
    pk = report.pk
    remove_report(by=manager, report=report)
    assert not SavedReport.objects.exists()
    assert TrailEntry.objects.get(action="report removed").records == {"savedreport": [pk]}


@pytest.mark.parametrize("role", ["coordinator", "auditor", "trainer", "editor", "officer"])
def test_only_managers_and_administrators_keep_reports(role, manager, request):
    account = request.getfixturevalue(role)
    report = saved(manager, BY_SEX)
    for change in (
        lambda: saved(account, BY_SEX),
        lambda: saved(account, BY_TOPIC, report=report),
        lambda: add_question(by=account, report=report, **BY_TOPIC),
        lambda: remove_report(by=account, report=report),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert titles(report) == ["Women and men"]


@pytest.mark.parametrize("role", sorted(ALLOWED[Action.READ_REPORTS]))
def test_whoever_reads_reports_may_know_all_their_figures(role, request):
    """A report says the same to all its readers; so roles whose figures are restricted cannot be among them."""
    assert figures_scope(request.getfixturevalue(role)) == EVERYBODY
    assert "trainer" not in ALLOWED[Action.READ_REPORTS]
