"""Finding who may be recorded twice, and remembering who is not."""

import random

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import InstitutionFactory, JurisdictionFactory, PersonFactory
from training.models import DifferentPeople, Person, TrailEntry
from training.services.duplicates import duplicates_of, forget_different, likely_duplicates, remember_different
from training.services.person_merging import merge_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(coordinator):
    home = JurisdictionFactory(code="MK")
    coordinator.jurisdictions.add(home)
    return home


def person(name, home, **more):
    given, family = name.split("/")
    return PersonFactory(given_name=given, family_name=family, jurisdiction=home, **{"institution": None, **more})


def pairs():
    return [(one.first, one.second) for one in likely_duplicates(Person.objects.all())]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ѓорѓи/Тестовски", "Gjorgji/Testovski"),  # another script
        ("Đorđe/Testić", "Djordje/Testic"),  # without diacritics
        ("Ђорђе/Тестић", "Dorde/Testic"),  # đ written as d
        ("Arta/Testi", "Testi/Arta"),  # swapped names
        ("Žarko/Testov", "Zharko/Testov"),  # one sound, two spellings
        ("Ana Marija/Testovska", "Ana/Testovska"),  # a name left out
        ("Ana/Testovska-Nova", "Ana/Testovska"),
    ],
)
def test_finds_one_person_written_in_two_ways(home, one, other):
    first, second = person(one, home), person(other, home)
    person("Somebody/Else", home)
    assert pairs() == [(first.pk, second.pk)]


def test_finds_whoever_changed_institution_and_says_why(home):
    first, second = [person("Arta/Testi", home, institution=InstitutionFactory(jurisdiction=home)) for _n in range(2)]
    assert pairs() == [(first.pk, second.pk)]
    assert likely_duplicates(Person.objects.all())[0].reasons == ("the same name",)


def test_a_slip_of_the_pen_counts_within_an_institution(home):
    work = InstitutionFactory(jurisdiction=home)
    first, second = person("Arben/Testi", home, institution=work), person("Arban/Testi", home, institution=work)
    person("Arbin/Testi", home, institution=InstitutionFactory(jurisdiction=home))
    assert pairs() == [(first.pk, second.pk)]


def test_one_address_counts_in_two_jurisdictions_and_not_for_a_shared_mailbox(home):
    first = person("Arta/Testi", home, email="arta@mvr.example")
    second = person("A/Testi-Nova", JurisdictionFactory(code="RS"), email="arta@mvr.example")
    for number in range(5):
        person(f"Clerk{number * 'a'}/Office{number * 'b'}", home, email="office@mvr.example")
    assert pairs() == [(first.pk, second.pk)]


def test_the_likeliest_come_first(home):
    work = InstitutionFactory(jurisdiction=home)
    alike = [person("Arta/Testi", home, email="arta@mvr.example", institution=work) for _n in range(2)]
    person("Arta/Testi", home)
    assert pairs()[0] == tuple(one.pk for one in alike)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"sex": "F"}, {"sex": "M"}),
        ({"jurisdiction": "MK"}, {"jurisdiction": "RS"}),
    ],
)
def test_does_not_offer_namesakes_who_differ(home, one, other):
    for facts in (one, other):
        place = JurisdictionFactory(code=facts.pop("jurisdiction", "MK"))
        person("Ariel/Testi", place, **facts)
    assert pairs() == []


class TestRememberedAsTwo:
    def test_are_not_offered_until_it_is_taken_back(self, home, coordinator):
        one, other = [person("Arta/Testi", home) for _n in range(2)]
        for _twice in range(2):
            remember_different(one=other, other=one, by=coordinator)
        assert pairs() == []
        assert DifferentPeople.objects.count() == 1
        for _twice in range(2):
            forget_different(one=one, other=other, by=coordinator)
        assert pairs() == [(one.pk, other.pk)]
        told = TrailEntry.objects.filter(action__startswith="people").order_by("pk")
        assert [entry.action for entry in told] == ["people told apart", "people no longer told apart"]

    def test_holds_for_the_record_that_one_of_them_was_merged_into(self, home, coordinator):
        one, other, third = [person("Arta/Testi", home) for _n in range(3)]
        remember_different(one=one, other=other, by=coordinator)
        merge_people(keep=third, away=other, by=coordinator)
        assert pairs() == []

    def test_is_for_whoever_keeps_both(self, home, coordinator, trainer):
        one = person("Arta/Testi", home)
        stranger = person("Arta/Testi", JurisdictionFactory(code="RS"))
        for account, other in ((coordinator, stranger), (trainer, person("Arta/Testi", home))):
            with pytest.raises(PermissionDenied):
                remember_different(one=one, other=other, by=account)
        with pytest.raises(ValidationError):
            remember_different(one=one, other=one, by=coordinator)


def test_of_one_person(home):
    one, other = [person("Arta/Testi", home) for _n in range(2)]
    [person("Besa/Testi", home) for _n in range(2)]
    assert [(one.first, one.second) for one in duplicates_of(one, Person.objects.all())] == [(one.pk, other.pk)]


def test_ten_thousand_people_take_as_many_queries_as_ten_and_every_hidden_double_is_found(home):
    """Each of the doubles is written otherwise than the first record: another script, swapped, or without marks."""
    drawn = random.Random(7)  # noqa: S311 (fictional names, no secrets)
    syllables = ["ba", "re", "mi", "to", "ču", "la", "vo", "še", "nđe", "ki"]
    work = InstitutionFactory.create_batch(40, jurisdiction=home)

    def name():
        return "".join(drawn.choices(syllables, k=3)).capitalize()

    def rows(count):
        made = [
            Person(given_name=name(), family_name=f"{name()}test", jurisdiction=home, institution=drawn.choice(work))
            for _n in range(count)
        ]
        return [one.derive_keys() for one in made]

    def queries():
        with CaptureQueriesContext(connection) as captured:
            found = pairs()
        return len(captured), set(found)

    Person.objects.bulk_create(rows(10))
    few, _pairs = queries()
    people = Person.objects.bulk_create(rows(9_890), batch_size=1000)
    chosen = drawn.sample(people, 100)
    doubles = [
        Person(
            given_name=one.latin_family_name.upper(), family_name=one.given_name.replace("č", "c"), jurisdiction=home
        )
        for one in chosen
    ]
    doubles = Person.objects.bulk_create([one.derive_keys() for one in doubles])
    many, found = queries()
    assert many == few
    assert {(one.pk, other.pk) for one, other in zip(chosen, doubles, strict=True)} <= found
