"""What is held about somebody, for themselves; asking to have it put right or erased; the privacy notice."""

import io
import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from tests.factories import AccountFactory, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from training.choices import AnswerState, DataRequestKind, Mark
from training.models import DataRequest, Invitation, Person, TrailEntry
from training.services.attendance import mark_all
from training.services.data_requests import answer_request, ask_about_data, correct_record
from training.services.erasure import erase_person
from training.services.held import held_about
from training.services.person_merging import merge_people

pytestmark = pytest.mark.django_db
OWN = reverse("own_data")


@pytest.fixture
def home(coordinator):
    home = JurisdictionFactory(code="MK")
    coordinator.jurisdictions.add(home)
    return home


@pytest.fixture
def person(home, officer, trainer):
    person = PersonFactory(
        given_name="Ѓорѓина", family_name="Брезоска", jurisdiction=home, account=officer, position="Inspector"
    )
    session = SessionFactory(title="Postal shipments", created_by=trainer)
    ParticipationFactory(session=session, person=person, position="Clerk")
    mark_all(session=session, day=session.days.get(), mark=Mark.LATE, by=trainer)
    return person


def json_of(client, path):
    return json.loads(client.get(path).content)


class TestWhatIsHeld:
    def test_stands_on_a_page_of_ones_own(self, person, officer, client_of):
        html = client_of(officer).get(OWN).content.decode()
        for text in ("Брезоска", "Postal shipments", "Inspector", "Late", "13 May 2026", officer.email):
            assert text in html
        assert TrailEntry.objects.get(action="data held disclosed").records["person"] == [person.pk]

    def test_is_whole_in_the_file(self, person, officer, trainer, client_of):
        double = PersonFactory(given_name="Gjorgjina", family_name="Brezoska", jurisdiction=person.jurisdiction)
        merge_people(keep=person, away=double, by=AccountFactory(roles=["administrator"]))
        Invitation.objects.create(email="g@mvr.example", role="officer", person=person, token="t", invited_by=trainer)
        ask_about_data(by=officer, kind=DataRequestKind.CORRECTION, text="Two r in Brrezoska")
        found = json_of(client_of(officer), reverse("own_data_file", args=["json"]))
        assert [row["given_name"] for row in found["record"]] == ["Ѓорѓина", "Gjorgjina"]
        assert found["participations"][0]["position"] == "Clerk"
        assert found["participations"][0]["days_attended"] == 1
        assert [row["mark"] for row in found["marks"]] == ["Late"]
        assert found["account"][0]["email"] == officer.email
        assert found["invitations"][0]["email"] == "g@mvr.example"
        assert found["requests"][0]["text"] == "Two r in Brrezoska"
        assert {"field", "before", "after"} <= set(found["changes"][0])
        assert "people merged" in {row["action"] for row in found["trail"]}

    def test_is_readable_on_paper(self, person, officer, client_of):
        answer = client_of(officer).get(reverse("own_data_file", args=["pdf"]))
        assert answer["Content-Type"] == "application/pdf"
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
        assert "Брезоска" in text
        assert "Postal shipments" in text
        assert TrailEntry.objects.get(action="data held disclosed").detail == {"form": "pdf"}

    def test_of_an_account_without_a_record_is_the_account(self, manager, client_of):
        client = client_of(manager)
        assert manager.email in client.get(OWN).content.decode()
        assert "record" not in json_of(client, reverse("own_data_file", args=["json"]))

    def test_is_ones_own_and_that_of_people_one_keeps(self, person, coordinator, trainer, client_of):
        stranger = PersonFactory(jurisdiction=JurisdictionFactory(code="RS"))
        path = reverse("person_data", args=[person.pk])
        assert "Брезоска" in client_of(coordinator).get(path).content.decode()
        assert client_of(coordinator).get(reverse("person_data", args=[stranger.pk])).status_code == 404
        assert client_of(trainer).get(path).status_code == 403
        assert client_of(coordinator).get(reverse("person_data_file", args=[person.pk, "xlsx"])).status_code == 404
        for account, whom in ((trainer, person), (coordinator, stranger)):
            with pytest.raises(PermissionDenied):
                held_about(by=account, person=whom)

    def test_more_sessions_take_no_more_queries(self, person, officer, client_of):
        client = client_of(officer)

        def queries():
            with CaptureQueriesContext(connection) as captured:
                assert client.get(OWN).status_code == 200
            return len(captured)

        queries()
        one = queries()
        ParticipationFactory.create_batch(2, person=person)
        assert queries() == one


class TestAsking:
    def test_is_answered_by_whoever_keeps_the_record(self, person, officer, coordinator, client_of):
        client, desk = client_of(officer), client_of(coordinator)
        posted = client.post(OWN, {"kind": "correction", "text": "Two r"}, follow=True)
        assert "The answer will stand on this page" in posted.content.decode()
        asked = DataRequest.objects.get()
        queue, page = reverse("data_requests"), reverse("data_request", args=[asked.pk])
        assert '1<span class="visually-hidden"> waiting</span>' in desk.get(reverse("home")).content.decode()
        assert page in desk.get(queue).content.decode()
        assert "Two r" in desk.get(page).content.decode()
        assert desk.post(page, {"done": "", "answer": "Put right."}).url == queue
        asked.refresh_from_db()
        assert (asked.state, asked.answered_by) == (AnswerState.DONE, coordinator)
        assert "Put right." in client.get(OWN).content.decode()
        assert "Nobody waits" in desk.get(queue).content.decode()
        assert desk.get(page).status_code == 404

    def test_says_what_is_missing_and_keeps_what_was_typed(self, person, officer, client_of):
        client = client_of(officer)
        assert "Say what is wrong" in client.post(OWN, {"kind": "correction", "text": " "}).content.decode()
        client.post(OWN, {"kind": "erasure"})
        again = client.post(OWN, {"kind": "erasure", "text": "Please"}).content.decode()
        assert "You have asked for that already" in again
        assert "Please" in again
        assert "At most 2000" in client.post(OWN, {"kind": "correction", "text": "x" * 2001}).content.decode()
        assert DataRequest.objects.count() == 1

    def test_a_refusal_gives_its_reason(self, person, officer, coordinator, client_of):
        asked = ask_about_data(by=officer, kind=DataRequestKind.ERASURE)
        desk, page = client_of(coordinator), reverse("data_request", args=[asked.pk])
        assert "Say why not" in desk.post(page, {"refuse": "", "answer": ""}).content.decode()
        desk.post(page, {"refuse": "", "answer": "The session is going on."})
        asked.refresh_from_db()
        assert (asked.state, asked.answer) == (AnswerState.REFUSED, "The session is going on.")

    def test_an_erasure_is_done_by_erasing(self, person, officer, coordinator, settings, tmp_path):
        settings.DATA_DIR = tmp_path
        asked = ask_about_data(by=officer, kind=DataRequestKind.ERASURE)
        with pytest.raises(ValidationError, match="Erasing the person"):
            answer_request(request=asked, by=coordinator, done=True)
        erase_person(person=person, by=coordinator)
        asked.refresh_from_db()
        assert asked.state == AnswerState.DONE

    def test_is_answered_once_and_by_nobody_else(self, person, officer, trainer, coordinator, client_of):
        asked = ask_about_data(by=officer, kind=DataRequestKind.CORRECTION, text="Two r")
        with pytest.raises(PermissionDenied):
            answer_request(request=asked, by=trainer, done=True)
        assert client_of(trainer).get(reverse("data_requests")).status_code == 403
        answer_request(request=asked, by=coordinator, done=True)
        with pytest.raises(ValidationError, match="already"):
            answer_request(request=asked, by=coordinator, done=True)

    def test_needs_a_record(self, manager):
        with pytest.raises(ValidationError, match="nobody's record"):
            ask_about_data(by=manager, kind=DataRequestKind.ERASURE)

    def test_three_wait_with_as_many_queries_as_one(self, person, officer, coordinator, client_of):
        client = client_of(coordinator)

        def queries():
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse("data_requests")).status_code == 200
            return len(captured)

        ask_about_data(by=officer, kind=DataRequestKind.CORRECTION, text="Two r")
        queries()
        one = queries()
        for _more in range(2):
            other = PersonFactory(jurisdiction=person.jurisdiction)
            DataRequest.objects.create(person=other, kind="erasure", asked_by=officer)
        assert queries() == one


class TestPuttingRight:
    def test_a_name_and_what_is_found_by_it(self, person, coordinator, client_of):
        client, path = client_of(coordinator), reverse("person_edit", args=[person.pk])
        form = client.get(path).context["form"]
        posted = {name: form[name].value() or "" for name in form.fields} | {"family_name": "Брезовска"}
        assert client.post(path, posted).url == reverse("person", args=[person.pk])
        assert list(Person.objects.named_like("brezovska")) == [person]
        entry = TrailEntry.objects.get(action="person put right")
        assert entry.detail == {"fields": ["family_name"]}
        assert person.participations.get().position == "Clerk"

    def test_refuses_what_is_no_name(self, person, coordinator, client_of):
        path = reverse("person_edit", args=[person.pk])
        page = client_of(coordinator).post(path, {"given_name": "", "family_name": "x", "sex": "F"})
        assert "This field is required" in page.content.decode()
        assert "Брезоска" in page.content.decode()
        with pytest.raises(ValidationError):
            correct_record(person=person, by=coordinator, given_name="-", family_name="-")

    def test_is_for_whoever_keeps_the_record(self, person, trainer, coordinator, client_of):
        stranger = PersonFactory(jurisdiction=JurisdictionFactory(code="RS"))
        assert client_of(trainer).get(reverse("person_edit", args=[person.pk])).status_code == 403
        assert client_of(coordinator).get(reverse("person_edit", args=[stranger.pk])).status_code == 404
        with pytest.raises(PermissionDenied):
            correct_record(person=stranger, by=coordinator, position="Chief")


def test_the_privacy_notice_is_open_and_says_for_how_long(client, settings):
    settings.PRIVACY_CONTACT = "privacy@example.org"
    settings.RETENTION_DAYS = settings.RETENTION_DAYS | {"people": 1234}
    html = client.get(reverse("privacy")).content.decode()
    assert "privacy@example.org" in html
    assert "1,234 days, then erased; figures stay" in html
    assert reverse("privacy") in client.get(reverse("home")).content.decode()
