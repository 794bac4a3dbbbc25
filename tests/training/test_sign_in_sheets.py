"""The sheet that goes round in the room: everybody's name to the letter, rows for who else comes, and who took it."""

import io
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from tests.factories import InstitutionFactory, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.training.filing import SHORT, paper_rows, paper_text
from training.demo import names
from training.models import Participation, TrailEntry
from training.services.sign_in_sheets import empty_rows_for, print_sheet

pytestmark = pytest.mark.django_db
POOLS = [pool for pool in vars(names).values() if isinstance(pool, names.Names)]


@pytest.fixture
def session(trainer):
    session = SessionFactory(created_by=trainer, title="Weapons categorization", place="Skopje", length=2)
    session.trainers.add(trainer)
    return session


def day_of(session):
    return session.days.order_by("date").first()


def squeezed(pdf):
    return re.sub(r"\s+", " ", paper_text(pdf, "-layout"))


@pytest.mark.pdf
def test_every_letter_of_every_demo_name_stands_on_it(session, trainer):
    wanted = []
    for pool in POOLS:
        masculine, feminine = pool.feminine
        families = [family.removesuffix(masculine) + feminine for family in pool.families if masculine]
        firsts = (*pool.women, *pool.men)
        for number, family in enumerate((*pool.families, *families, *[pool.families[0]] * len(firsts))):
            given, family = firsts[number % len(firsts)], f"{family}-{pool.mark}"
            person = PersonFactory(given_name=given, family_name=family, institution=None)
            wanted.append(ParticipationFactory(session=session, person=person).person.full_name)
    assert len(POOLS) >= 6
    said = squeezed(print_sheet(day=day_of(session), by=trainer)).replace("- ", "-")
    assert [name for name in wanted if name not in said] == []


@pytest.mark.pdf
def test_it_says_which_session_whose_and_numbers_rows_and_pages(session, trainer):
    office = InstitutionFactory(name="Customs Administration")
    for number in range(40):
        person = PersonFactory(given_name="Ђорђе", family_name=f"Testi{number:02}", sex="M", institution=office)
        ParticipationFactory(session=session, person=person)
    ParticipationFactory(session=session, person=PersonFactory(family_name="Vodič"), role="trainer")
    pdf = print_sheet(day=day_of(session), by=trainer, empty_rows=3)
    said = squeezed(pdf)
    for text in ("Weapons categorization", "Skopje", str(trainer), "Arta Vodič", "day 1 of 2", "Wednesday 13 May 2026"):
        assert text in said
    rows = paper_rows(pdf)
    numbered = [row for row in rows if row[0].isdigit()]
    assert [row[0] for row in numbered] == [str(number) for number in range(1, 45)]
    assert numbered[0][:4] == ["1", "Ђорђе Testi00", "Customs Administration", "Man"]
    assert [len(row) for row in numbered[-3:]] == [1, 1, 1]
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) > 1
    for place, text in enumerate(pages, start=1):
        assert f"Page {place} of {len(pages)}" in text
        assert "Signature" in text


@pytest.mark.pdf
def test_the_footnote_stands_where_the_name_does_and_nowhere_else(session, trainer):
    ParticipationFactory(session=session)
    assert SHORT not in squeezed(print_sheet(day=day_of(session), by=trainer))
    home = JurisdictionFactory(code="XK")
    person = PersonFactory(jurisdiction=home, institution=InstitutionFactory(name="Kosovo* Police", jurisdiction=home))
    ParticipationFactory(session=session, person=person)
    assert f"* {SHORT}" in squeezed(print_sheet(day=day_of(session), by=trainer))


@pytest.mark.pdf
def test_whoever_withdrew_is_not_on_it(session, trainer):
    ParticipationFactory(session=session, person=PersonFactory(family_name="There"))
    gone = ParticipationFactory(session=session, person=PersonFactory(family_name="Gone"))
    Participation.objects.filter(pk=gone.pk).update(withdrawn_at=gone.created_at, outcome="withdrawn")
    said = squeezed(print_sheet(day=day_of(session), by=trainer))
    assert "There" in said
    assert "Gone" not in said


def test_it_has_as_many_empty_rows_as_are_likely_to_be_needed():
    assert [empty_rows_for(people) for people in (0, 1, 50, 51, 200)] == [20, 5, 5, 6, 20]


@pytest.mark.parametrize("rows", [-1, 101])
def test_a_number_of_rows_out_of_bounds_is_refused(session, trainer, rows):
    ParticipationFactory(session=session)
    with pytest.raises(ValidationError, match="Between 0 and 100"):
        print_sheet(day=day_of(session), by=trainer, empty_rows=rows)


def test_a_sheet_of_nobody_without_a_row_is_refused(session, trainer):
    with pytest.raises(ValidationError, match="Nobody is on the roster"):
        print_sheet(day=day_of(session), by=trainer, empty_rows=0)


def test_who_took_it_stands_in_the_trail(client_of, session, trainer):
    ParticipationFactory(session=session)
    address = reverse("sign_in_sheet", args=[session.key, session.start])
    answer = client_of(trainer).get(address, {"empty_rows": 2})
    assert answer.headers["Content-Type"] == "application/pdf"
    entry = TrailEntry.objects.get(action="sign-in sheet printed")
    assert (entry.by, entry.session) == (trainer, session)
    assert entry.detail == {"day": "2026-05-13", "shown": 1}


def test_what_is_wrong_is_said_beside_the_field(client_of, session, trainer):
    address = reverse("sign_in_sheet", args=[session.key, session.start])
    for typed, said in (("many", "Enter a whole number"), ("0", "Nobody is on the roster")):
        answer = client_of(trainer).get(address, {"empty_rows": typed})
        assert answer.status_code == 400
        assert said in answer.content.decode()
    assert not TrailEntry.objects.filter(action="sign-in sheet printed").exists()


def test_a_stranger_gets_none(client_of, session, other_trainer, coordinator):
    for account, status in ((other_trainer, 404), (coordinator, 403)):
        for name in ("paper", "sign_in_sheet"):
            answer = client_of(account).get(reverse(name, args=[session.key, session.start]))
            assert answer.status_code == status
    with pytest.raises(PermissionDenied):
        print_sheet(day=day_of(session), by=other_trainer)


@pytest.mark.parametrize("name", ["paper", "sign_in_sheet"])
def test_page_and_sheet_cost_as_many_queries_for_three_people_as_for_one(client_of, session, trainer, name):
    client, address = client_of(trainer), reverse(name, args=[session.key, session.start])

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    ParticipationFactory(session=session)
    queries()
    one = queries()
    for _number in range(2):
        ParticipationFactory(session=session)
    assert queries() == one
