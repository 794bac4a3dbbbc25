"""Finding somebody to add in one field: from three letters, in any script, within reach, not too often."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.factories import (
    InstitutionFactory,
    JurisdictionFactory,
    ParticipationFactory,
    PersonFactory,
    ProjectFactory,
    SessionFactory,
)
from training.models import Participation, TrailEntry
from training.permissions import Action, require
from training.services import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_searches_yet():
    cache.clear()


@pytest.fixture
def session(trainer):
    return SessionFactory(created_by=trainer, jurisdictions=[JurisdictionFactory(code="MK")])


def person(given, family, code="MK", **fields):
    return PersonFactory(given_name=given, family_name=family, jurisdiction=JurisdictionFactory(code=code), **fields)


def names(found):
    return sorted(str(each) for each in found.people)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("gjorgji", ["Петров-Тест, Ѓорѓи"]),
        ("Gjor", ["Петров-Тест, Ѓорѓи"]),
        ("djordjevic", ["Đorđević-Test, Žarko", "Ђорђевић-Тест, Јован"]),
        ("Ђорђ", ["Đorđević-Test, Žarko", "Ђорђевић-Тест, Јован"]),
        ("đorđević žarko", ["Đorđević-Test, Žarko"]),
        ("zharko", ["Đorđević-Test, Žarko"]),
        ("hoxha", ["Hoxha-Testi, Nexhmije"]),
        ("hox", ["Hoxha-Testi, Nexhmije"]),
        ("nedzmije", ["Hoxha-Testi, Nexhmije"]),
        ("orgji", []),
        ("gjorgji hoxha", []),
    ],
)
def test_a_name_is_found_across_scripts_and_without_diacritics(trainer, session, typed, found):
    person("Ѓорѓи", "Петров-Тест")
    person("Žarko", "Đorđević-Test")
    person("Јован", "Ђорђевић-Тест")
    person("Nexhmije", "Hoxha-Testi")
    assert names(people.find(session=session, typed=typed, by=trainer)) == sorted(found)


@pytest.mark.parametrize("typed", ["", "ar", " a r ", "a a a", "ar te", "12345", "А-р"])
def test_fewer_than_three_letters_find_nobody_and_say_so(client_of, trainer, session, typed):
    person("Arta", "Artisti")
    assert people.find(session=session, typed=typed, by=trainer) == people.Found(too_short=True)
    response = client_of(trainer).get(reverse("roster_search", args=[session.key]), {"q": typed})
    assert "Three letters are needed" in response.content.decode()
    assert not TrailEntry.objects.exists()


def test_only_people_of_the_sessions_jurisdictions_or_project_are_within_reach(trainer):
    project = ProjectFactory()
    session = SessionFactory(created_by=trainer, project=project, jurisdictions=[JurisdictionFactory(code="MK")])
    person("Arta", "Own")
    known = person("Arta", "Known", code="RS")
    ParticipationFactory(session=SessionFactory(project=project), person=known)
    stranger = person("Arta", "Stranger", code="RS")
    ParticipationFactory(person=stranger)
    assert names(people.find(session=session, typed="arta", by=trainer)) == ["Known, Arta", "Own, Arta"]


def test_the_answer_shows_name_and_institution_only_and_who_is_on_the_roster(client_of, trainer, session):
    police = InstitutionFactory(name="Border Police")
    found = person("Arta", "Krasniqi", institution=police, position="Inspector", email="arta@example.org")
    there = person("Arta", "There", institution=police)
    ParticipationFactory(session=session, person=there)
    client = client_of(trainer)
    text = client.get(reverse("roster_search", args=[session.key]), {"q": "arta", "fragment": "1"}).content.decode()
    assert "Krasniqi, Arta" in text
    assert "Border Police" in text
    assert "Inspector" not in text
    assert "arta@example.org" not in text
    assert text.count("on the roster") == 1
    assert f'value="{found.pk}"' in text
    assert f'value="{there.pk}"' not in text
    assert "<html" not in text


def test_no_more_than_ten_are_shown_and_that_there_are_more_is_said(client_of, trainer, session):
    for number in range(11):
        person("Arta", f"Testi{number}")
    found = people.find(session=session, typed="arta", by=trainer)
    assert (len(found.people), found.more) == (10, True)
    text = client_of(trainer).get(reverse("roster_search", args=[session.key]), {"q": "arta"}).content.decode()
    assert "There are more" in text


def test_a_search_is_a_disclosure(trainer, session):
    found = person("Arta", "Krasniqi")
    people.find(session=session, typed="arta", by=trainer)
    entry = TrailEntry.objects.get()
    assert (entry.action, entry.by, entry.records) == ("people searched", trainer, {"person": [found.pk]})


def test_after_sixty_searches_a_minute_it_is_enough_for_this_account_only(client_of, trainer, administrator, session):
    client, address = client_of(trainer), reverse("roster_search", args=[session.key])
    for _search in range(people.SEARCHES_A_MINUTE):
        people.find(session=session, typed="arta", by=trainer)
    refused = client.get(address, {"q": "arta"})
    if refused.status_code == 200:  # the minute turned over in between
        pytest.skip("a new minute began")
    assert refused.status_code == 429
    assert "Wait a little" in refused.content.decode()
    assert client_of(administrator).get(address, {"q": "arta"}).status_code == 200


@pytest.mark.parametrize(
    ("who", "status"), [("other_trainer", 404), ("officer", 404), ("coordinator", 403), ("auditor", 403)]
)
def test_only_who_may_change_the_roster_searches(request, client_of, who, status, session):
    person("Arta", "Krasniqi")
    client = client_of(request.getfixturevalue(who))
    assert client.get(reverse("roster_search", args=[session.key]), {"q": "arta"}).status_code == status


def test_ten_people_take_as_many_queries_as_one(trainer, session, django_assert_num_queries):
    for number in range(10):
        person("Arta", f"Testi{number}")
    person("Besa", "Single")
    require(trainer, Action.EDIT_ROSTER, session)  # asked once for an account
    for typed in ("besa", "arta"):
        with django_assert_num_queries(2):
            people.find(session=session, typed=typed, by=trainer)


class TestAPersonLikeANewOne:
    def add(self, session, by, **fields):
        given = {"given_name": "Nova", "family_name": "Osoba", "jurisdiction": JurisdictionFactory(code="MK"), **fields}
        return people.create_person(session=session, by=by, **given)

    def test_is_shown_as_a_search_would_and_kept_in_the_trail(self, trainer, session):
        known = person("Nova", "Osoba")
        with pytest.raises(people.AlikeError) as refused:
            self.add(session, trainer)
        assert refused.value.people == [known]
        entry = TrailEntry.objects.get()
        assert (entry.action, entry.records) == ("people like a new one shown", {"person": [known.pk]})

    def test_is_not_named_out_of_reach_though_the_address_is_taken(self, client_of, trainer, session):
        person("Secret", "Holder", code="RS", email="taken@example.org")
        form = {
            "given_name": "A", "family_name": "B", "sex": "U", "role": "trainee", "email": "taken@example.org",
            "jurisdiction": JurisdictionFactory(code="MK").pk,
        }  # fmt: skip
        client, address = client_of(trainer), reverse("person_new", args=[session.key])
        text = client.post(address, form).content.decode()
        assert "Someone with this address is in the register" in text
        assert "Holder" not in text
        client.post(address, {**form, "anyway": "on"})
        assert Participation.objects.get().person.family_name == "B"

    def test_is_looked_for_no_oftener_than_the_limit(self, trainer, session, monkeypatch):
        monkeypatch.setattr(people, "SEARCHES_A_MINUTE", 0)
        with pytest.raises(people.SearchLimitError):
            self.add(session, trainer, email="guess@example.org")


def test_adding_by_a_guessed_id_counts_as_a_search(client_of, trainer, session, monkeypatch):
    stranger, near = person("Arta", "Far", code="RS"), person("Arta", "Near")
    client, address = client_of(trainer), reverse("roster_add", args=[session.key])
    assert client.post(address, {"person": stranger.pk}).status_code == 404
    monkeypatch.setattr(people, "SEARCHES_A_MINUTE", 0)
    client.post(address, {"person": near.pk})
    assert not Participation.objects.exists()
