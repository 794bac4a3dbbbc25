"""Contradictions as plain data, for pages and reports."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import JurisdictionFactory, ProjectFactory, SessionFactory
from tests.training.figures import by_jurisdiction, by_sex, headcount_of, source_called
from training.choices import SessionStatus
from training.models import Session
from training.services.decisions import decide
from training.statistics.reconciliation_notes import reconciliation_notes

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    return SessionFactory(
        key="converted", title="Converted", status=SessionStatus.DELIVERED, project=ProjectFactory(title="Borders")
    )


def only():
    [note] = reconciliation_notes(Session.objects.all())
    return note


def test_a_note_says_where_how_much_and_after_whom(session):
    headcount_of(session, 119, by_sex(M=75, F=24), quote="75 men and 24 women", source=source_called("s"))
    note = only()
    assert (note.session_title, note.project_title) == ("Converted", "Borders")
    assert (note.stated, note.found, note.difference) == (119, 99, -20)
    assert (note.quote, note.source, note.source_key) == ("75 men and 24 women", "SEESAC", "s")
    assert (note.kind, note.decision, note.decided_at) == ("cells", "", None)


def test_a_decision_comes_with_its_reason_who_and_when(session, administrator):
    headcount_of(session, 119, by_sex(M=75, F=24))
    decision = decide(by=administrator, fingerprint=only().fingerprint, reason="The parts are right.")
    note = only()
    assert (note.decision, note.decided_by, note.decided_at) == (
        "The parts are right.",
        str(administrator),
        decision.at,
    )


def test_a_broken_rule_has_no_two_figures(session):
    session.jurisdictions.set([JurisdictionFactory(code="MK")])
    headcount_of(session, 3, by_jurisdiction(RS=3))
    note = only()
    assert (note.kind, note.stated, note.found, note.difference) == ("rule", None, None, None)
    assert "not among the session's jurisdictions" in note.message


def test_a_note_can_be_kept_as_json(session, administrator):
    headcount_of(session, 119, by_sex(M=75, F=24))
    decide(by=administrator, fingerprint=only().fingerprint, reason="Fine")
    kept = json.loads(json.dumps(only().plain()))
    assert (kept["difference"], kept["decision"], kept["session_key"]) == (-20, "Fine", "converted")
    assert kept["decided_at"].startswith(f"{only().decided_at:%Y-%m-%d}")


def test_only_sessions_asked_for_are_looked_at(session):
    headcount_of(session, 119, by_sex(M=75, F=24))
    assert reconciliation_notes(Session.objects.exclude(pk=session.pk)) == []


def test_the_number_of_queries_does_not_grow(session):
    headcount_of(session, 119, by_sex(M=75, F=24))
    with CaptureQueriesContext(connection) as with_one:
        only()
    for _again in range(2):
        headcount_of(SessionFactory(), 10, by_sex(F=3))
    with CaptureQueriesContext(connection) as with_three:
        assert len(reconciliation_notes(Session.objects.all())) == 3
    assert len(with_three) == len(with_one)
