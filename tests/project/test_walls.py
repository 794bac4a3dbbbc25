"""The walls around every page: headers, methods, sizes, log-ins that end by themselves, and no word too much."""

import json
import logging
import time

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from project import views, walls
from tests.factories import PASSWORD
from tests.project.test_settings import PRODUCTION, manage

pytestmark = pytest.mark.django_db


@pytest.fixture
def security_log(caplog):
    """The lines of the security log, read as what they are."""
    logger = logging.getLogger("evidenca.security")
    logger.addHandler(caplog.handler)
    yield lambda: [json.loads(record.getMessage()) for record in caplog.records if record.name == logger.name]
    logger.removeHandler(caplog.handler)


def idle(client, seconds):
    session = client.session
    session["seen"] = int(time.time()) - seconds
    session.save()


@pytest.mark.parametrize("path", ["/", "/account/login/", "/no-such-page/", "/sessions/", "/static/no-such.css"])
def test_our_pages_load_nothing_inline_and_nothing_foreign(client_of, manager, path):
    policy = client_of(manager).get(path).headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_a_method_no_page_takes_is_refused_before_anything_looks_at_it(client, method):
    answer = getattr(client, method)("/account/login/")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("length", [str(22 * 1024 * 1024), "-1", "much"])
def test_a_body_beyond_all_measure_is_not_read(client, length):
    answer = client.post("/access/ask/", {"name": "x"}, CONTENT_LENGTH=length)
    assert answer.status_code == 413


def test_whoever_reaches_other_peoples_records_logs_in_again_after_half_an_hour(client_of, manager):
    client = client_of(manager)
    assert client.get("/sessions/").status_code == 200
    idle(client, 29 * 60)
    assert client.get("/sessions/").status_code == 200
    idle(client, 31 * 60)
    answer = client.get("/sessions/?q=borders")
    assert answer.url == f"{reverse('account_login')}?next=%2Fsessions%2F%3Fq%3Dborders"
    assert "after a while without work" in client.get(answer.url).content.decode()
    assert client.get("/sessions/").status_code == 302


def test_work_keeps_a_log_in_going(client_of, manager):
    client = client_of(manager)
    for _half_hour in range(3):
        idle(client, 29 * 60)
        assert client.get("/sessions/").status_code == 200


def test_nothing_is_done_by_a_form_that_comes_too_late(client_of, manager):
    client = client_of(manager)
    idle(client, 31 * 60)
    answer = client.post(reverse("report_new"), {"title": "Late", "audience": "donor", "threshold": 5})
    assert answer.url == f"{reverse('account_login')}?"
    assert not manager.saved_reports.exists()


def test_a_trainer_in_a_room_is_not_logged_out(client_of, trainer):
    client = client_of(trainer)
    idle(client, 3 * 60 * 60)
    assert client.get("/sessions/").status_code == 200


def test_a_log_in_starts_a_session_of_its_own(trainer):
    cache.clear()
    client = Client()
    client.get("/account/login/?next=/sessions/")
    session = client.session
    session["seen"] = 1
    session.save()
    before = client.session.session_key
    client.post("/account/login/", {"login": trainer.email, "password": PASSWORD})
    assert client.session.session_key != before
    assert not Client(headers={"cookie": f"sessionid={before}"}).session.get("_auth_user_id")


def test_no_browser_keeps_what_somebody_logged_in_has_read(client, client_of, manager):
    assert client_of(manager).get("/sessions/").headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in client.get("/").headers


def test_a_fault_of_ours_is_said_without_a_trace(client_of, manager, monkeypatch):
    def fail(*_args):
        raise RuntimeError("a secret of the database")

    monkeypatch.setattr(views, "day_of", fail)
    client = client_of(manager)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "secret" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    assert "Content-Security-Policy" in answer.headers


def test_each_refusal_is_one_line_of_the_security_log_without_values(client_of, auditor, security_log):
    client_of(auditor).get("/reports/new/?question=rows%3Dyear")
    (line,) = security_log()
    assert line == {
        "event": "refused",
        "status": 403,
        "method": "GET",
        "address": "reports/new/",
        "account": auditor.pk,
        "from": "127.0.0.1",
    }


def test_a_form_without_its_token_is_refused_and_logged(manager, security_log):
    client = Client(enforce_csrf_checks=True)
    client.force_login(manager)
    assert client.post(reverse("report_new"), {"title": "Forged"}).status_code == 403
    assert security_log()[0]["status"] == 403


@pytest.mark.parametrize(
    "elsewhere", ["https://example.com/", "//example.com/", "/\\example.com", "javascript:alert(1)"]
)
def test_what_leads_on_after_the_log_in_stays_on_this_site(client, trainer, elsewhere):
    cache.clear()
    way = client.get("/admin/login/", {"next": elsewhere}).url
    assert way.startswith("/account/login/")
    sent = {"login": trainer.email, "password": PASSWORD, "next": elsewhere}
    assert client.post(way, sent).url == reverse("home")


def test_in_production_cookies_are_held_to_this_host_and_https(tmp_path):
    asked = "SESSION_COOKIE_NAME SESSION_COOKIE_SECURE SESSION_COOKIE_HTTPONLY CSRF_COOKIE_NAME CSRF_COOKIE_SECURE"
    code = f"from django.conf import settings; print([getattr(settings, name) for name in '{asked}'.split()])"
    done = manage("shell", "--no-imports", "-c", code, environment=PRODUCTION | {"DATA_DIR": str(tmp_path)})
    assert "['__Host-session', True, True, '__Host-csrf', True]" in done.stdout, done.stderr


def test_the_policy_of_the_admin_is_its_own(client_of, editor):
    policy = client_of(editor).get("/admin/").headers["Content-Security-Policy"]
    assert policy.startswith(walls.ADMIN_POLICY)
    assert "default-src 'self'" in policy
