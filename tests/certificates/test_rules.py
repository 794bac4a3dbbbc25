"""The rule of a training's version: kept by editors, and carried out at sign-off where it says so."""

import pytest
from django.core import mail
from django.urls import reverse

from certificates.models import Certificate, CertificateRule
from tests.factories import AccountFactory
from training.choices import SessionStatus
from training.models import Person, Session, TrailEntry
from training.services.closing import sign_off

pytestmark = pytest.mark.django_db


def test_an_editor_keeps_the_rule_of_a_training(client_of, editor, training):
    client = client_of(editor)
    client.post(reverse("certificaterule:add"), {"training": training.pk, "gives_completion": "on", "months_valid": 24})
    rule = CertificateRule.objects.get()
    assert (rule.training, rule.gives_attendance, rule.months_valid, rule.automatic) == (training, False, 24, False)
    assert TrailEntry.objects.get().records == {"certificaterule": [rule.pk]}
    assert client.get(reverse("certificaterule:index")).status_code == 200
    refused = client.post(reverse("certificaterule:edit", args=[rule.pk]), {"training": training.pk, "months_valid": 0})
    assert "greater than or equal to 1" in refused.content.decode()


@pytest.mark.parametrize("role", ["trainer", "manager", "coordinator", "auditor", "officer"])
def test_nobody_else_keeps_rules(client_of, role):
    answer = client_of(AccountFactory(roles=[role])).get(reverse("certificaterule:index"), follow=True)
    assert answer.status_code == 403


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
    delivered, training, trainer, settings, tmp_path, django_capture_on_commit_callbacks
):
    CertificateRule.objects.create(training=training, automatic=True)
    settings.CERTIFICATE_P12 = str(tmp_path / "missing.p12")
    with django_capture_on_commit_callbacks(execute=True):
        sign_off(session=delivered, by=trainer)
    assert Session.objects.get(pk=delivered.pk).status == SessionStatus.CLOSED
    assert not Certificate.objects.exists()
