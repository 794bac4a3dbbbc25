import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import JurisdictionFactory, ProjectFactory, SessionFactory
from tests.training.figures import by_jurisdiction, by_sex, headcount_of, roster_of, source_called
from training.choices import SessionStatus
from training.models import Decision, FootnoteSet, Session, TrailEntry
from training.services.decisions import decide, withdraw_decision
from training.services.headcounts import write_breakdowns
from training.statistics.reconciliation import contradictions
from training.statistics.rules import broken_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def headcount(trainer, manager):
    session = SessionFactory(key="converted", title="Converted", status=SessionStatus.DELIVERED, created_by=trainer)
    manager.projects.add(session.project)
    return headcount_of(session, 119, by_sex(M=75, F=24), quote="75 men and 24 women", source=source_called("s"))


def page(client, query=""):
    return client.get(reverse("contradictions") + query).content.decode()


def fingerprint():
    return contradictions()[0].fingerprint


def test_an_empty_register_says_so(manager, client_of):
    assert "No figures contradict each other" in page(client_of(manager))


def test_each_is_shown_with_size_quote_source_and_its_session(headcount, auditor, client_of):
    html = page(client_of(auditor))
    for text in (
        "119",
        "99",
        "−20",
        "75 men and 24 women",
        "Breakdown against total",
        "Source: SEESAC",
        reverse("session", args=["converted"]),
    ):
        assert text in html
    assert "No figures contradict each other" not in html
    assert "Keep this decision" not in html


def test_a_manager_decides_and_takes_it_back(headcount, manager, client_of):
    client = client_of(manager)
    assert "Keep this decision" in page(client)
    posted = {"fingerprint": fingerprint(), "reason": "The parts are right."}
    assert client.post(reverse("contradiction_decide"), posted).url == reverse("contradictions")
    html = page(client)
    assert "The parts are right." in html
    assert f"{manager}, {timezone.localdate():%-d %B %Y}" in html
    assert "0 without a decision" in html
    client.post(reverse("contradiction_withdraw"), {"fingerprint": fingerprint()})
    assert "1 without a decision" in page(client)
    assert set(TrailEntry.objects.values_list("action", flat=True)) == {"contradiction decided", "decision withdrawn"}


def test_a_decision_changes_no_figure(headcount, manager):
    decide(by=manager, fingerprint=fingerprint(), reason="The parts are right.")
    headcount.refresh_from_db()
    assert (headcount.total, sorted(c.number for c in headcount.breakdowns.get().cells.all())) == (119, [24, 75])


def test_new_figures_need_a_new_decision(headcount, manager):
    decide(by=manager, fingerprint=fingerprint(), reason="The parts are right.")
    write_breakdowns(headcount, [by_sex(M=76, F=24)])
    assert contradictions()[0].decision is None


def test_deciding_again_replaces_the_decision(headcount, manager, administrator):
    decide(by=manager, fingerprint=fingerprint(), reason="One")
    decide(by=administrator, fingerprint=fingerprint(), reason="Two")
    decision = Decision.objects.get()
    assert (decision.reason, decision.by) == ("Two", administrator)


def test_only_what_is_there_can_be_decided(headcount, manager):
    with pytest.raises(ValidationError, match="There is no such contradiction any more"):
        decide(by=manager, fingerprint="cells:converted:0000000000000000", reason="Fine")


def test_a_decision_needs_its_reason(headcount, manager, client_of):
    with pytest.raises(ValidationError):
        decide(by=manager, fingerprint=fingerprint(), reason="  ")
    posted = {"fingerprint": fingerprint(), "reason": ""}
    html = client_of(manager).post(reverse("contradiction_decide"), posted, follow=True).content.decode()
    assert "Write what you decided and why." in html


def test_a_broken_rule_is_shown_and_can_be_decided_too(manager, client_of):
    session = SessionFactory(jurisdictions=[JurisdictionFactory(code="MK")])
    manager.projects.add(session.project)
    headcount_of(session, 3, by_jurisdiction(RS=3))
    assert "which is not among the session&#x27;s jurisdictions" in page(client_of(manager))
    [rule] = broken_rules(Session.objects.all())
    decide(by=manager, fingerprint=rule.fingerprint, reason="Guests")
    assert broken_rules(Session.objects.all())[0].decision.reason == "Guests"


def test_a_manager_decides_nothing_about_projects_of_others(headcount, manager, client_of):
    decide(by=manager, fingerprint=fingerprint(), reason="Fine")
    assert "Take the decision back" in page(client_of(manager))
    manager.projects.clear()
    client, posted = client_of(manager), {"fingerprint": fingerprint(), "reason": "Mine"}
    assert "Take the decision back" not in page(client)
    for name in ("contradiction_decide", "contradiction_withdraw"):
        assert client.post(reverse(name), posted).status_code == 403
    assert Decision.objects.get().reason == "Fine"


def test_taking_a_decision_back_names_the_session_in_the_trail(headcount, manager):
    decide(by=manager, fingerprint=fingerprint(), reason="Fine")
    withdraw_decision(by=manager, fingerprint=fingerprint())
    assert TrailEntry.objects.get(action="decision withdrawn").session == headcount.session


def test_only_a_decision_can_be_taken_back(headcount, manager):
    with pytest.raises(ValidationError, match="nothing to take back"):
        withdraw_decision(by=manager, fingerprint=fingerprint())


@pytest.mark.parametrize("role", ["trainer", "coordinator", "auditor", "editor", "officer"])
def test_others_do_not_decide(headcount, role, request, client_of):
    account = request.getfixturevalue(role)
    for change in (
        lambda: decide(by=account, fingerprint=fingerprint(), reason="Fine"),
        lambda: withdraw_decision(by=account, fingerprint=fingerprint()),
    ):
        with pytest.raises(PermissionDenied):
            change()
    posted = {"fingerprint": fingerprint(), "reason": "Fine"}
    assert client_of(account).post(reverse("contradiction_decide"), posted).status_code == 403


@pytest.mark.parametrize("role", ["officer", "editor"])
def test_whoever_sees_no_figures_does_not_see_the_page(role, request, client_of):
    assert client_of(request.getfixturevalue(role)).get(reverse("contradictions")).status_code == 403


def test_a_trainer_sees_their_own_sessions_contradictions_only(headcount, trainer, other_trainer, client_of):
    assert "75 men and 24 women" in page(client_of(trainer))
    assert "75 men and 24 women" not in page(client_of(other_trainer))


class TestFilters:
    def test_a_project_narrows_both_parts_and_stays_after_a_decision(self, headcount, manager, client_of):
        headcount_of(headcount.session, 120, scope="published")
        other = SessionFactory(title="Parcels", project=ProjectFactory(key="parcels"))
        headcount_of(other, 10, by_sex(F=3))
        headcount_of(other, 11, scope="published")
        client = client_of(manager)
        query = f"?project={headcount.session.project.key}"
        html = page(client, query)
        assert "1 session compared" in html
        assert "Parcels</a>" not in html
        posted = {"fingerprint": fingerprint(), "reason": "Fine"}
        assert client.post(reverse("contradiction_decide") + query, posted).url == reverse("contradictions") + query

    def test_only_the_undecided_leaves_out_what_is_decided(self, headcount, manager, client_of):
        headcount_of(headcount.session, 119, scope="published")
        client = client_of(manager)
        assert "1 session compared" in page(client, "?undecided=on")
        decide(by=manager, fingerprint=fingerprint(), reason="The parts are right.")
        html = page(client, "?undecided=on")
        assert "The parts are right." not in html
        assert "None that fits what you asked for." in html
        assert "session compared" not in html

    def test_a_roster_that_waits_beside_a_headcount_is_undecided(self, auditor, client_of):
        session = SessionFactory(title="Waiting")
        roster_of(session, MK_F=2)
        headcount_of(session, 2)
        assert "Waiting</a>" in page(client_of(auditor), "?undecided=on")

    def test_a_project_that_does_not_exist_is_said(self, headcount, auditor, client_of):
        response = client_of(auditor).get(reverse("contradictions") + "?project=atlantis")
        assert response.status_code == 400
        assert "75 men and 24 women" not in response.content.decode()

    def test_the_footnote_is_the_projects_own_where_its_texts_need_one(self, headcount, auditor, client_of):
        project = headcount.session.project
        project.footnotes = FootnoteSet.objects.create(key="own", text="As the funder puts it.")
        project.save()
        query = f"?project={project.key}"
        assert "As the funder puts it." not in page(client_of(auditor), query)
        headcount.quote = "60 from Kosovo*"
        headcount.save()
        assert "*As the funder puts it." in page(client_of(auditor), query)


def test_roster_headcount_and_published_stand_side_by_side(auditor, client_of):
    session = SessionFactory(title="Parcels")
    roster_of(session, MK_F=2, MK_M=1)
    headcount_of(session, 7, by_sex(F=3, M=4), scope="published", quote="Seven came", source=source_called("s"))
    html = page(client_of(auditor))
    table = " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<table") : html.index("</table>")]).split())
    assert "Roster counts 3 2 1 0 Published SEESAC Seven came 7 3 4 0 +4" in table
    assert "The roster counts: no headcount stands for the whole session. What was published is only compared." in table


def test_nothing_to_compare_is_said(headcount, auditor, client_of):
    assert "there is nothing to compare" in page(client_of(auditor))


def test_a_trainer_compares_their_own_sessions_only(headcount, trainer, other_trainer, client_of):
    headcount_of(headcount.session, 120, scope="published")
    assert "1 session compared" in page(client_of(trainer))
    assert "session compared" not in page(client_of(other_trainer))


def test_the_number_of_queries_does_not_grow(headcount, manager, client_of):
    client = client_of(manager)
    headcount_of(headcount.session, 120, scope="published")
    roster_of(headcount.session, MK_F=1)
    decide(by=manager, fingerprint=fingerprint(), reason="Fine")
    with CaptureQueriesContext(connection) as with_one:
        page(client)
    for _again in range(2):
        session = SessionFactory()
        headcount_of(session, 10, by_sex(F=3), source=source_called("s"))
        headcount_of(session, 10, scope="published")
        roster_of(session, MK_F=1)
    with CaptureQueriesContext(connection) as with_three:
        page(client)
    assert len(with_three) == len(with_one)
