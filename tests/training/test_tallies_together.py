"""Rosters changed, tallied and asked about at the same moment: real threads, on PostgreSQL and on a SQLite file."""

import pytest
from django.db import transaction

from tests.factories import ParticipationFactory, PersonFactory, SessionFactory
from tests.together import asked
from training.choices import Outcome, SessionStatus
from training.models import Participation, RosterTally, Session
from training.services.roles import ensure_roles
from training.services.tallies import keep_tallies
from training.statistics.engine import ask
from training.statistics.question import Question
from training.statistics.rules import broken_rules

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 25


@pytest.fixture
def sessions():
    ensure_roles()
    sessions = [SessionFactory(status=SessionStatus.DELIVERED) for _one in range(3)]
    for session in sessions:
        for _person in range(4):
            ParticipationFactory(session=session, outcome=Outcome.ATTENDED, days_attended=1)
    return sessions


def keep():
    for _round in range(ROUNDS):
        keep_tallies(Session.objects.all())


def change(sessions):
    """Each time in one transaction one person less here, one more there, and another one in the place of a third."""
    for turn in range(ROUNDS):
        here, there = sessions[turn % 3], sessions[(turn + 1) % 3]
        with transaction.atomic():
            there_now = Participation.objects.filter(session=here, outcome=Outcome.ATTENDED).order_by("pk")
            one = there_now.select_for_update().first()
            if one is None:  # somebody else took them at this moment
                continue
            Participation.objects.filter(pk=one.pk).update(outcome=Outcome.ABSENT)
            new = ParticipationFactory(
                session=there, person=PersonFactory(institution=None), outcome=Outcome.ATTENDED, days_attended=1
            )
            Participation.objects.filter(pk=new.pk).update(person=PersonFactory(institution=None))


def totals():
    """Participations and unique people, again and again."""
    whole = (ask(Question(measures=("participations", "people"))).total for _round in range(ROUNDS))
    return [(total["participations"], total["people"]) for total in whole]


def test_nobody_is_counted_twice_or_not_at_all_at_any_moment(together, sessions):
    together.begin()
    (_nothing, _none, seen), errors = together(keep, lambda: change(sessions), totals)
    assert errors == []
    assert set(seen) == {(12, 12)}


def test_a_tally_made_while_others_change_the_roster_is_right_or_not_there(together, sessions):
    together.begin()
    _results, errors = together(keep, lambda: change(sessions), lambda: change(sessions[::-1]), keep)
    assert errors == []
    found = asked(lambda: broken_rules(Session.objects.all()))
    assert [one.message for one in found if "tally" in one.message] == []
    asked(keep)
    assert asked(RosterTally.objects.count) == 3
    assert asked(totals)[0] == (12, 12)
