"""Putting people on a roster, changing what they do there, taking them out and back in."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import (
    InstitutionFactory,
    JurisdictionFactory,
    ParticipationFactory,
    PersonFactory,
    SessionFactory,
)
from training.choices import Mark, Outcome, Role, SessionKind, SessionStatus, Sex
from training.models import Attendance, Participation, TrailEntry
from training.services.registering import Registration, change, register, register_many, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(trainer):
    return SessionFactory(created_by=trainer)


def test_the_snapshot_is_taken_from_the_person_and_stays_when_the_person_moves(trainer, session):
    person = PersonFactory(position="Inspector", sex=Sex.WOMEN)
    participation = register(session=session, registration=Registration(person=person), by=trainer)
    was = (person.jurisdiction_id, person.institution_id, "Inspector", Sex.WOMEN)
    person.jurisdiction, person.institution = JurisdictionFactory(code="RS"), InstitutionFactory()
    person.position, person.sex = "Chief", Sex.NOT_RECORDED
    person.save()
    participation.refresh_from_db()
    snapshot = (participation.jurisdiction_id, participation.institution_id, participation.position, participation.sex)
    assert snapshot == was


def test_what_a_list_says_goes_into_the_snapshot_before_the_persons_record(trainer, session):
    person = PersonFactory(position="Inspector")
    registration = Registration(person=person, position="Chief inspector", role=Role.OBSERVER, sex=Sex.MEN)
    participation = register(session=session, registration=registration, by=trainer)
    assert (participation.position, participation.role, participation.sex) == ("Chief inspector", "observer", "M")


def test_nobody_is_on_a_roster_twice(trainer, session):
    registration = Registration(person=PersonFactory(given_name="Arta", family_name="Testi"))
    register(session=session, registration=registration, by=trainer)
    with pytest.raises(ValidationError, match="Arta Testi is on the roster already"):
        register(session=session, registration=registration, by=trainer)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": SessionStatus.CLOSED}, "signed off"),
        ({"status": SessionStatus.CANCELLED}, "cancelled"),
        ({"kind": SessionKind.SERIES}, "A series has no roster"),
    ],
)
def test_a_session_that_takes_no_changes_says_why(administrator, fields, why):
    session = SessionFactory(**fields)
    with pytest.raises(ValidationError, match=why):
        register(session=session, registration=Registration(person=PersonFactory()), by=administrator)
    assert not Participation.objects.exists()


def test_a_session_signed_off_meanwhile_is_noticed_although_the_page_was_loaded_before(request, session):
    type(session).objects.filter(pk=session.pk).update(status=SessionStatus.CLOSED)
    for who, refusal in {"administrator": ValidationError, "trainer": PermissionDenied}.items():
        with pytest.raises(refusal, match="signed off"):
            register(
                session=session,
                registration=Registration(person=PersonFactory()),
                by=request.getfixturevalue(who),
            )


@pytest.mark.parametrize("who", ["other_trainer", "coordinator", "auditor", "officer"])
def test_only_who_may_change_the_roster_does(request, who, session):
    stranger = request.getfixturevalue(who)
    participation = ParticipationFactory(session=session)
    with pytest.raises(PermissionDenied):
        register(session=session, registration=Registration(person=PersonFactory()), by=stranger)
    with pytest.raises(PermissionDenied):
        change(participation=participation, by=stranger, role=Role.TRAINER)
    with pytest.raises(PermissionDenied):
        withdraw(participation=participation, by=stranger)


def test_many_are_registered_in_a_constant_number_of_queries(trainer, session, django_assert_max_num_queries):
    registrations = [Registration(person=PersonFactory()) for _ in range(40)]
    with django_assert_max_num_queries(12):
        made = register_many(session=session, registrations=registrations, by=trainer)
    assert len(made) == 40
    assert TrailEntry.objects.get(action="people registered").records == {"participation": [m.pk for m in made]}


def test_someone_added_after_delivery_without_a_register_counts_like_the_others(trainer, session):
    type(session).objects.filter(pk=session.pk).update(status=SessionStatus.DELIVERED)
    register(session=session, registration=Registration(person=PersonFactory()), by=trainer)
    assert Participation.objects.get().outcome == Outcome.ATTENDED


def test_role_and_position_change_and_the_trail_names_the_fields_only(trainer, session):
    participation = ParticipationFactory(session=session, position="Inspector")
    change(participation=participation, by=trainer, role=Role.TRAINER, position="Chief  inspector ")
    participation.refresh_from_db()
    assert (participation.role, participation.position) == (Role.TRAINER, "Chief inspector")
    entry = TrailEntry.objects.get()
    assert entry.detail == {"fields": ["position", "role"]}


def test_a_change_that_changes_nothing_leaves_no_trace(trainer, session):
    participation = ParticipationFactory(session=session, position="Inspector")
    change(participation=participation, by=trainer, role=Role.TRAINEE, position="Inspector")
    assert not TrailEntry.objects.exists()


def test_an_unknown_role_is_refused_with_those_there_are(trainer, session):
    with pytest.raises(ValidationError, match="trainee, trainer, observer, organiser"):
        change(participation=ParticipationFactory(session=session), by=trainer, role="guest")


def test_who_withdraws_leaves_the_figures_and_comes_back_with_their_marks(trainer, session):
    participation = ParticipationFactory(session=session)
    Attendance.objects.create(participation=participation, day=session.days.get(), mark=Mark.PRESENT)
    withdraw(participation=participation, by=trainer)
    assert (participation.outcome, participation.withdrawn_at is None) == (Outcome.WITHDRAWN, False)
    assert participation.attendance.count() == 1
    withdraw(participation=participation, by=trainer, back=True)
    assert (participation.outcome, participation.withdrawn_at) == (Outcome.COMPLETED, None)
    actions = list(TrailEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["participation withdrawn", "participation taken back in"]


def test_withdrawing_twice_keeps_the_first_time(trainer, session):
    participation = ParticipationFactory(session=session)
    withdraw(participation=participation, by=trainer)
    first = participation.withdrawn_at
    withdraw(participation=participation, by=trainer)
    assert participation.withdrawn_at == first
    assert TrailEntry.objects.count() == 1


def test_an_institution_that_is_wrong_can_be_taken_away(trainer, session):
    participation = ParticipationFactory(session=session)
    change(participation=participation, by=trainer, institution_name="")
    participation.refresh_from_db()
    assert participation.institution is None
