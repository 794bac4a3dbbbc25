"""The transcript: all that somebody attended, every letter of it, for themselves and for who keeps their record."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.models import Certificate, CertificateRule
from certificates.services.deciding import supersede
from certificates.services.issuing import issue_session
from tests.certificates.papers import program, words_of
from tests.certificates.test_pdf import POOLS, every_name
from tests.factories import AccountFactory, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from training.choices import Modality, Outcome, Role, SessionStatus
from training.models import Person, TrailEntry, Training

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]
OWN = "/certificates/transcript/"


@pytest.fixture
def person(officer):
    return PersonFactory(
        given_name="Ђурђица", family_name="Џбунић-Тест", jurisdiction=JurisdictionFactory(code="XK"), account=officer
    )


@pytest.fixture
def attended(person, training, manager):
    """Completed with a certificate, attended elsewhere as a trainer, a course; and a session they were absent from."""
    CertificateRule.objects.create(training=training, months_valid=24)
    training.refresh_from_db()
    session = SessionFactory(
        training=training, length=3, start=date(2026, 4, 30), status=SessionStatus.CLOSED, place="Pristina, Kosovo"
    )
    manager.projects.add(session.project)
    ParticipationFactory(session=session, person=person, days_attended=3, outcome=Outcome.COMPLETED)
    (made,) = issue_session(session=session, by=manager).made
    other = SessionFactory(title="Evidence <b>handling</b>", start=date(2026, 6, 1), status=SessionStatus.DELIVERED)
    ParticipationFactory(session=other, person=person, role=Role.TRAINER, outcome=Outcome.ATTENDED)
    short = Training.objects.create(title="Postal detection", topic=training.topic, hours="2.5")
    course = SessionFactory(training=short, modality=Modality.SELF_PACED, start=date(2026, 1, 1))
    done = date(2026, 7, 9)
    ParticipationFactory(session=course, person=person, outcome=Outcome.COMPLETED, completed_on=done)
    missed = SessionFactory(title="Missed altogether", status=SessionStatus.CLOSED)
    ParticipationFactory(session=missed, person=person, days_attended=0, outcome=Outcome.ABSENT)
    return made


def test_it_says_everything_they_attended_and_what_became_of_it(client_of, officer, attended):
    answer = client_of(officer).get(OWN)
    entry = TrailEntry.objects.get(action="transcript taken")
    assert (entry.by, entry.detail) == (officer, {"sessions": 3})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="evidenca-transcript-{entry.pk}.pdf"'
    said = words_of(answer.content)
    for text in (
        "Ђурђица Џбунић-Тест", "30 April – 2 May 2026", "Weapons categorization", "18", "3 of 3", "Completed",
        "Pristina, Kosovo*", f"Certificate of completion {attended.serial}, valid until 2 May 2028",
        "Evidence <b>handling</b>", "as trainer", "9 July 2026", "Postal detection", "2.5", "Sessions: 3", "20.5",
        f"No. {entry.pk}", "resolution 1244", "/verify/",
    ):  # fmt: skip
        assert text in said, text
    assert "Missed" not in said
    assert all(" yes " in line for line in program("pdffonts", "FILE", pdf=answer.content).decode().splitlines()[2:])


def test_every_letter_of_every_script_is_drawn(client_of, officer, person):
    """Each demo name once, as the place where one session was held."""
    names = [name for pool in POOLS.values() for name in every_name(pool)]
    for name in names:
        session = SessionFactory(place=name, start=None, end=None)
        ParticipationFactory(session=session, person=person, outcome=Outcome.ATTENDED)
    said = words_of(client_of(officer).get(OWN).content)
    assert [name for name in names if name.split()[0] not in said or name.split()[-1] not in said] == []
    assert "\ufffd" not in said


def test_a_letter_that_no_font_has_is_refused_and_said(client_of, officer, person):
    Person.objects.filter(pk=person.pk).update(given_name="漢")
    page = client_of(officer).get(OWN, follow=True).content.decode()
    assert "no font here has 漢" in page
    assert not TrailEntry.objects.filter(action="transcript taken").exists()


def test_whoever_attended_nothing_has_a_transcript_that_says_so(client_of, officer, person):
    assert "no session that this person attended" in words_of(client_of(officer).get(OWN).content)
    assert OWN not in client_of(officer).get(reverse("own_certificates")).content.decode()


def test_only_oneself_and_who_keeps_the_record_gets_it(client_of, coordinator, manager, trainer, auditor, attended):
    path = f"/people/{attended.participation.person_id}/transcript/"
    assert client_of(coordinator).get(path).status_code == 404
    for account in (manager, trainer, auditor):
        assert client_of(account).get(path).status_code == 403
        assert client_of(account).get(OWN).status_code == 403
    coordinator.jurisdictions.add(attended.participation.person.jurisdiction)
    assert "Џбунић" in words_of(client_of(coordinator).get(path).content)
    assert path in client_of(coordinator).get(f"/people/{attended.participation.person_id}/").content.decode()
    assert client_of(AccountFactory(roles=["officer"])).get(OWN).status_code == 404


def test_it_costs_as_many_queries_with_three_more_sessions(client_of, officer, person, attended):
    client = client_of(officer)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(OWN).status_code == 200
        return len(captured)

    before = queries()
    for _number in range(3):
        ParticipationFactory(person=person, days_attended=1, outcome=Outcome.ATTENDED)
    assert queries() == before


def test_the_page_of_ones_own_says_what_runs_out_and_what_to_do(client_of, officer, attended, training, manager):
    page = client_of(officer).get(reverse("own_certificates")).content.decode()
    assert OWN in page
    assert "It cannot be renewed: ask your coordinator" in page
    rule = CertificateRule.objects.get(training=training)
    rule.renewed_by.add(Training.objects.get(title="Postal detection"))
    new = supersede(certificate=Certificate.objects.get(pk=attended.pk), by=manager, reason="Misspelt.")
    page = client_of(officer).get(reverse("own_certificates")).content.decode()
    assert "To renew it, complete Postal detection (1)" in page
    assert page.count(new.serial) > 0
    assert "Earlier forms that a corrected one has replaced" in page
