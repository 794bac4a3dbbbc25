"""Institutions that came with a list: a coordinator says what they are, and lists know them by every name."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import InstitutionFactory, InstitutionTypeFactory, JurisdictionFactory, SessionFactory
from tests.training.rosters import apply, people
from training.models import Institution, InstitutionAlias, Person, TrailEntry
from training.services.institutions import confirm_institution
from training.services.likely_institutions import suggestions_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(coordinator):
    home = JurisdictionFactory(code="RS")
    coordinator.jurisdictions.add(home)
    return home


@pytest.fixture
def found(home):
    return InstitutionFactory(name="MUP", jurisdiction=home, type=None, confirmed=False)


def test_it_is_confirmed_with_its_kind(found, coordinator):
    kind = InstitutionTypeFactory(key="police_general")
    confirm_institution(institution=found, by=coordinator, name="MUP", type=kind)
    found.refresh_from_db()
    assert (found.confirmed, found.type, found.name) == (True, kind, "MUP")
    assert TrailEntry.objects.get(action="institution confirmed").detail == {"fields": ["confirmed", "type"]}


def test_under_a_better_name_the_next_list_still_finds_it(found, home, coordinator, trainer):
    confirm_institution(institution=found, by=coordinator, name="Ministarstvo unutrašnjih poslova", short_name="MUP RS")
    session = SessionFactory(created_by=trainer, jurisdictions=[home])
    apply(session, people(["Ana", "Nova", "F", "RS", "МУП", "", ""]), trainer)
    assert Person.objects.get().institution == found
    assert Institution.objects.count() == 1


def test_another_spelling_of_the_same_name_leaves_no_second_name(found, coordinator):
    confirm_institution(institution=found, by=coordinator, name="МУП")
    assert not InstitutionAlias.objects.exists()
    found.refresh_from_db()
    assert found.name == "МУП"


def test_twice_is_once(found, coordinator):
    for _again in range(2):
        confirm_institution(institution=found, by=coordinator, name="MUP")
    assert TrailEntry.objects.count() == 1


def test_a_name_that_another_one_has_is_refused(found, home, coordinator):
    InstitutionFactory(name="Carina", jurisdiction=home)
    with pytest.raises(ValidationError, match="has an institution of that name already"):
        confirm_institution(institution=found, by=coordinator, name="ЦАРИНА")
    found.refresh_from_db()
    assert (found.name, found.confirmed) == ("MUP", False)


def test_a_name_without_a_letter_is_refused(found, coordinator):
    with pytest.raises(ValidationError):
        confirm_institution(institution=found, by=coordinator, name=" – ")


@pytest.mark.parametrize("role", ["manager", "trainer", "editor", "auditor", "officer"])
def test_nobody_else_confirms(found, role, request):
    with pytest.raises(PermissionDenied):
        confirm_institution(institution=found, by=request.getfixturevalue(role), name="MUP")


def test_a_coordinator_of_another_jurisdiction_does_not(coordinator, home):
    foreign = InstitutionFactory(jurisdiction=JurisdictionFactory(code="MK"), confirmed=False)
    with pytest.raises(PermissionDenied):
        confirm_institution(institution=foreign, by=coordinator, name="X")


class TestSuggested:
    def test_by_first_letters_in_any_language_it_is_known_in(self, home):
        ministry = InstitutionFactory(name="Ministry of Interior", jurisdiction=home)
        InstitutionAlias.objects.create(institution=ministry, name="Министарство унутрашњих послова")
        InstitutionFactory(name="Ministry of Trade", jurisdiction=home)
        for short in ("MUP", "МУП", "MoI"):
            found = InstitutionFactory(name=short, jurisdiction=home, confirmed=False)
            best = suggestions_for([found])[found.pk][0]
            assert best.institution == ministry, short
            assert "first letters" in best.why
            found.delete()

    def test_by_words_that_are_almost_the_same(self, home):
        customs = InstitutionFactory(name="Uprava carina", jurisdiction=home)
        found = InstitutionFactory(name="Управа царине", jurisdiction=home)
        assert [one.institution for one in suggestions_for([found])[found.pk]] == [customs]

    def test_none_of_another_jurisdiction_and_none_that_is_not_like_it(self, found):
        InstitutionFactory(name="Министарство унутрашњих послова", jurisdiction=JurisdictionFactory(code="MK"))
        InstitutionFactory(name="Carina", jurisdiction=found.jurisdiction)
        assert suggestions_for([found]) == {found.pk: []}
