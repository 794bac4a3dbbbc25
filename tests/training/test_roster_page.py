"""The roster on a session's page: who is on it, adding, changing, withdrawing."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import InstitutionFactory, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from training.choices import Mark, Outcome, Role, SessionStatus, Sex
from training.models import Attendance, Institution, InstitutionAlias, Participation, Person, TrailEntry
from training.services.outcomes import recompute
from training.views.roster import roster_panel

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_searches_yet():
    cache.clear()


@pytest.fixture
def session(trainer):
    return SessionFactory(created_by=trainer, jurisdictions=[JurisdictionFactory(code="MK")], length=2)


def page(client, session, **query):
    return client.get(reverse("session", args=[session.key]), query).content.decode()


def new_person(**fields):
    return {
        "given_name": "Билјана", "family_name": "Арсова-Тест", "sex": "F", "institution": "", "position": "Inspector",
        "jurisdiction": JurisdictionFactory(code="MK").pk, "email": "", "role": "trainee", **fields,
    }  # fmt: skip


def test_the_roster_says_who_they_are_and_what_became_of_them(client_of, trainer, session):
    person = PersonFactory(given_name="Arta", family_name="Krasniqi", sex=Sex.WOMEN, position="Inspector",
                           institution=InstitutionFactory(name="Border Police"))  # fmt: skip
    participation = ParticipationFactory(session=session, person=person)
    Attendance.objects.create(participation=participation, day=session.days.first(), mark=Mark.PRESENT)
    recompute(session)
    text = page(client_of(trainer), session)
    cells = [
        "Krasniqi, Arta</a>",
        "Border Police",
        "Inspector",
        "North Macedonia",
        "Woman",
        "Trainee",
        "1 of 2",
        "Attended",
    ]
    for said in cells:
        assert said in text


def test_names_of_other_jurisdictions_are_counted_and_not_shown(client_of, coordinator, auditor, session):
    own = ParticipationFactory(session=session, person=PersonFactory(family_name="Own"))
    elsewhere = PersonFactory(family_name="Elsewhere", jurisdiction=JurisdictionFactory(code="RS"))
    ParticipationFactory(session=session, person=elsewhere)
    coordinator.jurisdictions.add(own.jurisdiction)
    text = page(client_of(coordinator), session)
    assert "Own, Arta" in text
    assert "Elsewhere" not in text
    assert "1 person is on the roster whose name is not shown to you" in text
    assert "Add a person" not in text
    text = page(client_of(auditor), session)
    assert "2 people are on the roster whose names are not shown to you" in text
    assert "Own, Arta" not in text


def test_showing_names_goes_into_the_trail_and_showing_none_does_not(client_of, trainer, auditor, session):
    ParticipationFactory(session=session)
    page(client_of(auditor), session)
    assert not TrailEntry.objects.exists()
    page(client_of(trainer), session)
    entry = TrailEntry.objects.get()
    assert (entry.action, entry.by, entry.detail) == ("roster opened", trainer, {"shown": 1})


def test_the_panel_takes_as_many_queries_for_one_as_for_three(trainer, session):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            roster_panel(session, trainer)
        return len(captured)

    ParticipationFactory(session=session)
    roster_panel(session, trainer)
    one = queries()
    ParticipationFactory(session=session)
    ParticipationFactory(session=session)
    assert queries() == one


def test_a_long_roster_comes_in_pages_of_a_hundred(client_of, trainer, session):
    for number in range(101):
        ParticipationFactory(session=session, person=PersonFactory(family_name=f"Testi {number:03}"))
    client = client_of(trainer)
    first, second = page(client, session), page(client, session, page=2)
    assert "Testi 099" in first
    assert "Testi 100" not in first
    assert "101 people" in first
    assert "Testi 100" in second


def test_somebody_found_is_added_with_a_click(client_of, trainer, session):
    person = PersonFactory(given_name="Arta", family_name="Krasniqi")
    response = client_of(trainer).post(reverse("roster_add", args=[session.key]), {"person": person.pk}, follow=True)
    assert Participation.objects.get().person == person
    assert "Arta Krasniqi is on the roster now." in response.content.decode()


def test_adding_twice_says_so(client_of, trainer, session):
    person = ParticipationFactory(session=session).person
    response = client_of(trainer).post(reverse("roster_add", args=[session.key]), {"person": person.pk}, follow=True)
    assert "is on the roster already" in response.content.decode()
    assert Participation.objects.count() == 1


def test_somebody_out_of_reach_cannot_be_added_by_number(client_of, trainer, session):
    stranger = PersonFactory(jurisdiction=JurisdictionFactory(code="RS"))
    address = reverse("roster_add", args=[session.key])
    assert client_of(trainer).post(address, {"person": stranger.pk}).status_code == 404
    assert client_of(trainer).post(address, {"person": "x"}).status_code == 400
    assert not Participation.objects.exists()


def test_a_new_person_is_recorded_and_registered_with_an_institution_to_be_confirmed(client_of, trainer, session):
    data = new_person(institution="Царинска управа", email="Biljana@Example.org", role="observer")
    client_of(trainer).post(reverse("person_new", args=[session.key]), data)
    participation = Participation.objects.get()
    person = participation.person
    assert (person.given_name, person.sex, person.email) == ("Билјана", "F", "biljana@example.org")
    assert (participation.role, participation.position) == (Role.OBSERVER, "Inspector")
    assert (person.institution.name, person.institution.confirmed) == ("Царинска управа", False)
    assert participation.institution == person.institution


@pytest.mark.parametrize("written", ["ministry of internal affairs", "MVR", "МВР", "Policija"])
def test_an_institution_is_known_by_name_short_name_and_alias_in_any_script(client_of, trainer, session, written):
    known = InstitutionFactory(name="Ministry of Internal Affairs", short_name="МВР")
    InstitutionAlias.objects.create(institution=known, name="Policija")
    client_of(trainer).post(reverse("person_new", args=[session.key]), new_person(institution=written))
    assert Participation.objects.get().institution == known
    assert Institution.objects.count() == 1


def test_an_abbreviation_of_several_institutions_asks_for_the_full_name(client_of, trainer, session):
    InstitutionFactory(name="Border Police", short_name="BP")
    InstitutionFactory(name="Basic Prosecution", short_name="BP")
    response = client_of(trainer).post(reverse("person_new", args=[session.key]), new_person(institution="bp"))
    assert "That fits several: Basic Prosecution; Border Police" in response.content.decode()
    assert not Person.objects.exists()


@pytest.mark.parametrize("like", [{"given_name": "Biljana", "family_name": "Arsova Test"}, {"email": "b@example.org"}])
def test_before_a_second_person_of_the_kind_is_made_it_asks(client_of, trainer, session, like):
    PersonFactory(**{"given_name": "Other", "family_name": "Name", **like})
    client, address = client_of(trainer), reverse("person_new", args=[session.key])
    text = client.post(address, new_person(email="b@example.org")).content.decode()
    assert "Someone like that is known already" in text
    assert Person.objects.count() == 1
    client.post(address, new_person(email="b@example.org", anyway="on"))
    assert Person.objects.count() == 2
    assert Participation.objects.count() == 1


def test_somebody_alike_out_of_reach_is_not_disclosed(client_of, trainer, session):
    PersonFactory(given_name="Билјана", family_name="Арсова-Тест", jurisdiction=JurisdictionFactory(code="RS"))
    client_of(trainer).post(reverse("person_new", args=[session.key]), new_person())
    assert Participation.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"family_name": "=HYPERLINK(1)"}, "A name cannot start with ="),
        ({"given_name": "---"}, "Write a name with at least one letter"),
        ({"email": "nobody"}, "Enter a valid email address"),
        ({"jurisdiction": ""}, "This field is required"),
        ({"institution": "!!"}, "Write a name with at least one letter, or leave it empty"),
    ],
)
def test_what_cannot_be_recorded_is_said_beside_its_field(client_of, trainer, session, fields, why):
    response = client_of(trainer).post(reverse("person_new", args=[session.key]), new_person(**fields))
    assert why in response.content.decode()
    assert not Person.objects.exists()
    assert not Institution.objects.exists()


def test_the_only_jurisdiction_of_a_session_is_set_beforehand_and_the_name_typed_is_kept(client_of, trainer, session):
    InstitutionFactory(name="Border Police")
    text = client_of(trainer).get(reverse("person_new", args=[session.key]), {"name": "Arta Krasniqi"}).content.decode()
    assert f'value="{session.jurisdictions.get().pk}" selected' in text
    assert 'value="Krasniqi"' in text
    assert '<option value="Border Police">' in text


def test_role_and_position_are_changed_on_a_page_of_their_own(client_of, trainer, session):
    participation = ParticipationFactory(session=session)
    address = reverse("participation", args=[session.key, participation.pk])
    client = client_of(trainer)
    assert participation.person.full_name in client.get(address).content.decode()
    client.post(address, {**as_it_is(participation), "role": "trainer", "position": "Chief inspector"})
    participation.refresh_from_db()
    assert (participation.role, participation.position) == (Role.TRAINER, "Chief inspector")
    assert "Select a valid choice" in client.post(address, {"role": "guest"}).content.decode()


def as_it_is(participation):
    return {
        "role": participation.role, "position": participation.position, "sex": participation.sex,
        "jurisdiction": participation.jurisdiction_id, "institution": participation.institution.name,
    }  # fmt: skip


class TestAWrongSnapshot:
    corrected = {"sex": "M", "institution": "Coast Guard", "position": "Chief"}

    def correct(self, client, session, participation, **more):
        address = reverse("participation", args=[session.key, participation.pk])
        new = {**as_it_is(participation), **self.corrected, "jurisdiction": JurisdictionFactory(code="ME").pk, **more}
        client.post(address, new)
        participation.refresh_from_db()
        participation.person.refresh_from_db()

    def test_is_corrected_for_this_session_only(self, client_of, trainer, session):
        participation = ParticipationFactory(session=session)
        before = participation.person.institution
        self.correct(client_of(trainer), session, participation)
        home = participation.institution
        assert (participation.sex, participation.jurisdiction.code, participation.position) == ("M", "ME", "Chief")
        assert (home.name, home.jurisdiction.code, home.confirmed) == ("Coast Guard", "ME", False)
        person = participation.person
        assert (person.sex, person.jurisdiction.code, person.institution) == (Sex.WOMEN, "MK", before)
        entry = TrailEntry.objects.get(action="participation changed")
        assert entry.detail == {"fields": ["institution", "jurisdiction", "position", "sex"]}

    def test_is_corrected_in_the_persons_record_too_where_that_is_ticked(self, client_of, trainer, session):
        participation = ParticipationFactory(session=session)
        self.correct(client_of(trainer), session, participation, also_person="on")
        person = participation.person
        assert (person.sex, person.jurisdiction.code, person.institution.name) == ("M", "ME", "Coast Guard")
        assert TrailEntry.objects.get(action="person corrected").records == {"person": [person.pk]}

    def test_leaves_alone_in_the_record_what_was_not_changed_here(self, client_of, trainer, session):
        participation = ParticipationFactory(session=session, position="Cadet")
        Person.objects.update(position="Chief")
        new = {**as_it_is(participation), "sex": "M", "also_person": "on"}
        client_of(trainer).post(reverse("participation", args=[session.key, participation.pk]), new)
        person = Person.objects.get()
        assert (person.sex, person.position) == ("M", "Chief")


def test_withdrawing_asks_first_and_can_be_taken_back(client_of, trainer, session):
    participation = ParticipationFactory(session=session)
    client = client_of(trainer)
    address = reverse("participation_withdraw", args=[session.key, participation.pk])
    assert "Withdraw" in client.get(address).content.decode()
    participation.refresh_from_db()
    assert participation.withdrawn_at is None
    assert "has withdrawn" in client.post(address, follow=True).content.decode()
    participation.refresh_from_db()
    assert participation.outcome == Outcome.WITHDRAWN
    client.post(address, {"back": ""})
    participation.refresh_from_db()
    assert participation.withdrawn_at is None


def test_a_session_signed_off_offers_no_changes_and_takes_none(client_of, trainer, session):
    participation = ParticipationFactory(session=session)
    type(session).objects.filter(pk=session.pk).update(status=SessionStatus.CLOSED, closed_at=timezone.now())
    client = client_of(trainer)
    text = page(client, session)
    assert "Add a person" not in text
    assert f"roster/{participation.pk}/" not in text
    address = reverse("participation_withdraw", args=[session.key, participation.pk])
    assert "signed off" in client.post(address, follow=True).content.decode()
    response = client.post(reverse("person_new", args=[session.key]), new_person())
    assert "signed off" in response.content.decode()
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "status"), [("other_trainer", 404), ("officer", 404), ("coordinator", 403), ("auditor", 403)]
)
def test_only_who_may_change_the_roster_gets_there(request, client_of, who, status, session):
    """Whoever may open the session is refused; a name they may not see is not there for them at all."""
    participation = ParticipationFactory(session=session)
    client = client_of(request.getfixturevalue(who))
    key = session.key
    assert client.get(reverse("person_new", args=[key])).status_code == status
    assert client.post(reverse("roster_add", args=[key]), {"person": participation.person_id}).status_code == status
    assert client.post(reverse("participation", args=[key, participation.pk])).status_code == 404
    assert client.post(reverse("participation_withdraw", args=[key, participation.pk])).status_code == 404
    participation.refresh_from_db()
    assert participation.withdrawn_at is None


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\u00ad"])
def test_a_new_name_keeps_no_invisible_characters(client_of, trainer, session, hidden):
    form = new_person(
        given_name=f"Bil{hidden}jana", family_name=f"{hidden}Arsova", institution=f"Border{hidden} Police"
    )
    client_of(trainer).post(reverse("person_new", args=[session.key]), form)
    person = Person.objects.get()
    assert (person.given_name, person.family_name, person.institution.name) == ("Biljana", "Arsova", "Border Police")


def test_a_new_name_too_long_in_latin_letters_is_refused_in_a_sentence(client_of, trainer, session):
    form = new_person(given_name="Љ" * 100)
    text = client_of(trainer).post(reverse("person_new", args=[session.key]), form).content.decode()
    assert "This name is too long" in text
    assert not Person.objects.exists()


@pytest.mark.parametrize("odd", ["²", "٣", "9" * 30, "-1", ""])
def test_an_odd_id_is_a_bad_request(client_of, trainer, session, odd):
    assert client_of(trainer).post(reverse("roster_add", args=[session.key]), {"person": odd}).status_code == 400
