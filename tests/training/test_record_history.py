"""The page of what changed on a record: values for those whose work it is, field names for auditors, nothing else."""

import pytest
from auditlog.context import set_actor
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from tests.factories import (
    InstitutionFactory,
    InstitutionTypeFactory,
    JurisdictionFactory,
    ParticipationFactory,
    PersonFactory,
    SessionFactory,
)
from training.choices import Sex
from training.models import TrailEntry
from training.services.erasure import erase_person
from training.services.record_history import history_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(coordinator):
    home = JurisdictionFactory(code="MK")
    coordinator.jurisdictions.add(home)
    return home


@pytest.fixture
def person(home, coordinator):
    """Put right twice by the coordinator."""
    person = PersonFactory(jurisdiction=home, position="Clerk", institution=InstitutionFactory(name="Old post"))
    LogEntry.objects.all().delete()
    with set_actor(coordinator):
        person.position = "Inspector"
        person.institution = InstitutionFactory(name="New post", jurisdiction=home)
        person.sex = "U"
        person.save()
    return person


def page_of(client, kind, record):
    return client.get(reverse("record_changes", args=[kind, record.pk]))


def test_a_coordinator_reads_before_and_after_in_words(person, coordinator, client_of):
    html = page_of(client_of(coordinator), "person", person).content.decode()
    for word in (
        "Clerk",
        "Inspector",
        "Old post",
        "New post",
        "Position",
        str(coordinator),
        str(Sex.NOT_RECORDED.label),
    ):
        assert word in html, word
    entry = TrailEntry.objects.get(action="changes of a record read")
    assert (entry.records, entry.detail) == ({"person": [person.pk]}, {"values": True})


def test_an_auditor_reads_which_fields_and_by_whom_and_no_value(person, auditor, coordinator, client_of):
    response = page_of(client_of(auditor), "person", person)
    html = response.content.decode()
    for word in ("position", "institution", str(coordinator), f"person {person.pk}"):
        assert word in html, word
    for word in ("Clerk", "Inspector", "Old post", "New post", person.family_name):
        assert word not in html, word
    assert all(change.before is change.after is None for one in response.context["entries"] for change in one.changes)
    assert TrailEntry.objects.get(action="changes of a record read").detail == {"values": False}


def test_a_person_of_another_jurisdiction_is_not_there_for_a_coordinator(coordinator, home, client_of):
    other = PersonFactory(jurisdiction=JurisdictionFactory(code="RS"))
    assert page_of(client_of(coordinator), "person", other).status_code == 404


@pytest.mark.parametrize("kind", ["person", "participation", "session", "institution"])
def test_officers_and_editors_read_no_changes(kind, person, officer, editor):
    for account in (officer, editor):
        with pytest.raises(PermissionDenied):
            history_of(kind=kind, pk=person.pk, by=account)


def test_a_trainer_reads_what_changed_in_their_own_session_and_its_roster(trainer, client_of):
    own, other = SessionFactory(created_by=trainer, title="Own"), SessionFactory(title="Other")
    client = client_of(trainer)
    for session, status in ((own, 200), (other, 404)):
        participation = ParticipationFactory(session=session, position="Clerk")
        participation.position = "Inspector"
        participation.save()
        assert page_of(client, "session", session).status_code == status
        assert page_of(client, "participation", participation).status_code == status
    assert page_of(client, "person", participation.person).status_code == 403


def test_an_institution_is_read_by_who_keeps_it(coordinator, home, client_of):
    institution = InstitutionFactory(jurisdiction=home, name="Pošta")
    institution.type = InstitutionTypeFactory(key="postal")
    institution.save()
    assert "Pošta" in page_of(client_of(coordinator), "institution", institution).content.decode()


def test_whom_a_session_was_given_to_is_said_by_name(manager, trainer, client_of):
    session = SessionFactory()
    manager.projects.add(session.project)
    session.trainers.add(trainer)
    assert str(trainer) in page_of(client_of(manager), "session", session).content.decode()


def test_erasing_reaches_the_values(person, coordinator, client_of):
    erase_person(person=person, by=coordinator)
    html = page_of(client_of(coordinator), "person", person).content.decode()
    assert "Clerk" not in html
    assert "No change is kept" in html


@pytest.mark.parametrize("address", ["/changes/account/1/", "/changes/person/0/", f"/changes/person/{10**17}/"])
def test_what_there_is_not_is_404(address, administrator, client_of):
    assert client_of(administrator).get(address).status_code == 404


def test_pages_of_the_records_lead_there(person, coordinator, administrator, trainer, client_of):
    session = SessionFactory(created_by=trainer)
    participation = ParticipationFactory(session=session)
    places = (
        (coordinator, reverse("person", args=[person.pk]), "person", person),
        (administrator, reverse("institution", args=[person.institution.pk]), "institution", person.institution),
        (trainer, session.get_absolute_url(), "session", session),
        (trainer, reverse("participation", args=[session.key, participation.pk]), "participation", participation),
    )
    for account, address, kind, record in places:
        html = client_of(account).get(address).content.decode()
        assert reverse("record_changes", args=[kind, record.pk]) in html, kind


def test_the_trail_leads_auditors_there(person, coordinator, auditor, client_of):
    client_of(coordinator).get(reverse("person", args=[person.pk]))
    assert reverse("record_changes", args=["person", person.pk]) in client_of(auditor).get("/trail/").content.decode()


def test_the_number_of_queries_does_not_grow(person, coordinator, client_of, django_assert_max_num_queries):
    client, counts = client_of(coordinator), []
    for changes in (1, 3):
        while LogEntry.objects.get_for_object(person).count() < changes:
            person.position += "."
            person.institution = InstitutionFactory()
            person.save()
        with django_assert_max_num_queries(40) as asked_for:
            page_of(client, "person", person)
        counts.append(len(asked_for))
    assert counts[0] == counts[1]
