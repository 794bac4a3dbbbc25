"""Making, changing and copying a session: keys, days, whose it is, and what never gets lost."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import (
    JurisdictionFactory,
    ParticipationFactory,
    ProjectFactory,
    SessionFactory,
    TopicFactory,
)
from training.choices import Mark, Modality, Outcome, SessionKind, SessionStatus
from training.models import Headcount, Participation, Session, TrailEntry
from training.services.attendance import mark, undo
from training.services.sessions import copy_session, create_session, update_session

pytestmark = pytest.mark.django_db


def make(by, **details):
    return create_session(by=by, **{"title": "Postal detection", "topic": TopicFactory(), **details})


def dates(session):
    return [day.date for day in session.days.all()]


def test_a_session_from_friday_to_monday_has_four_days_because_weekends_are_training_days(trainer):
    session = make(trainer, start=date(2026, 5, 15), end=date(2026, 5, 18))
    assert dates(session) == [date(2026, 5, 15 + n) for n in range(4)]
    assert session.status == SessionStatus.PLANNED


def test_without_a_last_day_it_lasts_one_day(trainer):
    assert dates(make(trainer, start=date(2026, 5, 15))) == [date(2026, 5, 15)]


def test_a_self_paced_session_and_a_series_have_no_days(trainer):
    assert dates(make(trainer, start=date(2026, 5, 15), modality=Modality.SELF_PACED)) == []
    assert dates(make(trainer, start=date(2026, 5, 15), kind=SessionKind.SERIES)) == []


def test_more_than_sixty_days_are_refused_and_nothing_stays(trainer):
    with pytest.raises(ValidationError) as refusal:
        make(trainer, start=date(2026, 1, 1), end=date(2026, 3, 5))
    assert "at most 60" in refusal.value.message_dict["end"][0]
    assert not Session.objects.exists()


def test_the_last_day_is_not_before_the_first(trainer):
    with pytest.raises(ValidationError) as refusal:
        make(trainer, start=date(2026, 5, 15), end=date(2026, 5, 14))
    assert "end" in refusal.value.message_dict


def test_the_key_is_readable_in_latin_letters_and_never_taken_twice(trainer):
    keys = [make(trainer, title="Обука за оружје: Ѓорче", start=date(2026, 5, 15)).key for _ in range(3)]
    wanted = "obuka-za-oruzje-gjorce-2026-05-15"
    assert keys == [wanted, f"{wanted}-2", f"{wanted}-3"]


def test_the_key_of_a_long_title_is_cut_between_words(trainer):
    key = make(trainer, title="Investigation " * 14).key
    assert len(key) <= 100
    assert set(key.split("-")) == {"investigation"}


def test_an_undated_session_called_new_does_not_take_the_address_of_the_form(trainer):
    assert make(trainer, title="New").key == "new-2"


def test_the_trainer_who_creates_a_session_is_among_its_trainers(trainer, other_trainer):
    session = make(trainer, trainers=[other_trainer])
    assert set(session.trainers.all()) == {trainer, other_trainer}


def test_an_auditor_creates_nothing(auditor):
    with pytest.raises(PermissionDenied):
        make(auditor)


def test_a_manager_makes_sessions_of_their_own_projects_only(manager):
    own, other = ProjectFactory(title="Own project"), ProjectFactory()
    manager.projects.add(own)
    assert make(manager, project=own).project == own
    with pytest.raises(ValidationError) as refusal:
        make(manager, project=other)
    assert "Own project" in refusal.value.message_dict["project"][0]
    assert Session.objects.count() == 1


def test_a_manager_moves_no_session_to_a_project_that_is_not_theirs(manager):
    own, other = ProjectFactory(title="Own project"), ProjectFactory()
    manager.projects.add(own)
    session = SessionFactory(project=own)
    with pytest.raises(ValidationError) as refusal:
        update_session(by=manager, session=session, project=other)
    assert "Own project" in refusal.value.message_dict["project"][0]
    assert Session.objects.get().project == own


def test_a_trainer_does_not_take_themself_off_a_session_they_did_not_create(trainer, other_trainer):
    session = SessionFactory(created_by=other_trainer)
    session.trainers.add(trainer)
    with pytest.raises(ValidationError) as refusal:
        update_session(by=trainer, session=session, trainers=[other_trainer])
    assert "Keep yourself" in refusal.value.message_dict["trainers"][0]
    assert trainer in session.trainers.all()


def test_a_session_is_part_of_a_series_of_the_same_project_only(trainer):
    project = ProjectFactory()
    series = make(trainer, kind=SessionKind.SERIES, project=project)
    assert make(trainer, project=project, parent=series).parent == series
    with pytest.raises(ValidationError) as refusal:
        make(trainer, project=ProjectFactory(), parent=series)
    assert "parent" in refusal.value.message_dict


def test_a_session_with_a_headcount_does_not_become_a_series_that_nobody_counts(trainer):
    session = SessionFactory(created_by=trainer)
    Headcount.objects.create(session=session, total=40)
    with pytest.raises(ValidationError) as refusal:
        update_session(by=trainer, session=session, kind=SessionKind.SERIES)
    assert "would vanish" in refusal.value.message_dict["kind"][0]


def test_changing_dates_adds_and_drops_days(trainer):
    session = make(trainer, start=date(2026, 5, 13), end=date(2026, 5, 15))
    update_session(by=trainer, session=session, start=date(2026, 5, 14), end=date(2026, 5, 16))
    assert dates(session) == [date(2026, 5, 14), date(2026, 5, 15), date(2026, 5, 16)]


def test_a_day_with_marks_is_never_dropped_and_the_refusal_names_it(trainer):
    session = SessionFactory(created_by=trainer, start=date(2026, 5, 13), length=3)
    participation = ParticipationFactory(session=session)
    first = session.days.get(date=date(2026, 5, 13))
    mark(session=session, day=first, participation_ids=[participation.pk], mark=Mark.PRESENT, by=trainer)
    with pytest.raises(ValidationError) as refusal:
        update_session(by=trainer, session=session, start=date(2026, 5, 14))
    assert "13 May 2026" in str(refusal.value) or "May 13, 2026" in str(refusal.value)
    session.refresh_from_db()
    assert session.start == date(2026, 5, 13)
    assert len(dates(session)) == 3


def test_a_day_whose_marks_were_taken_back_keeps_its_history(trainer):
    session = SessionFactory(created_by=trainer, start=date(2026, 5, 13), length=2)
    participation = ParticipationFactory(session=session)
    first = session.days.first()
    mark(session=session, day=first, participation_ids=[participation.pk], mark=Mark.PRESENT, by=trainer)
    undo(session=session, day=first, by=trainer)
    with pytest.raises(ValidationError):
        update_session(by=trainer, session=session, start=date(2026, 5, 14))


def test_another_day_changes_what_completes_a_session(trainer):
    session = SessionFactory(created_by=trainer, start=date(2026, 5, 13), length=1)
    participation = ParticipationFactory(session=session)
    mark(
        session=session,
        day=session.days.get(),
        participation_ids=[participation.pk],
        mark=Mark.PRESENT,
        by=trainer,
    )
    assert Participation.objects.get().outcome == Outcome.COMPLETED
    update_session(by=trainer, session=session, end=date(2026, 5, 17))
    assert Participation.objects.get().outcome == Outcome.ATTENDED


def test_an_open_session_cannot_lose_its_project(trainer):
    session = SessionFactory(created_by=trainer)
    with pytest.raises(ValidationError) as refusal:
        update_session(by=trainer, session=session, project=None)
    assert "Choose a project" in refusal.value.message_dict["project"][0]


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(trainer):
    session = SessionFactory(created_by=trainer)
    seen = session.updated_at
    update_session(by=trainer, session=session, version=seen, place="Skopje")
    with pytest.raises(ValidationError) as refusal:
        update_session(by=trainer, session=session, version=seen, place="Tirana")
    assert refusal.value.code == "conflict"
    assert Session.objects.get().place == "Skopje"


@pytest.mark.parametrize("status", [SessionStatus.CLOSED, SessionStatus.CANCELLED])
def test_a_session_that_is_final_is_not_changed(administrator, status):
    session = SessionFactory(status=status)
    with pytest.raises(ValidationError):
        update_session(by=administrator, session=session, place="Tirana")


def test_a_stranger_changes_nothing(other_trainer):
    with pytest.raises(PermissionDenied):
        update_session(by=other_trainer, session=SessionFactory(), place="Tirana")


def test_a_copy_has_everything_but_roster_marks_and_figures(trainer):
    session = SessionFactory(
        created_by=trainer, start=date(2026, 5, 13), length=3, place="Ohrid", jurisdictions=[JurisdictionFactory()]
    )
    ParticipationFactory(session=session)
    copy = copy_session(session=session, by=trainer, start=date(2026, 6, 1))
    assert (copy.title, copy.place, copy.project) == (session.title, "Ohrid", session.project)
    assert list(copy.jurisdictions.all()) == list(session.jurisdictions.all())
    assert dates(copy) == [date(2026, 6, 1) + timedelta(days=n) for n in range(3)]
    assert copy.status == SessionStatus.PLANNED
    assert not copy.participations.exists()
    assert trainer in copy.trainers.all()


def test_a_stranger_copies_no_session_they_may_not_open(other_trainer):
    with pytest.raises(PermissionDenied):
        copy_session(session=SessionFactory(), by=other_trainer, start=None)


def test_the_trail_tells_which_fields_changed_and_no_values(trainer):
    session = SessionFactory(created_by=trainer)
    update_session(by=trainer, session=session, place="Tirana")
    entry = TrailEntry.objects.get(action="session changed")
    assert entry.detail == {"fields": ["place"]}
    assert (entry.by, entry.session) == (trainer, session)
