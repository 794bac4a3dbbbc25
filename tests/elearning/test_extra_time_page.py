"""A trainer gives one person of their edition more time in tests, from the page of who takes it."""

import pytest
from django.urls import reverse

from elearning.models import Enrolment
from tests.elearning.assessments import bank_course, begun, enrolled

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(trainer, officer):
    course = bank_course(time_limit_minutes=60)
    course.editions.get().session.trainers.add(trainer)
    return enrolled(course, officer)


def address_of(enrolment):
    participation = enrolment.participation
    return reverse("extra_time", args=[participation.session.key, participation.pk])


def test_its_trainer_gives_it_with_a_reason_and_an_open_attempt_gets_it_too(enrolment, trainer, client_of):
    attempt = begun(enrolment)
    client = client_of(trainer)
    cohort = client.get(reverse("cohort", args=[enrolment.participation.session.key])).content.decode()
    assert address_of(enrolment) in cohort
    assert "An attempt is open" in client.get(address_of(enrolment)).content.decode()
    done = client.post(address_of(enrolment), {"percent": 50, "reason": "Decided by the academy."}, follow=True)
    assert "has 50 % more time in tests." in done.content.decode()
    assert "50 %" in done.content.decode()
    before = attempt.deadline
    attempt.refresh_from_db()
    assert (attempt.deadline - before).total_seconds() == 30 * 60
    assert "Decided by the academy." in client.get(address_of(enrolment)).content.decode()


@pytest.mark.parametrize(
    "typed", [{"percent": 301, "reason": "Why."}, {"percent": 20, "reason": " "}, {"percent": "x", "reason": "Why."}]
)
def test_what_is_out_of_bounds_or_without_a_reason_is_refused(typed, enrolment, trainer, client_of):
    page = client_of(trainer).post(address_of(enrolment), typed)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert Enrolment.objects.get().extra_time_percent == 0


def test_another_trainer_does_not_find_it_and_the_officer_may_not(enrolment, other_trainer, officer, client_of):
    sent = {"percent": 50, "reason": "Please."}
    assert client_of(other_trainer).post(address_of(enrolment), sent).status_code == 404
    assert client_of(officer).post(address_of(enrolment), sent).status_code in (403, 404)
    assert Enrolment.objects.get().extra_time_percent == 0
