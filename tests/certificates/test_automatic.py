"""Certificates that issue themselves: at a sign-off, and on passing a course, where the training's rule says so."""

import json
from io import StringIO

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.utils import timezone

from certificates.models import Certificate, CertificateRule
from certificates.services.automatic import issue_for, resume
from tests.factories import ParticipationFactory, PersonFactory, SessionFactory
from training.choices import Modality, Outcome, SessionStatus
from training.models import Account, Person, TrailEntry
from training.services.closing import sign_off
from training.services.self_paced import complete

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(training):
    return CertificateRule.objects.create(training=training, automatic=True)


@pytest.fixture
def course(training):
    return SessionFactory(training=training, modality=Modality.SELF_PACED, status=SessionStatus.OPEN)


@pytest.fixture
def learner(course):
    person = PersonFactory(email="learner@police.example")
    return ParticipationFactory(session=course, person=person, outcome=Outcome.ATTENDED)


@pytest.fixture
def passes(django_capture_on_commit_callbacks):
    def run(participation):
        with django_capture_on_commit_callbacks(execute=True):
            complete(participation=participation, by=Account.objects.system(), score=None)
        participation.refresh_from_db()
        return participation

    return run


def test_passing_a_course_issues_its_certificate_at_once_and_writes_to_the_learner(rule, learner, passes):
    passes(learner)
    certificate = Certificate.objects.get()
    today = timezone.localdate().isoformat()
    assert certificate.participation == learner
    said = certificate.content
    assert (said["kind"], said["result"], said["start"], said["end"]) == ("completion", "course", today, today)
    assert [message.to for message in mail.outbox] == [["learner@police.example"]]


def test_passing_it_again_changes_nothing(rule, learner, passes):
    passes(learner)
    before = Certificate.objects.get(), passes(learner).completed_on
    assert (Certificate.objects.get(), passes(learner).completed_on) == before
    assert TrailEntry.objects.filter(action="course passed").count() == 1
    assert len(mail.outbox) == 1


def test_where_the_rule_leaves_it_to_people_nothing_is_issued(rule, learner, passes):
    CertificateRule.objects.update(automatic=False)
    passes(learner)
    assert issue_for(participation=learner, by=Account.objects.system()) is None
    assert not Certificate.objects.exists()


def test_who_has_not_passed_gets_none(rule, learner):
    assert issue_for(participation=learner, by=Account.objects.system()) is None


@pytest.mark.parametrize(
    ("session", "outcome", "why"),
    [
        ({"modality": Modality.IN_PERSON}, Outcome.ATTENDED, "follows from its register"),
        ({"status": SessionStatus.PLANNED}, Outcome.REGISTERED, "that is open"),
        ({"status": SessionStatus.CLOSED}, Outcome.ATTENDED, "that is open"),
        ({}, Outcome.WITHDRAWN, "withdrew"),
    ],
)
def test_no_other_session_and_nobody_who_withdrew_is_passed(course, session, outcome, why):
    for name, value in session.items():
        setattr(course, name, value)
    course.save()
    left = timezone.now() if outcome == Outcome.WITHDRAWN else None
    one = ParticipationFactory(session=course, outcome=outcome, withdrawn_at=left)
    with pytest.raises(ValidationError, match=why):
        complete(participation=one, by=Account.objects.system(), score=None)


def test_nobody_passes_a_course_for_somebody_else(learner, officer):
    with pytest.raises(PermissionDenied):
        complete(participation=learner, by=officer, score=None)


def test_a_course_holds_a_pass_although_the_certificate_cannot_be_made(rule, learner, passes):
    Person.objects.filter(pk=learner.person_id).update(given_name="漢")
    assert passes(learner).outcome == Outcome.COMPLETED
    assert not Certificate.objects.exists()


def test_what_a_stopped_worker_left_is_issued_by_the_next(rule, learner, course):
    complete(participation=learner, by=Account.objects.system(), score=None)  # and nothing runs what follows the commit
    ParticipationFactory(session=course, outcome=Outcome.ATTENDED)
    assert not Certificate.objects.exists()
    assert resume() == 1
    assert Certificate.objects.get().participation == learner
    assert resume() == 0


@pytest.mark.parametrize("automatic", [True, False])
def test_signing_off_issues_by_itself_only_where_the_rule_says_so(
    delivered, training, trainer, automatic, django_capture_on_commit_callbacks
):
    CertificateRule.objects.create(training=training, automatic=automatic)
    Person.objects.filter(given_name="Ardita").update(email="ardita@police.example")
    with django_capture_on_commit_callbacks(execute=True):
        sign_off(session=delivered, by=trainer)
    assert Certificate.objects.count() == (2 if automatic else 0)
    assert len(mail.outbox) == (1 if automatic else 0)


def test_a_certificate_that_fails_holds_up_no_sign_off(
    delivered, rule, trainer, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.CERTIFICATE_P12 = str(tmp_path / "missing.p12")
    with django_capture_on_commit_callbacks(execute=True):
        sign_off(session=delivered, by=trainer)
    delivered.refresh_from_db()
    assert delivered.status == SessionStatus.CLOSED
    assert not Certificate.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_command_reports_what_its_sign_off_issued_by_itself(rule, delivered):
    def report(*options):
        out = StringIO()
        call_command("issue_certificates", delivered.key, *options, report="json", stdout=out)
        return json.loads(out.getvalue())

    first, again = report("--sign-off"), report("--sign-off")
    assert [one["kind"] for one in first["issued"]] == ["attendance", "completion"]
    assert (first["had_one"], first["not_due"]) == (0, 1)
    assert (again["issued"], again["had_one"], again["not_due"]) == ([], 2, 1)
