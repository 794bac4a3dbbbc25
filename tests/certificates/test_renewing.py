"""Expiry and renewal: by completing a shorter course that the training's rule names."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from certificates.choices import State
from certificates.models import Certificate, CertificateRule
from certificates.services.checking import check_serial
from certificates.services.deciding import revoke, supersede
from certificates.services.issuing import issue_one, issue_session
from certificates.services.renewing import running_out, ways_of
from tests.factories import ParticipationFactory, PersonFactory, SessionFactory
from training.choices import Outcome, SessionStatus
from training.models import Account, Training

pytestmark = pytest.mark.django_db
LONG_AGO, LATER, LATER_STILL = date(2022, 3, 30), date(2024, 2, 10), date(2026, 2, 9)


@pytest.fixture
def short(training):
    """The shorter course that renews; it has no rule of its own."""
    return Training.objects.create(title="Refresher", topic=training.topic, hours=6)


@pytest.fixture
def rule(training, short):
    rule = CertificateRule.objects.create(training=training, months_valid=24)
    rule.renewed_by.add(short)
    return rule


@pytest.fixture
def holder(rule):
    return PersonFactory(given_name="Ljiljana")


@pytest.fixture
def issues():
    """The certificate of one person in a session of that training, held and signed off on one day."""

    def run(training, person, day, **facts):
        training.refresh_from_db()
        session = SessionFactory(training=training, start=day, status=SessionStatus.CLOSED)
        known = {"days_attended": 1, "outcome": Outcome.COMPLETED} | facts
        ParticipationFactory(session=session, person=person, **known)
        (made,) = issue_session(session=session, by=Account.objects.system()).made
        return made

    return run


def test_the_renewal_points_to_the_old_one_and_is_valid_as_long_again(training, short, holder, issues):
    old = issues(training, holder, LONG_AGO)
    new = issues(short, holder, LATER)
    assert (str(old.expires_on), old.renews) == ("2024-03-30", None)
    assert (new.renews, new.content["renews"], str(new.expires_on)) == (old, old.serial, "2026-02-10")
    assert (new.content["title"], new.content["hours"]) == ("Refresher", "6")
    assert check_serial(old.serial).state == State.EXPIRED
    again = issues(short, holder, LATER_STILL)
    assert (again.renews, str(again.expires_on)) == (new, "2028-02-09")


def test_the_rule_of_the_shorter_course_says_otherwise_for_how_long(training, short, holder, issues):
    CertificateRule.objects.create(training=short, months_valid=6)
    issues(training, holder, LONG_AGO)
    assert str(issues(short, holder, LATER).expires_on) == "2024-08-10"


def test_nothing_is_renewed_by_attendance_or_by_another_training_or_for_somebody_else(training, short, holder, issues):
    old = issues(training, holder, LONG_AGO)
    other = Training.objects.create(title="Other", topic=training.topic)
    found = [
        issues(short, holder, LATER, outcome=Outcome.ATTENDED),
        issues(other, holder, LATER),
        issues(short, PersonFactory(), LATER),
    ]
    assert {(one.renews, one.content["renews"], one.expires_on) for one in found} == {(None, "", None)}
    revoke(certificate=old, by=Account.objects.system(), reason="Wrong person.")
    assert issues(short, holder, LATER_STILL).renews is None


def test_a_corrected_certificate_is_renewed_in_its_last_form_and_a_corrected_renewal_keeps_pointing(
    training, short, holder, issues
):
    system = Account.objects.system()
    old = issues(training, holder, LONG_AGO)
    corrected = supersede(certificate=old, by=system, reason="Misspelt.")
    new = issues(short, holder, LATER)
    assert new.renews == corrected
    again = supersede(certificate=new, by=system, reason="Misspelt.")
    assert (again.renews, again.content["renews"], again.expires_on) == (corrected, corrected.serial, new.expires_on)
    last = supersede(certificate=corrected, by=system, reason="Misspelt again.")
    assert ways_of([last])[last.pk].is_renewed


def test_one_who_may_decide_renews_with_a_reason_what_was_not_completed(training, short, holder, issues):
    old = issues(training, holder, LONG_AGO)
    short.refresh_from_db()
    session = SessionFactory(training=short, start=LATER, status=SessionStatus.CLOSED)
    one = ParticipationFactory(session=session, person=holder, days_attended=0, outcome=Outcome.ABSENT)
    given = issue_one(
        participation=one, by=Account.objects.system(), kind="completion", override_reason="Took the test elsewhere."
    )
    assert given.renews == old


def test_what_a_certificate_renews_is_frozen(training, short, holder, issues):
    issues(training, holder, LONG_AGO)
    new = issues(short, holder, LATER)
    with pytest.raises(DatabaseError, match="stays as it was issued"), transaction.atomic():
        Certificate.objects.filter(pk=new.pk).update(renews=None)


def test_who_runs_out_and_what_they_can_do(training, short, holder, issues, django_assert_num_queries):
    old, other = issues(training, holder, LONG_AGO), issues(training, PersonFactory(), LATER_STILL)
    everything = Certificate.objects.all()
    assert list(running_out(everything)) == [old]
    assert set(running_out(everything, before=date(2028, 2, 10))) == {old, other}
    with django_assert_num_queries(2):
        ways = ways_of([old, other])
    assert ways[old.pk].trainings == ways[other.pk].trainings == ("Refresher (1)",)
    assert (ways[old.pk].is_near, ways[other.pk].is_near) == (True, False)
    new = issues(short, holder, LATER_STILL)
    assert list(running_out(everything)) == []
    assert ways_of([new])[new.pk].trainings == ("Refresher (1)",)
    revoke(certificate=new, by=Account.objects.system(), reason="Wrong person.")
    assert list(running_out(everything)) == [old]
