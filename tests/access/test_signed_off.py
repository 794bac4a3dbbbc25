"""No page and no command changes a session that is signed off: each address of a session is asked to, by whoever works
with it, and each command is run on it.
"""

from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, get_commands
from django.db import connection
from django.utils import timezone

from tests.access.addresses import ours
from tests.access.asking import asks_of
from tests.access.walking import Visitor
from tests.factories import ParticipationFactory, SessionFactory
from tests.training.past_lists import make_register, row, sessions
from tests.training.rosters import people
from training.models import DayRegister, Session, SignOff
from training.services.attendance import mark_all
from training.services.closing import sign_off

pytestmark = pytest.mark.django_db
GUARDS = ("0013_signed_off", "0016_check_in", "0017_paper")
LOCKED = {table.name for name in GUARDS for table in import_module(f"training.migrations.{name}").TABLES}
LOCKED |= {model._meta.db_table for model in (Session, SignOff, DayRegister)}
COPYING = "/sessions/<slug:key>/copy/ POST"  # makes another session
# Taking the sign-off back, with a reason, is the one change there is.
REOPENING = "/sessions/<slug:key>/status/#to=reopen POST"


@pytest.mark.parametrize("role", ["administrator", "manager", "trainer"])
@pytest.mark.parametrize("place", ["Signed", "Past"])
def test_no_page_of_a_session_that_is_signed_off_changes_it(world, role, place):
    visitor, tried, changed = Visitor(world.accounts[role]), set(), {}
    for address in ours():
        of_session = "<slug:key>" in address.route and address.route.startswith(("sessions/", "attendance/"))
        if not of_session or "import" in address.name:  # those of lists: tests/training/test_roster_import*.py
            continue
        for ask in asks_of(address):
            answer = visitor.ask(address, ask, world.places[place])
            tried.add(answer.row)
            assert answer.response.status_code < 500, answer.row
            if touched := answer.changed & LOCKED:
                changed[answer.row] = touched
    assert [row for row in tried if row.endswith(("/paper/keep/ POST", "/paper/count/ POST", "/scores/ POST"))]
    assert len([row for row in tried if row.endswith("POST")]) > 30
    assert set(changed) - {REOPENING, COPYING} == set()
    assert (REOPENING in changed) == (role != "trainer")


OURS = {"certificates", "elearning", "project", "training"}
MANUAL = Path(__file__).parent.parent / "data" / "manuals" / "open-source-research-en.docx"
# In this order: what one makes, the next may find.
COMMANDS = {
    "import_roster": ("{key}", "{roster}"),
    "import_sessions": ("{past}",),
    "issue_certificates": ("{key}", "--sign-off"),
    "verify_certificate": ("EV-0000-0000-0000-0000",),
    "load_roadmap": (),
    "load_demo": (),
    "load_courses": ("--project", "demo-investigation"),
    "import_manual": (str(MANUAL),),
    "end_attempts": (),
    "keep_tallies": (),
    "statistics": ("--by", "sex"),
    "check_register": (),
    "apply_retention": ("--apply",),
    "remove_demo": (),
}
# `prepare` runs load_roadmap, load_demo, load_courses and keep_tallies; `work` issues what issue_certificates does.
OF_OTHERS = {"prepare", "work"}


def test_no_command_of_ours_changes_it(tmp_path, trainer):
    assert {name for name, app in get_commands().items() if app in OURS} == {*COMMANDS, *OF_OTHERS}
    make_register()
    session = SessionFactory(title="Basic course", created_by=trainer, start=timezone.localdate())
    known = [ParticipationFactory(session=session) for _number in range(2)]
    mark_all(session=session, day=session.days.get(), mark="present", by=trainer)
    sign_off(session=session, by=trainer)
    lists = {
        "roster": people(["Nova", "Nova-Test", "F", known[0].person.jurisdiction.code]),
        "past": sessions(row(title=session.title, start=str(session.start), end=str(session.end))),
    }
    given = {"key": session.key} | {name: str(tmp_path / f"{name}.xlsx") for name in lists}
    for name, upload in lists.items():
        Path(given[name]).write_bytes(upload.data)
    stood = rows_of_it(session)
    assert len(stood["training_participation"]) == len(stood["training_attendance"]) == 2
    status = {}
    for command, arguments in COMMANDS.items():
        status[command] = status_of(command, *[word.format(**given) for word in arguments])
        assert rows_of_it(session) == stood, command
    assert status["import_roster"] == 1
    assert {command for command, ended in status.items() if ended} <= {
        "import_roster",
        "verify_certificate",
        "check_register",
    }


def status_of(command, *arguments):
    try:
        call_command(command, *arguments, stdout=StringIO(), stderr=StringIO())
    except CommandError as refusal:
        return refusal.returncode
    except SystemExit as ended:
        return ended.code
    return 0


def rows_of_it(session):
    """Each locked table's rows of the session, as the database has them."""
    found = {}
    with connection.cursor() as cursor:
        for table in (table for name in GUARDS for table in import_module(f"training.migrations.{name}").TABLES):
            is_of_it = table.session.format(row="own")
            cursor.execute(f"SELECT * FROM {table.name} AS own WHERE {is_of_it} = %s", [session.pk])  # noqa: S608 (ours)
            found[table.name] = sorted(cursor.fetchall(), key=repr)
        cursor.execute("SELECT * FROM training_session WHERE id = %s", [session.pk])
        found["training_session"] = cursor.fetchall()
    return found
