"""Taking an import of past sessions back: all of it, or nothing where somebody's work rests on a session of it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import JurisdictionFactory, ParticipationFactory
from tests.training.past_lists import ROW, apply, make_register, row, sessions
from training.choices import Scope
from training.imports.past.undo import imports_of, undo_import
from training.models import Headcount, LoadedRecord, Session, SessionDay, TrailEntry
from training.services import closing, headcounts
from training.services.sessions import create_session, update_session


@pytest.fixture
def borders(db):
    return make_register()


@pytest.fixture
def record(borders, administrator):
    return apply(sessions(ROW, row(title="Second")), administrator).record


def test_every_session_of_it_goes_with_its_figures_and_no_other(record, administrator, borders):
    other = create_session(by=administrator, title="Other", project=borders, topic=Session.objects.first().topic)
    undo_import(record=record, by=administrator)
    assert list(Session.objects.all()) == [other]
    assert not Headcount.objects.exists()
    assert not SessionDay.objects.exists()
    entry = TrailEntry.objects.get(action="past sessions taken back")
    assert (len(entry.records["session"]), len(entry.records["headcount"])) == (2, 2)


def test_twice_is_once(record, administrator):
    undo_import(record=record, by=administrator)
    undo_import(record=record, by=administrator)
    assert TrailEntry.objects.filter(action="past sessions taken back").count() == 1
    assert [one.is_undone for one in imports_of(administrator)] == [True]


def test_the_file_can_be_brought_in_again(record, administrator):
    undo_import(record=record, by=administrator)
    assert apply(sessions(ROW), administrator).record.pk != record.pk
    assert Session.objects.count() == 1


def test_a_session_deleted_since_is_no_hindrance(record, administrator):
    first = Session.objects.get(title="Second")
    headcounts.delete_headcount(headcount=first.headcounts.get(), by=administrator)
    first.delete()
    undo_import(record=record, by=administrator)
    assert not Session.objects.exists()


class TestInTheWay:
    """Whatever it is, all sessions stay."""

    def refused(self, record, by, said):
        with pytest.raises(ValidationError, match=said):
            undo_import(record=record, by=by)
        assert Session.objects.filter(title="Basic course").exists()
        assert Session.objects.filter(title="Second").exists()
        assert LoadedRecord.objects.filter(model="session").count() == 2

    def test_somebody_on_a_roster(self, record, administrator):
        ParticipationFactory(session=Session.objects.get(title="Second"))
        self.refused(record, administrator, "“Second”")

    def test_a_change_of_the_session_until_it_is_put_back(self, record, administrator):
        session = Session.objects.get(title="Second")
        update_session(by=administrator, session=session, place="Ohrid")
        self.refused(record, administrator, "changed since: “Second”")
        update_session(by=administrator, session=session, place="Skopje")
        undo_import(record=record, by=administrator)

    def test_another_jurisdiction(self, record, administrator):
        Session.objects.get(title="Second").jurisdictions.add(JurisdictionFactory(code="RS"))
        self.refused(record, administrator, "changed since")

    def test_another_figure(self, record, administrator):
        session = Session.objects.get(title="Second")
        headcount = session.headcounts.get()
        headcounts.save_headcount(
            session=session, headcount=headcount, by=administrator, scope=Scope.WHOLE, total=24,
            breakdowns=headcounts.drafts_of(headcount)[:0],
        )  # fmt: skip
        self.refused(record, administrator, "changed since")

    def test_a_further_headcount(self, record, administrator):
        session = Session.objects.get(title="Second")
        headcounts.save_headcount(session=session, by=administrator, scope=Scope.PUBLISHED, total=30)
        self.refused(record, administrator, "changed since")

    def test_a_sign_off(self, record, administrator):
        closing.sign_off(session=Session.objects.get(title="Second"), by=administrator)
        self.refused(record, administrator, "changed since")


def test_a_manager_takes_back_their_own_and_sees_no_others(record, manager, borders):
    manager.projects.add(borders)
    own = apply(sessions(row(title="Third")), manager).record
    assert [one.record for one in imports_of(manager)] == [own]
    undo_import(record=own, by=manager)
    assert Session.objects.count() == 2


def test_not_where_the_project_is_no_longer_theirs(manager, borders):
    manager.projects.add(borders)
    record = apply(sessions(ROW), manager).record
    manager.projects.clear()
    manager = type(manager).objects.get(pk=manager.pk)
    with pytest.raises(PermissionDenied):
        undo_import(record=record, by=manager)
    assert Session.objects.exists()


def test_not_by_somebody_without_the_right(record, auditor):
    with pytest.raises(PermissionDenied):
        undo_import(record=record, by=auditor)
