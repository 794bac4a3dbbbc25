"""The menu and the home page: each role meets its own work, and no door that would not open."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import AccountFactory, SessionFactory
from training.choices import SessionStatus

pytestmark = pytest.mark.django_db
HOME = reverse("home")
MENUS = {
    "administrator": [
        "Sessions",
        "Courses",
        "Statistics",
        "Targets",
        "Reports",
        "Reconciliation",
        "People",
        "Institutions",
        "Access",
        "Certificates",
        "Trail",
        "Records",
    ],
    "coordinator": [
        "Sessions",
        "Courses",
        "Statistics",
        "Targets",
        "Reports",
        "Reconciliation",
        "People",
        "Institutions",
        "Access",
        "Certificates",
    ],
    "manager": ["Sessions", "Courses", "Statistics", "Targets", "Reports", "Reconciliation", "Access", "Certificates"],
    "trainer": ["Sessions", "Courses", "Statistics", "Reconciliation"],
    "auditor": ["Sessions", "Statistics", "Targets", "Reports", "Reconciliation", "Trail"],
    "officer": ["Sessions", "Courses", "My certificates"],
    "editor": ["Courses", "Records"],
}


@pytest.mark.parametrize(("role", "labels"), MENUS.items())
def test_the_menu_of_each_role_leads_only_where_it_may_go(client_of, role, labels):
    client = client_of(AccountFactory(roles=[role]))
    menu = client.get(HOME).context["menu"]
    assert [entry.label for entry in menu] == labels
    for entry in menu:
        assert client.get(entry.url).status_code == 200, entry.label


def test_a_visitor_gets_no_menu_and_a_way_in(client):
    page = client.get(HOME)
    assert page.context["menu"] == []
    assert reverse("account_login") in page.content.decode()


def test_the_menu_marks_where_one_is(client_of, trainer):
    assert 'href="/sessions/" aria-current="page"' in client_of(trainer).get(reverse("sessions")).content.decode()


def test_every_page_carries_the_footnote(client, client_of, trainer):
    for page in (client.get(HOME), client_of(trainer).get(HOME), client_of(trainer).get("/nothing/")):
        assert "Security Council resolution 1244 (1999)" in page.content.decode()


def test_a_trainer_marks_attendance_from_the_home_page(client_of, trainer):
    today = timezone.localdate()
    session = SessionFactory(title="Running now", created_by=trainer, start=today - timedelta(days=1), length=3)
    SessionFactory(title="Coming", created_by=trainer, start=today + timedelta(days=5), status=SessionStatus.PLANNED)
    SessionFactory(title="Another's", start=today)
    page = client_of(trainer).get(HOME)
    assert [found.title for found in page.context["today"]] == ["Running now"]
    assert [found.title for found in page.context["next"]] == ["Coming"]
    assert reverse("register", args=[session.key, today]) in page.content.decode()


def test_a_cancelled_session_is_nobodys_work_today(client_of, trainer):
    SessionFactory(created_by=trainer, start=timezone.localdate(), status=SessionStatus.CANCELLED)
    assert client_of(trainer).get(HOME).context["today"] == []


def test_an_account_without_a_role_is_told_whom_to_ask(client_of):
    assert "Your account has no role yet" in client_of(AccountFactory()).get(HOME).content.decode()


def test_three_sessions_today_take_as_many_queries_as_one(client_of, trainer):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client_of(trainer).get(HOME)
        return len(captured)

    SessionFactory(created_by=trainer, start=timezone.localdate())
    one = queries()
    SessionFactory.create_batch(2, created_by=trainer, start=timezone.localdate())
    assert queries() == one
