"""Two processes that issue the same session at once: no certificate twice, and none forgotten."""

import json

import pytest

from certificates.models import Certificate
from tests.factories import ParticipationFactory, PersonFactory, SessionFactory
from tests.together import asked
from training.choices import SessionStatus

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 12


def test_two_processes_make_no_duplicate(start, tmp_path):
    session = SessionFactory(status=SessionStatus.CLOSED)
    for _number in range(PEOPLE):
        ParticipationFactory(session=session, person=PersonFactory(), days_attended=1, outcome="completed")
    both = [start("issue_certificates", session.key, "--report", "json") for _process in range(2)]
    ended = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], ended
    reports = [json.loads(out) for out, _errors in ended]
    serials = [one["serial"] for report in reports for one in report["issued"]]
    assert len(serials) == len(set(serials)) == PEOPLE
    assert sorted(asked(lambda: list(Certificate.objects.values_list("serial", flat=True)))) == sorted(serials)
    assert {report["had_one"] + len(report["issued"]) for report in reports} == {PEOPLE}
    assert len(list((tmp_path / "certificates").rglob("*.pdf"))) == PEOPLE
