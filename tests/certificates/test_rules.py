"""The rule of a training's version, kept by editors."""

import pytest
from django.urls import reverse

from certificates.models import CertificateRule
from tests.factories import AccountFactory
from training.models import TrailEntry

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
