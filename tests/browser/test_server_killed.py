"""The server is killed while it takes a batch: a real one, in processes of its own, with SIGKILL."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from types import SimpleNamespace
from urllib.request import ProxyHandler, build_opener

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests.browser.conftest import PHONE, Visitor
from tests.certificates.processes import ROOT, database_url
from tests.factories import AccountFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.together import asked
from training.models import Attendance, AttendanceEvent, Participation, Session
from training.services.roles import ensure_roles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def filled(db):
    """Before the server begins: a trainer, and sixty people in the session of today."""
    ensure_roles()
    trainer = AccountFactory(email="trainer@example.org", roles=["trainer"])
    session = SessionFactory(created_by=trainer, start=timezone.localdate())
    for number in range(60):
        ParticipationFactory(session=session, person=PersonFactory(family_name=f"Trainee{number:02}-Test"))
    return SimpleNamespace(trainer=trainer, session=session)


@pytest.fixture
def server(filled, together, tmp_path):
    """A server to be killed and begun again, on the database of the test."""
    together.begin()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url, environment = (
        f"http://127.0.0.1:{port}",
        {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "project.settings.test",
            "DATABASE_URL": database_url(),
            "DATA_DIR": str(tmp_path),
        },
    )
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "4", "project.wsgi"]
    running = []

    def begin():
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        running.append(subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, **quiet))
        for _try in range(240):
            try:
                build_opener(ProxyHandler({})).open(f"{url}/health/", timeout=30).read()
            except OSError:
                time.sleep(0.25)
            else:
                return
        raise AssertionError("The server did not start within a minute.")

    def kill():
        process = running.pop()
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    yield SimpleNamespace(url=url, begin=begin, kill=kill)
    while running:
        kill()


@pytest.fixture
def held():
    """Holds a session's row, so that whoever wants to mark somebody in it waits, until it is let go."""
    go, has = threading.Event(), threading.Event()

    def hold(session):
        with transaction.atomic():
            Session.objects.select_for_update().get(pk=session.pk)
            has.set()
            go.wait(60)
        connection.close()

    def begin(session):
        thread = threading.Thread(target=hold, args=[session])
        thread.start()
        assert has.wait(30)
        return lambda: (go.set(), thread.join())

    yield begin
    go.set()


def test_a_batch_in_the_middle_of_which_the_server_is_killed_is_taken_once(filled, server, held, chromium):
    server.begin()
    visitor = Visitor(chromium, server, PHONE)
    page = visitor.page
    visitor.log_in(filled.trainer)
    page.goto(f"{server.url}/attendance/{filled.session.key}/{filled.session.start}/")
    page.locator("#unsent", has_text="All saved").wait_for()

    let_go = held(filled.session)
    with page.expect_request("**/sync/"):
        page.get_by_role("button", name="All present").click()
    time.sleep(1)  # the server has the batch, and waits for the session
    server.kill()
    let_go()
    page.get_by_text("No answer from the server").wait_for()
    assert page.locator("#unsent").inner_text() == "60 unsent"
    assert asked(AttendanceEvent.objects.count) == 0

    page.locator("li", has_text="Trainee07-Test").locator("summary").click()
    page.locator("li", has_text="Trainee07-Test").get_by_role("button", name="Late").click()
    page.locator("#unsent", has_text="61 unsent").wait_for()
    server.begin()
    page.locator("#unsent", has_text="All saved").wait_for()
    assert asked(AttendanceEvent.objects.count) == 61
    assert asked(Attendance.objects.filter(mark="present").count) == 59
    assert asked(Attendance.objects.filter(mark="late", participation__person__family_name="Trainee07-Test").count) == 1
    assert asked(Participation.objects.filter(days_attended=1).count) == 60
    page.context.close()
