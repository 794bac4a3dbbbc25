"""Who comes near somebody known without fitting: the import stops until a person, or --near, decides."""

import pytest

from tests.factories import InstitutionFactory, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.training.rosters import apply, check, people
from training.models import Participation, Person


@pytest.fixture
def serbia(db):
    return JurisdictionFactory(code="RS")


@pytest.fixture
def police(serbia):
    return InstitutionFactory(name="Granična policija", jurisdiction=serbia)


@pytest.fixture
def session(serbia, trainer):
    return SessionFactory(jurisdictions=[serbia], created_by=trainer)


@pytest.fixture
def known(serbia, police):
    return PersonFactory(
        given_name="Marko", family_name="Đorđević", jurisdiction=serbia, institution=police, email="marko@mup.example"
    )


def near(plan):
    return [(each.entry.row, each.person) for each in plan.near]


def row(given="Marko", family="Đorđević", institution="Granična policija", email=""):
    return [given, family, "M", "RS", institution, "", email]


class TestKnown:
    @pytest.mark.parametrize(
        ("given", "family"), [("Марко", "Ђорђевић"), ("MARKO", "DJORDJEVIC"), ("Đorđević", "Marko")]
    )
    def test_address_and_name_in_any_script_and_order(self, session, trainer, known, given, family):
        upload = people(row(given, family, institution="Carina", email="Marko@MUP.example"))
        assert [entry.person for entry in check(session, upload, trainer).known] == [known]

    def test_name_and_institution(self, session, trainer, known):
        assert [entry.person for entry in check(session, people(row()), trainer).known] == [known]

    def test_name_and_jurisdiction_where_neither_has_an_institution(self, session, trainer, serbia):
        loner = PersonFactory(given_name="Ana", family_name="Test", jurisdiction=serbia, institution=None)
        plan = check(session, people(row("Ana", "Test", institution="")), trainer)
        assert [entry.person for entry in plan.known] == [loner]

    def test_an_institution_of_that_name_elsewhere_is_another(self, session, trainer, known):
        upload = people(["Marko", "Đorđević", "M", "RS", "Granična policija"])
        elsewhere = JurisdictionFactory(code="ME")
        known.institution = InstitutionFactory(name="Granična policija", jurisdiction=elsewhere)
        known.jurisdiction = elsewhere
        known.save()
        plan = check(session, upload, trainer)
        assert (len(plan.new), plan.near) == (1, [])


class TestNear:
    def test_one_address_two_names(self, session, trainer, known):
        plan = check(session, people(row("Ana", "Drugić", email="marko@mup.example")), trainer)
        assert near(plan) == [(2, known)]
        assert "One address, two names" in plan.near[0].why
        assert plan.refused

    def test_a_name_that_fits_several(self, session, trainer, known, serbia, police):
        PersonFactory(given_name="Marko", family_name="Đorđević", jurisdiction=serbia, institution=police)
        plan = check(session, people(row()), trainer)
        assert near(plan) == [(2, known)]
        assert "several" in plan.near[0].why

    def test_the_same_name_and_institution_with_another_address(self, session, trainer, known):
        assert near(check(session, people(row(email="other@mup.example")), trainer)) == [(2, known)]

    def test_no_institution_where_the_person_has_one(self, session, trainer, known):
        assert near(check(session, people(row(institution="")), trainer)) == [(2, known)]

    def test_an_institution_where_the_person_has_none(self, session, trainer, serbia):
        loner = PersonFactory(given_name="Ana", family_name="Test", jurisdiction=serbia, institution=None)
        assert near(check(session, people(row("Ana", "Test")), trainer)) == [(2, loner)]

    @pytest.mark.parametrize("family", ["Dordević", "Dordjević"])
    def test_a_spelling_that_sounds_the_same(self, session, trainer, known, family):
        plan = check(session, people(row(family=family)), trainer)
        assert near(plan) == [(2, known)]
        assert "spelt almost the same" in plan.near[0].why

    def test_two_rows_with_one_address_and_two_names(self, session, trainer):
        upload = people(row("Ana", "Prva", email="desk@mup.example"), row("Eva", "Druga", email="desk@mup.example"))
        plan = check(session, upload, trainer)
        assert near(plan) == [(3, None)]
        assert "row 2" in plan.near[0].why

    def test_two_rows_with_one_name_and_institution_and_two_addresses(self, session, trainer):
        plan = check(session, people(row(email="a@mup.example"), row(email="b@mup.example")), trainer)
        assert near(plan) == [(3, None)]

    def test_nothing_is_written_while_somebody_waits(self, session, trainer, known):
        result = apply(session, people(row(institution=""), row("Ana", "Nova")), trainer)
        assert result.roster_import is None
        assert (Person.objects.count(), Participation.objects.count()) == (1, 0)


class TestDecided:
    def test_match_takes_the_person_known(self, session, trainer, known):
        apply(session, people(row(institution="")), trainer, near="match")
        assert Participation.objects.get().person == known
        assert Person.objects.count() == 1

    def test_new_makes_somebody_else_with_the_address_as_given(self, session, trainer, known):
        apply(session, people(row("Ana", "Drugić", email="marko@mup.example")), trainer, near="new")
        new = Person.objects.exclude(pk=known.pk).get()
        assert (new.family_name, new.email) == ("Drugić", "marko@mup.example")
        assert Participation.objects.get().person == new

    def test_each_row_may_be_decided_apart(self, session, trainer, known):
        upload = people(row(institution=""), row(email="other@mup.example"))
        plan = check(session, upload, trainer, by_row={2: "match"})
        assert [each.entry.row for each in plan.undecided] == [3]
        result = apply(session, upload, trainer, by_row={2: "match", 3: "new"})
        assert result.roster_import
        assert Participation.objects.count() == 2

    def test_two_rows_taken_for_one_person_are_a_repeat(self, session, trainer, known):
        plan = apply(session, people(row(institution=""), row(email="other@mup.example")), trainer, near="match").plan
        assert [(entry.row, entry.repeat_of) for entry in plan.repeats] == [(3, 2)]
        assert Participation.objects.count() == 1

    def test_two_rows_of_one_address_taken_for_one(self, session, trainer):
        upload = people(row("Ana", "Prva", email="desk@mup.example"), row("Eva", "Druga", email="desk@mup.example"))
        plan = apply(session, upload, trainer, near="match").plan
        assert [(entry.row, entry.repeat_of) for entry in plan.repeats] == [(3, 2)]

    def test_two_rows_of_one_address_taken_for_two(self, session, trainer):
        upload = people(row("Ana", "Prva", email="desk@mup.example"), row("Eva", "Druga", email="desk@mup.example"))
        apply(session, upload, trainer, near="new")
        assert Person.objects.filter(email="desk@mup.example").count() == 2

    def test_a_near_match_who_is_on_the_roster_is_not_added_again(self, session, trainer, known):
        ParticipationFactory(session=session, person=known)
        plan = apply(session, people(row(institution="")), trainer, near="match").plan
        assert (len(plan.known), len(plan.joining)) == (1, 0)


def test_the_address_of_a_person_beside_a_wrong_one_is_still_known(session, trainer, known):
    """The second row says who it is beyond doubt; only the first is in question."""
    plan = check(session, people(row(email="other@mup.example"), row(email="marko@mup.example")), trainer)
    assert near(plan) == [(2, known)]
    assert plan.entries[1].person == known
