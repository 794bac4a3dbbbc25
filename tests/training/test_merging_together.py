"""Two records made one while somebody registers or marks one of them: no row is lost, no merge is half.

Real threads, on PostgreSQL and on a SQLite file. Whoever comes second sees what the first has done, or is refused.
"""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.factories import AccountFactory, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.together import asked
from training.choices import Mark, SessionStatus
from training.models import Attendance, AttendanceEvent, Participation, Person, PersonMerge
from training.services import attendance
from training.services.person_merging import merge_people, undo_person_merge
from training.services.registering import Registration, register, withdraw
from training.services.roles import ensure_roles

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


class Scene:
    """Two records of one person, one of them in a session that runs, and two people at work on them."""

    def __init__(self):
        ensure_roles()
        self.home = JurisdictionFactory(code="MK")
        self.coordinator = AccountFactory(email="coordinator@example.org", roles=["coordinator"])
        self.coordinator.jurisdictions.add(self.home)
        self.trainer = AccountFactory(email="trainer@example.org", roles=["trainer"])
        self.pairs = [self.pair() for _round in range(ROUNDS)]

    def pair(self):
        today = {"start": timezone.localdate(), "status": SessionStatus.OPEN}
        session, other = (SessionFactory(created_by=self.trainer, jurisdictions=[self.home], **today) for _ in range(2))
        keep, away = (PersonFactory(jurisdiction=self.home) for _ in range(2))
        return keep, away, session, other, ParticipationFactory(session=session, person=away)

    def merge_all(self):
        return [merge_people(keep=keep, away=away, by=self.coordinator) for keep, away, *_ in self.pairs]

    def mark_all(self):
        for *_people, session, _other, participation in self.pairs:
            ids, day = [participation.pk], session.days.get()
            attendance.mark(session=session, day=day, participation_ids=ids, mark=Mark.LATE, by=self.trainer)


@pytest.fixture
def scene():
    return Scene()


def whole(keep, away):
    """Either nothing of a merge stands, or all of it: no participation is left with a record that stands for nobody."""
    record = Person.with_merged.get(pk=away.pk)
    standing = PersonMerge.objects.filter(keep=keep, away=away, undone_at=None).count()
    left = Participation.objects.filter(person=away).count()
    return (standing, record.merged_into_id, left) if standing else (0, record.merged_into_id, None)


def tried(work):
    """What it returns, or the refusal; anything else is a fault."""
    try:
        return work()
    except ValidationError as refused:
        return refused


def test_registering_the_record_that_is_being_merged(together, scene):
    together.begin()

    def register_all():
        found = []
        for _keep, away, _session, other, _participation in scene.pairs:
            registration = Registration(person=away)
            found.append(tried(partial(register, session=other, registration=registration, by=scene.trainer)))
        return found

    (_merges, registered), errors = together(scene.merge_all, register_all)
    assert errors == []
    for (keep, away, session, other, _participation), came in zip(scene.pairs, registered, strict=True):
        assert asked(lambda k=keep, a=away: whole(k, a)) == (1, keep.pk, 0)
        rows = asked(lambda s=other: list(Participation.objects.filter(session=s).values_list("person", flat=True)))
        assert rows == ([] if isinstance(came, ValidationError) else [keep.pk])
        assert asked(Participation.objects.filter(session=session, person=keep).count) == 1


def test_marking_the_participation_that_moves(together, scene):
    together.begin()

    _results, errors = together(scene.merge_all, scene.mark_all)
    assert errors == []
    for keep, away, _session, _other, participation in scene.pairs:
        assert asked(lambda k=keep, a=away: whole(k, a)) == (1, keep.pk, 0)
        assert asked(Attendance.objects.filter(participation=participation.pk, mark=Mark.LATE).count) == 1
        assert asked(AttendanceEvent.objects.filter(participation=participation.pk).count) == 1
        assert asked(lambda pk=participation.pk: Participation.objects.get(pk=pk).person_id) == keep.pk


def test_marking_while_a_merge_is_taken_back(together, scene):
    """The undo is whole where it comes first, and refused where the mark does: it never takes a row that changed."""
    merges = scene.merge_all()
    together.begin()

    def undo_all():
        return [tried(lambda one=one: undo_person_merge(merge=one, by=scene.coordinator)) for one in merges]

    (undone, _none), errors = together(undo_all, scene.mark_all)
    assert errors == []
    for (keep, away, _session, _other, participation), came in zip(scene.pairs, undone, strict=True):
        owner = asked(lambda pk=participation.pk: Participation.objects.get(pk=pk).person_id)
        state = asked(lambda k=keep, a=away: whole(k, a))
        if isinstance(came, ValidationError):
            assert (owner, state) == (keep.pk, (1, keep.pk, 0))
        else:
            assert (owner, state) == (away.pk, (0, None, None))
        assert asked(Attendance.objects.filter(participation=participation.pk, mark=Mark.LATE).count) == 1


def test_withdrawing_while_a_merge_is_taken_back(together, scene):
    merges = scene.merge_all()
    together.begin()

    def undo_all():
        return [tried(lambda one=one: undo_person_merge(merge=one, by=scene.coordinator)) for one in merges]

    def withdraw_all():
        return [tried(lambda one=pair[-1]: withdraw(participation=one, by=scene.trainer)) for pair in scene.pairs]

    (undone, _none), errors = together(undo_all, withdraw_all)
    assert errors == []
    for (keep, away, _session, _other, participation), came in zip(scene.pairs, undone, strict=True):
        row = asked(lambda pk=participation.pk: Participation.objects.get(pk=pk))
        assert row.withdrawn_at is not None
        assert row.person_id == (keep.pk if isinstance(came, ValidationError) else away.pk)


def test_two_merges_of_the_same_records_at_the_same_moment_are_one(together, scene):
    keep, away, *_rest, participation = scene.pairs[0]
    together.begin()
    results, errors = together(
        lambda: merge_people(keep=keep, away=away, by=scene.coordinator),
        lambda: merge_people(keep=away, away=keep, by=scene.coordinator),
    )
    assert len(errors) == 1
    assert asked(PersonMerge.objects.count) == 1
    [merge] = [one for one in results if one is not None]
    assert asked(lambda: Participation.objects.get(pk=participation.pk).person_id) == merge.keep_id
