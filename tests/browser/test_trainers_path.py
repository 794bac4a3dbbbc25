"""The trainer's whole day in a browser: log in, create a session, import a list, mark it on a phone, see the figure."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests.browser.conftest import PHONE
from tests.factories import JurisdictionFactory, ProjectFactory, TopicFactory
from training.models import Attendance, Participation, Session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROSTER = Path(__file__).parent.parent / "data" / "rosters" / "1-english.xlsx"


@pytest.fixture
def places(db):
    return [JurisdictionFactory(code=code) for code in ("AL", "BA", "XK", "ME", "MK", "RS")]


def women_and_men(visitor):
    visitor.go("/statistics/table/")
    return re.sub(r"\s+", " ", visitor.page.locator("table").inner_text())


def test_from_log_in_to_the_figure(visit, trainer, places):
    ProjectFactory(title="Borders")
    TopicFactory(key="weapons-categorization")
    today = timezone.localdate()
    visitor = visit(PHONE)
    visitor.log_in(trainer)
    visitor.go("/statistics/")
    assert "Nothing to count" in visitor.page.content()

    create_session(visitor, first_day=today - timedelta(days=2), last_day=today)
    session = Session.objects.get()
    assert session.days.count() == 3

    visitor.go(f"/sessions/{session.key}/import/")
    visitor.page.get_by_label(re.compile("list|file", re.IGNORECASE)).first.set_input_files(str(ROSTER))
    visitor.press("Read the list")
    assert Participation.objects.count() == 0, "nothing is written before the person has seen what was read"
    visitor.press("Import")
    assert Participation.objects.count() == 8

    imported = women_and_men(visitor)
    assert re.search(r"All\s+3\s+4\s+1\s+8", imported), imported

    mark_one_absent(visitor, session, today)
    assert Attendance.objects.get(day__date=today, participation__person__given_name="Vuk").mark == "absent"


def create_session(visitor, *, first_day: date, last_day: date):
    visitor.go("/sessions/new/")
    page = visitor.page
    page.get_by_label(re.compile("^Title")).fill("Weapons categorization, Skopje")
    page.get_by_label(re.compile("^Topic")).select_option(label="Weapons categorization")
    page.get_by_label(re.compile("^Project")).select_option(label="Borders")
    page.get_by_label(re.compile("^First day")).fill(first_day.isoformat())
    page.get_by_label(re.compile("^Last day")).fill(last_day.isoformat())
    for name in ("Kosovo*", "North Macedonia"):
        page.get_by_label(name).check()
    visitor.press("Plan the session")


def mark_one_absent(visitor, session, day):
    visitor.go(f"/sessions/{session.key}/days/{day.isoformat()}/")
    row = visitor.page.locator("li", has_text="Radović-Test, Vuk")
    row.locator("summary").click()
    with visitor.page.expect_response(re.compile("/sync/")):
        row.get_by_role("button", name="Absent").click()
    visitor.page.locator("li.absent", has_text="Radović-Test, Vuk").wait_for()


def test_a_tap_is_one_mark_and_undo_takes_it_back(visit, trainer, places):
    from tests.factories import ParticipationFactory, PersonFactory, SessionFactory

    today = timezone.localdate()
    session = SessionFactory(created_by=trainer, start=today, jurisdictions=places)
    for name in ("Arta", "Besa"):
        ParticipationFactory(session=session, person=PersonFactory(given_name=name, family_name="Testi"))
    visitor = visit(PHONE)
    visitor.log_in(trainer)
    visitor.go(f"/sessions/{session.key}/days/{today.isoformat()}/")
    first = visitor.page.locator("li", has_text="Testi, Arta")
    first.get_by_role("button", name="Mark").click()
    visitor.page.locator("li.present", has_text="Testi, Arta").wait_for()
    assert "1 of 2" in visitor.page.locator("#progress").inner_text()
    visitor.page.get_by_role("button", name="All present").click()
    visitor.page.locator("#progress", has_text="2 of 2").wait_for()
    visitor.page.get_by_role("button", name="Undo").click()
    visitor.page.locator("#progress", has_text="1 of 2").wait_for()
    visitor.page.locator("#unsent", has_text="All saved").wait_for()
    visitor.check()
    assert Attendance.objects.count() == 1
