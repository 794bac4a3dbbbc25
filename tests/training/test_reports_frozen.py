"""A frozen report stays: its figures, its number, its words; and it says what changed since."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from tests.factories import JurisdictionFactory, ProjectFactory, SessionFactory
from tests.training.figures import by_sex, headcount_of, roster_of, source_called
from training.demo.removal import remove
from training.models import Account, FrozenReport, SavedReport, TrailEntry
from training.services.reports import freeze_report, remove_report, save_report
from training.statistics.asking_again import ask_again
from training.statistics.changes import compare, compare_remarks
from training.statistics.report import Remark, from_document
from training.statistics.table import Cell, Table

pytestmark = pytest.mark.django_db
BY_SEX = {"title": "Women and men", "address": "rows=jurisdiction&columns=sex&measure=participations&measure=people"}


@pytest.fixture
def session():
    session = SessionFactory(jurisdictions=[JurisdictionFactory(code=code) for code in ("XK", "MK")])
    roster_of(session, XK_F=2, XK_M=3)
    return session


@pytest.fixture
def saved(manager, session):
    return save_report(by=manager, title="Report", audience="internal", threshold=5, questions=[BY_SEX])


def kept(frozen):
    return from_document(FrozenReport.objects.get(pk=frozen.pk).document)


def changed(frozen, manager):
    """What differs today, as {(place, measure): (then, now, difference)}."""
    report = kept(frozen)
    (now,) = (table for _question, table in ask_again(report, reader=manager).tables)
    found = compare(report.tables[0], now).changes
    return {(one.place, one.measure): (one.then.value, one.now.value, one.difference) for one in found}


def test_it_keeps_figures_words_moment_author_and_a_note(manager, saved):
    before = timezone.now()
    frozen = freeze_report(by=manager, report=saved, note=" To the funder. ")
    report = kept(frozen)
    assert report.tables[0].total.participations == 5
    assert (report.title, report.author, report.number) == ("Report", str(manager), frozen.label)
    assert before <= report.as_of == frozen.frozen_at <= timezone.now()
    assert "Participation" in dict(report.method)
    assert "1244" in report.footnotes[0]
    assert (frozen.note, frozen.frozen_by, frozen.saved) == ("To the funder.", manager, saved)


def test_its_figures_stay_when_the_register_changes(manager, saved, session):
    frozen = freeze_report(by=manager, report=saved)
    document = FrozenReport.objects.get().document
    roster_of(session, MK_F=4)
    save_report(by=manager, report=saved, title="Other", audience="internal", threshold=9, questions=[])
    assert FrozenReport.objects.get().document == document
    assert kept(frozen).tables[0].total.participations == 5


def test_what_changed_since_is_every_figure_that_differs_and_no_other(manager, saved, session):
    frozen = freeze_report(by=manager, report=saved)
    assert changed(frozen, manager) == {}
    roster_of(session, MK_F=4, XK_M=1)
    both = ("Participations", "Unique people")
    expected = {
        "All": (5, 10, 5),
        "Kosovo*": (5, 6, 1),
        "North Macedonia": (None, 4, None),
        "Women": (2, 6, 4),
        "Men": (3, 4, 1),
        "Kosovo*, Men": (3, 4, 1),
        "North Macedonia, Women": (None, 4, None),
    }
    assert changed(frozen, manager) == {(place, one): figures for place, figures in expected.items() for one in both}


def test_figures_that_went_are_told_from_unknown_ones(manager, saved, session):
    frozen = freeze_report(by=manager, report=saved)
    session.participations.filter(sex="M").delete()
    headcount_of(SessionFactory(jurisdictions=[JurisdictionFactory(code="XK")]), 10, by_sex(F=10))
    report = kept(frozen)
    (now,) = (table for _question, table in ask_again(report, reader=manager).tables)
    by_place = {(one.place, one.measure): one for one in compare(report.tables[0], now).changes}
    assert by_place["Kosovo*, Men", "Participations"].now.absent
    assert by_place["Kosovo*, Women", "Participations"].difference == 10
    assert ("Kosovo*, Women", "Unique people") not in by_place, (
        "the headcount's people are unknown, the named ones stay"
    )


def test_withheld_figures_are_compared_as_withheld():
    def table(women, *, hidden):
        cell = Cell(codes=("F",), values={"participations": women}, named=women)
        return Table(
            title="", by=("sex",), measures=("participations",), names={"sex": "Sex"}, labels={"sex": {"F": "Women"}},
            cells=(cell.withheld() if hidden else cell,), totals={}, better={}, sessions={},
        )  # fmt: skip

    assert compare(table(3, hidden=True), table(4, hidden=True)).changes == ()
    (now_hidden,) = compare(table(7, hidden=False), table(4, hidden=True)).changes
    assert (now_hidden.then.value, now_hidden.now.value, now_hidden.now.hidden) == (7, None, True)
    assert now_hidden.difference is None


def test_contradictions_that_came_and_went_are_told():
    old, new = Remark(session="A", message="one"), Remark(session="B", message="two")
    assert compare_remarks([old], [new]) == ((new,), (old,))
    assert compare_remarks([old], [Remark(session="A", message="one", decision="Fine")]) == ((), ())


def test_numbers_run_by_year_without_gaps(manager, saved):
    year = timezone.localdate().year
    labels = [freeze_report(by=manager, report=saved).label for _again in range(3)]
    assert labels == [f"{year}-001", f"{year}-002", f"{year}-003"]
    FrozenReport.objects.create(
        year=year - 1, number=41, title="T", audience="internal", threshold=5, document={}, frozen_by=manager
    )
    assert freeze_report(by=manager, report=saved).number == 4


def test_the_database_takes_no_number_twice(manager, saved):
    first = freeze_report(by=manager, report=saved)
    with pytest.raises(IntegrityError), transaction.atomic():
        FrozenReport.objects.create(
            year=first.year, number=1, title="T", audience="internal", threshold=5, document={}, frozen_by=manager
        )


def test_a_form_sent_twice_freezes_once(manager, saved):
    freeze_report(by=manager, report=saved, seen=0)
    with pytest.raises(ValidationError, match="frozen meanwhile"):
        freeze_report(by=manager, report=saved, seen=0)
    assert FrozenReport.objects.count() == 1


def test_nobody_can_change_or_remove_it(manager, saved):
    frozen = freeze_report(by=manager, report=saved)
    for attempt in (
        frozen.save,
        frozen.delete,
        FrozenReport.objects.all().delete,
        lambda: FrozenReport.objects.update(title="Other"),
        lambda: FrozenReport.objects.bulk_update([frozen], ["title"]),
    ):
        with pytest.raises(PermissionError), transaction.atomic():
            attempt()
    for statement in ("UPDATE training_frozenreport SET title = 'Other'", "DELETE FROM training_frozenreport"):
        with pytest.raises(DatabaseError, match="stays as it was kept"), transaction.atomic():
            connection.cursor().execute(statement)
    with pytest.raises(ValidationError, match=frozen.label):
        remove_report(by=manager, report=saved)
    assert kept(frozen).title == "Report"


def test_a_question_that_no_longer_fits_is_not_frozen(manager, session):
    project = ProjectFactory(key="passing")
    question = {"title": "P", "address": "rows=sex&columns=&measure=participations&project=passing"}
    report = save_report(by=manager, title="R", audience="internal", threshold=5, questions=[question, BY_SEX])
    project.delete()
    with pytest.raises(ValidationError, match="“P” cannot be answered"):
        freeze_report(by=manager, report=report)
    assert not FrozenReport.objects.exists()


def test_a_report_without_questions_is_not_frozen(manager):
    report = save_report(by=manager, title="R", audience="internal", threshold=5, questions=[])
    with pytest.raises(ValidationError, match="no questions"):
        freeze_report(by=manager, report=report)


def test_contradictions_and_their_decisions_are_kept(manager, saved):
    headcount_of(SessionFactory(title="Converted"), 119, by_sex(M=75, F=24), quote="75 men", source=source_called("s"))
    (remark,) = kept(freeze_report(by=manager, report=saved)).remarks
    assert (remark.session, remark.stated, remark.found, remark.quote) == ("Converted", 119, 99, "75 men")


def test_freezing_leaves_a_trail_with_the_number(manager, saved):
    frozen = freeze_report(by=manager, report=saved)
    entry = TrailEntry.objects.get(action="report frozen")
    assert entry.records == {"frozenreport": [frozen.pk], "savedreport": [saved.pk]}
    assert entry.detail == {"number": frozen.label, "tables": 1, "audience": "internal"}


@pytest.mark.parametrize("role", ["coordinator", "auditor", "trainer", "editor", "officer"])
def test_only_managers_and_administrators_freeze(role, saved, request):
    with pytest.raises(PermissionDenied):
        freeze_report(by=request.getfixturevalue(role), report=saved)
    assert not FrozenReport.objects.exists()


def test_a_document_survives_json(manager, saved):
    document = FrozenReport.objects.get(pk=freeze_report(by=manager, report=saved).pk).document
    assert json.loads(json.dumps(document)) == document


def test_removing_the_demo_data_takes_saved_reports_and_leaves_frozen_ones(manager, administrator, session):
    manager.is_demo = True
    manager.save()
    kept_one, other = (
        save_report(by=manager, title=title, audience="internal", threshold=5, questions=[BY_SEX]) for title in "AB"
    )
    frozen = freeze_report(by=manager, report=kept_one)
    remove(by=administrator)
    assert kept(frozen).tables[0].total.participations == 5
    assert list(SavedReport.objects.all()) == [kept_one]
    assert not Account.objects.get(pk=manager.pk).is_active, (
        f"the account stays in the history of {frozen}, not {other}"
    )
