"""A corrected list imported again: the roster takes what it says, says so, and can be taken back."""

import pytest

from tests.factories import InstitutionFactory, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.training.rosters import HEADINGS, apply, check, people
from training.choices import Role, Sex
from training.imports.report import as_json, as_text
from training.imports.undo import undo_import
from training.models import Institution
from training.services import registering

WITH_ROLE = [*HEADINGS, "Role"]


@pytest.fixture
def home(db):
    JurisdictionFactory(code="XK")
    return JurisdictionFactory(code="RS")


@pytest.fixture
def session(trainer, home):
    return SessionFactory(jurisdictions=[home], created_by=trainer)


@pytest.fixture
def ana(session, home):
    person = PersonFactory(
        given_name="Ana", family_name="Nova", email="ana@mup.example", position="Clerk", sex=Sex.MEN,
        jurisdiction=home, institution=InstitutionFactory(name="MUP", jurisdiction=home),
    )  # fmt: skip
    return ParticipationFactory(session=session, person=person)


def row(*values):
    return people(["Ana", "Nova", *values], headings=WITH_ROLE)


CORRECTED = ("F", "XK", "Border Police", "Inspector", "ana@mup.example", "trainer")


def snapshot(participation):
    participation.refresh_from_db()
    home = participation.institution
    return (
        participation.role, participation.sex, participation.jurisdiction.code, home and home.name,
        participation.position,
    )  # fmt: skip


def test_the_roster_takes_what_the_corrected_row_says_and_the_record_stays(session, trainer, ana):
    plan = apply(session, row(*CORRECTED), trainer).plan
    assert snapshot(ana) == (Role.TRAINER, Sex.WOMEN, "XK", "Border Police", "Inspector")
    assert (ana.person.sex, ana.person.jurisdiction.code, ana.person.position) == (Sex.MEN, "RS", "Clerk")
    fields = {each["field"] for each in as_json(plan, applied=True)["corrections"]}
    assert fields == {"role", "sex", "jurisdiction", "institution", "position"}
    assert any("corrects the roster" in line for line in as_text(plan, applied=True))


def test_it_is_taken_back_as_one(session, trainer, ana):
    before = snapshot(ana)
    undo_import(roster_import=apply(session, row(*CORRECTED), trainer).roster_import, by=trainer)
    assert snapshot(ana) == before
    assert not Institution.objects.filter(name="Border Police").exists()


def test_what_somebody_changed_since_stays_when_it_is_taken_back(session, trainer, ana):
    record = apply(session, row(*CORRECTED), trainer).roster_import
    ana.refresh_from_db()
    registering.change(participation=ana, by=trainer, position="Chief")
    undo_import(roster_import=record, by=trainer)
    assert snapshot(ana) == (Role.TRAINEE, Sex.MEN, "RS", "MUP", "Chief")


def test_what_the_row_leaves_empty_stays(session, trainer, ana):
    registering.change(participation=ana, by=trainer, role=Role.TRAINER)
    before = snapshot(ana)
    plan = apply(session, row("", "", "MUP", "", "ana@mup.example", ""), trainer).plan
    assert snapshot(ana) == before
    assert "corrections" not in as_json(plan, applied=True)


def test_who_has_withdrawn_stays_as_they_were_and_the_report_says_so(session, trainer, ana):
    registering.withdraw(participation=ana, by=trainer)
    before = snapshot(ana)
    plan = check(session, row(*CORRECTED), trainer)
    apply(session, row(*CORRECTED), trainer)
    assert snapshot(ana) == before
    lines = as_text(plan, applied=False)
    assert any("roster stays as it is" in line for line in lines)
    assert not any("keeps the row's" in line for line in lines)
