"""A signed-off session whose people are due different things, as the services of the register would have left it."""

import pytest

from certificates.services.issuing import issue_session
from tests.factories import ParticipationFactory, PersonFactory, ProjectFactory, SessionFactory, TopicFactory
from training.choices import Mark, SessionStatus
from training.models import Participation, Training
from training.services.attendance import mark_each
from training.services.closing import sign_off


@pytest.fixture
def training(db):
    return Training.objects.create(title="Weapons categorization", topic=TopicFactory(), hours=18)


@pytest.fixture
def delivered(training, trainer, manager):
    """Three days; Ardita was there on all, Bojan on one, Cvetana on none. Trainer and manager may change it."""
    project = ProjectFactory(title="Borders and customs")
    manager.projects.add(project)
    session = SessionFactory(
        training=training, project=project, created_by=trainer, length=3, status=SessionStatus.OPEN, place="Skopje"
    )
    days = {"Ardita": 3, "Бојан": 1, "Cvetana": 0}
    there = {}
    for given, number in days.items():
        person = PersonFactory(given_name=given, family_name="Ќе́ramiđi-Test" if number == 1 else "Shtegu-Testi")
        there[ParticipationFactory(session=session, person=person).pk] = number
    for place, day in enumerate(session.days.order_by("date")):
        marks = {pk: str(Mark.PRESENT if place < number else Mark.ABSENT) for pk, number in there.items()}
        mark_each(session=session, day=day, marks=marks, by=trainer)
    return session


@pytest.fixture
def closed(delivered, trainer):
    return sign_off(session=delivered, by=trainer)


@pytest.fixture
def issued(closed, trainer):
    """The session's certificates by first name."""
    found = issue_session(session=closed, by=trainer)
    assert found.failed == []
    return {one.content["name"].split()[0]: one for one in found.made}


@pytest.fixture
def person_of(closed):
    """Somebody's participation by first name."""

    def find(given):
        return Participation.objects.select_related("session", "person").get(session=closed, person__given_name=given)

    return find
