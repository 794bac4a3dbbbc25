"""One rule in two forms: what is said of one person with reasons, and what the database is asked of any number."""

from itertools import product

import pytest
from django.utils import timezone

from certificates.models import CertificateRule
from certificates.services.eligibility import DUE, ground_of, standing_of, why_not_yet
from tests.factories import ParticipationFactory, PersonFactory, SessionFactory
from training.choices import Modality, Outcome, Role, SessionKind, SessionStatus
from training.models import Participation, Training

pytestmark = pytest.mark.django_db
SESSIONS = [
    *({"status": status, "modality": modality} for status, modality in product(SessionStatus, ["", *Modality])),
    {"status": SessionStatus.CLOSED, "kind": SessionKind.SERIES},
]
PEOPLE = [
    *({"outcome": outcome, "days_attended": days} for outcome, days in product(Outcome, [None, 0, 1])),
    {"outcome": Outcome.COMPLETED, "days_attended": 1, "role": Role.TRAINER},
]


def test_both_forms_say_the_same_of_everybody(training):
    people = PersonFactory.create_batch(len(PEOPLE))
    other = Training.objects.create(title="Other", topic=training.topic)
    rules = {(True, False): training, (False, True): other}
    for (attendance, completion), one in rules.items():
        CertificateRule.objects.create(training=one, gives_attendance=attendance, gives_completion=completion)
    for facts, held in product(SESSIONS, [None, *rules.values()]):
        session = SessionFactory(training=held, length=1, **facts)
        for person, known in zip(people, PEOPLE, strict=True):
            left = timezone.now() if known["outcome"] == Outcome.WITHDRAWN else None
            ParticipationFactory(session=session, person=person, withdrawn_at=left, **known)
    said, asked = {}, dict(Participation.objects.annotate(due=DUE).values_list("pk", "due"))
    for session in {one.session for one in Participation.objects.select_related("session__training")}:
        ground, ready = ground_of(session), not why_not_yet(session)
        for one in session.participations.all():
            said[one.pk] = str(standing_of(one, ground).kind or "") if ready else ""
    assert asked == said
    assert set(said.values()) == {"", "attendance", "completion"}
