"""Taking an import back: all that it brought goes, all that others did since stays or stands in the way."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import InstitutionFactory, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.training.rosters import HEADINGS, apply, people, sample
from training.choices import Outcome, SessionStatus, Sex
from training.imports.undo import undo_import
from training.models import Attendance, AttendanceEvent, Institution, Participation, Person, TrailEntry
from training.services import attendance, headcounts

MARKED = [*HEADINGS, "Day 1"]


@pytest.fixture
def session(trainer):
    home = JurisdictionFactory(code="RS")
    for code in ("AL", "BA", "XK", "ME", "MK"):
        JurisdictionFactory(code=code)
    return SessionFactory(length=3, jurisdictions=[home], created_by=trainer)


def one(mark="P", email="ana@mup.example"):
    return people(["Ana", "Nova", "F", "RS", "MUP", "Inspektor", email, mark], headings=MARKED)


def test_everything_an_import_made_goes(session, trainer):
    record = apply(session, sample("1-english.xlsx"), trainer).roster_import
    undo_import(roster_import=record, by=trainer)
    for model in (Person, Institution, Participation, Attendance, AttendanceEvent):
        assert not model.objects.exists()
    record.refresh_from_db()
    assert (record.undone_by, record.undone_at is not None) == (trainer, True)
    assert TrailEntry.objects.get(action="roster import taken back").detail["participation"] == 8


def test_twice_is_once(session, trainer):
    record = apply(session, one(), trainer).roster_import
    undo_import(roster_import=record, by=trainer)
    undo_import(roster_import=record, by=trainer)
    assert TrailEntry.objects.filter(action="roster import taken back").count() == 1


def test_the_list_can_be_imported_again(session, trainer):
    undo_import(roster_import=apply(session, one(), trainer).roster_import, by=trainer)
    assert apply(session, one(), trainer).roster_import
    assert Participation.objects.count() == 1


def test_what_was_filled_in_is_emptied_again(session, trainer):
    person = PersonFactory(
        given_name="Ana", family_name="Nova", email="ana@mup.example", institution=None, sex=Sex.NOT_RECORDED,
        jurisdiction=JurisdictionFactory(code="RS"),
    )  # fmt: skip
    record = apply(session, one(), trainer).roster_import
    undo_import(roster_import=record, by=trainer)
    person.refresh_from_db()
    assert (person.sex, person.position, person.institution) == (Sex.NOT_RECORDED, "", None)
    assert not Institution.objects.exists()


def test_what_was_changed_in_a_record_since_stays(session, trainer):
    person = PersonFactory(given_name="Ana", family_name="Nova", email="ana@mup.example",
                           jurisdiction=JurisdictionFactory(code="RS"))  # fmt: skip
    record = apply(session, one(), trainer).roster_import
    Person.objects.filter(pk=person.pk).update(position="Chief")
    undo_import(roster_import=record, by=trainer)
    person.refresh_from_db()
    assert person.position == "Chief"


def test_marks_that_stood_before_stand_again(session, trainer):
    first = apply(session, one("P"), trainer).roster_import
    second = apply(session, one("A"), trainer).roster_import
    undo_import(roster_import=second, by=trainer)
    participation = Participation.objects.get()
    assert participation.attendance.get().mark == "present"
    assert participation.outcome == Outcome.ATTENDED
    assert [event.after for event in participation.events.order_by("pk")] == ["present", "absent", "present"]
    assert first.undone_at is None


def test_marks_set_for_somebody_on_the_roster_before_go(session, trainer):
    home = InstitutionFactory(name="MUP", jurisdiction=JurisdictionFactory(code="RS"))
    person = PersonFactory(given_name="Ana", family_name="Nova", institution=home, jurisdiction=home.jurisdiction)
    participation = ParticipationFactory(session=session, person=person)
    undo_import(roster_import=apply(session, one(), trainer).roster_import, by=trainer)
    assert not participation.attendance.exists()
    assert Participation.objects.filter(pk=participation.pk).exists()


def test_people_who_are_on_another_roster_by_now_stay(session, trainer):
    record = apply(session, one(), trainer).roster_import
    other = SessionFactory(created_by=trainer, jurisdictions=list(session.jurisdictions.all()), length=1)
    apply(other, one(), trainer)
    undo_import(roster_import=record, by=trainer)
    assert Person.objects.count() == 1
    assert Institution.objects.count() == 1
    assert not session.participations.exists()


def test_an_institution_confirmed_since_stays(session, trainer):
    record = apply(session, one(), trainer).roster_import
    Institution.objects.update(confirmed=True)
    undo_import(roster_import=record, by=trainer)
    assert Institution.objects.exists()


class TestInTheWay:
    def test_a_mark_changed_by_hand(self, session, trainer):
        record = apply(session, one(), trainer).roster_import
        ids = [Participation.objects.get().pk]
        attendance.mark(session=session, day=session.days.first(), participation_ids=ids, mark="absent", by=trainer)
        with pytest.raises(ValidationError, match="Marks of 1 person"):
            undo_import(roster_import=record, by=trainer)
        assert Participation.objects.exists()

    def test_a_later_import_of_the_same_people(self, session, trainer):
        first = apply(session, one("P"), trainer).roster_import
        second = apply(session, one("A"), trainer).roster_import
        with pytest.raises(ValidationError, match="Marks of 1 person"):
            undo_import(roster_import=first, by=trainer)
        undo_import(roster_import=second, by=trainer)

    def test_a_test_score(self, session, trainer):
        record = apply(session, one(), trainer).roster_import
        Participation.objects.update(post_score=80)
        with pytest.raises(ValidationError, match="scores"):
            undo_import(roster_import=record, by=trainer)

    def test_a_sign_off(self, session, trainer):
        record = apply(session, one(), trainer).roster_import
        session.status = SessionStatus.CLOSED
        session.save()
        with pytest.raises(ValidationError, match="signed off"):
            undo_import(roster_import=record, by=trainer)

    def test_somebody_without_the_right(self, session, trainer, other_trainer):
        record = apply(session, one(), trainer).roster_import
        with pytest.raises(PermissionDenied):
            undo_import(roster_import=record, by=other_trainer)

    def test_that_the_roster_replaces_the_headcount_and_nobody_else_is_on_it(self, session, trainer):
        headcounts.save_headcount(session=session, by=trainer, scope="whole", total=12)
        record = apply(session, one(), trainer).roster_import
        published = headcounts.confirm_roster_replaces(session=session, by=trainer)
        with pytest.raises(ValidationError, match="Let the headcount count again first"):
            undo_import(roster_import=record, by=trainer)
        assert Participation.objects.exists()
        headcounts.let_headcount_count(headcount=published, by=trainer)
        undo_import(roster_import=record, by=trainer)
        assert not Participation.objects.exists()


def test_somebody_else_on_the_roster_keeps_the_session_a_figure(session, trainer):
    headcounts.save_headcount(session=session, by=trainer, scope="whole", total=12)
    ParticipationFactory(session=session)
    record = apply(session, one(), trainer).roster_import
    headcounts.confirm_roster_replaces(session=session, by=trainer)
    undo_import(roster_import=record, by=trainer)
    assert Participation.objects.count() == 1
