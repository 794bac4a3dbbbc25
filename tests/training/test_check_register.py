import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.factories import JurisdictionFactory, SessionFactory
from tests.training.figures import by_jurisdiction, by_sex, headcount_of, roster_of
from training.choices import Mark, Outcome, SessionKind, SessionStatus
from training.models import Account, Attendance, Participation, Session, TrailEntry, Training
from training.roadmap import load_roadmap
from training.services.decisions import decide
from training.services.outcomes import recompute
from training.statistics.rules import broken_rules

pytestmark = pytest.mark.django_db


def check(*options):
    """Exit status and what was written."""
    out = StringIO()
    try:
        call_command("check_register", *options, stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def rules():
    return [one.message for one in broken_rules(Session.objects.all())]


def test_an_empty_register_passes():
    assert check() == (0, "0 without a decision\n0 decided\n")


def test_the_facts_have_one_contradiction_with_its_quote_and_source():
    load_roadmap(by=Account.objects.system())
    status, out = check("--report", "json")
    assert status == 1
    report = json.loads(out)
    [found] = report["contradictions"]
    assert report["decided"] == []
    assert (found["session"], found["stated"], found["found"]) == ("cross-border-converted-firearms", 119, 99)
    assert "(75 men and 24 women)" in found["quote"]
    assert found["source"] == "undp-projects"


def test_the_list_for_people_has_quote_and_source_too():
    load_roadmap(by=Account.objects.system())
    status, out = check()
    assert status == 1
    assert "1 without a decision" in out
    assert "119 law enforcement officers (75 men and 24 women)" in out
    assert "SEESAC: page ©2024 (undp-projects)" in out


def test_a_footnote_goes_with_the_name_it_belongs_to():
    session = SessionFactory(jurisdictions=[JurisdictionFactory(code="MK")])
    headcount_of(session, 4, by_jurisdiction(XK=4))
    _status, out = check()
    assert "Kosovo*" in out
    assert "* References to Kosovo shall be understood" in out


def test_it_passes_once_an_editor_has_decided_and_lists_the_decision_apart(administrator):
    load_roadmap(by=Account.objects.system())
    _status, out = check("--report", "json")
    fingerprint = json.loads(out)["contradictions"][0]["fingerprint"]
    decide(by=administrator, fingerprint=fingerprint, reason="The parts by jurisdiction are right.")
    status, out = check("--report", "json")
    report = json.loads(out)
    assert (status, report["contradictions"]) == (0, [])
    assert report["decided"][0]["decision"]["reason"] == "The parts by jurisdiction are right."
    assert report["decided"][0]["decision"]["by"] == administrator.email


def test_an_account_that_sees_no_figures_is_refused(officer):
    with pytest.raises(CommandError) as refusal:
        check("--as", officer.email)
    assert refusal.value.returncode == 1


def test_an_unknown_account_is_a_wrong_call():
    with pytest.raises(CommandError) as refusal:
        check("--as", "nobody@example.org")
    assert refusal.value.returncode == 2


def test_a_trainer_sees_only_their_own_sessions(trainer):
    headcount_of(SessionFactory(key="mine", created_by=trainer), 10, by_sex(F=1))
    headcount_of(SessionFactory(key="not-mine"), 10, by_sex(F=1))
    _status, out = check("--report", "json", "--as", trainer.email)
    assert [one["session"] for one in json.loads(out)["contradictions"]] == ["mine"]


def test_it_lands_in_the_trail(auditor):
    check("--as", auditor.email)
    assert TrailEntry.objects.get(action="register checked").by == auditor


class TestRules:
    def test_a_series_has_no_roster(self):
        roster_of(SessionFactory(kind=SessionKind.SERIES), MK_F=2, outcome=Outcome.REGISTERED)
        Participation.objects.update(days_attended=0)
        assert rules() == ["It restates other sessions, so it can have no roster: 2 people are on it."]

    def test_cells_name_jurisdictions_of_the_session(self):
        session = SessionFactory(jurisdictions=[JurisdictionFactory(code="MK")])
        headcount_of(session, 4, by_jurisdiction(MK=1, RS=3))
        assert rules() == ["A headcount gives figures for Serbia, which is not among the session's jurisdictions."]

    def test_a_session_without_jurisdictions_takes_cells_for_any(self):
        headcount_of(SessionFactory(), 4, by_jurisdiction(RS=4))
        assert rules() == []

    def test_broken_ones_make_the_check_fail(self):
        headcount_of(SessionFactory(jurisdictions=[JurisdictionFactory(code="MK")]), 3, by_jurisdiction(RS=3))
        status, out = check("--report", "json")
        assert (status, json.loads(out)["contradictions"][0]["kind"]) == (1, "rule")


class TestOutcomes:
    """What services/outcomes.py writes passes; anything else is found, in each of the states it tells apart."""

    @pytest.fixture
    def session(self):
        session = SessionFactory(length=5, status=SessionStatus.DELIVERED)
        roster_of(session, MK_F=3, MK_M=1)
        return session

    def mark(self, session, *days_there):
        """The first person is there on so many of the days, the second on so many, and so on."""
        for participation, there in zip(session.participations.order_by("pk"), days_there, strict=False):
            for day in session.days.filter(date__lt=session.start + timedelta(days=there)):
                Attendance.objects.create(participation=participation, day=day, mark=Mark.LATE)

    @pytest.mark.parametrize("status", [SessionStatus.OPEN, SessionStatus.DELIVERED])
    @pytest.mark.parametrize("days_there", [(), (5, 4, 3, 0)])
    def test_as_the_service_writes_them_are_right(self, session, status, days_there):
        session.status = status
        session.save()
        self.mark(session, *days_there)
        recompute(session)
        assert rules() == []

    def test_follow_the_rule_of_the_training(self, session):
        training = Training.objects.create(title="T", topic=session.topic, attendance_share=60, pass_mark=70)
        session.training = training
        session.save()
        session.participations.filter(sex="F").update(post_score=80)
        self.mark(session, 5, 3, 2, 5)
        recompute(session)
        outcomes = list(session.participations.order_by("pk").values_list("outcome", flat=True))
        assert outcomes == ["completed", "completed", "attended", "attended"]
        assert rules() == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {"outcome": Outcome.COMPLETED},
            {"outcome": Outcome.ABSENT},
            {"outcome": Outcome.REGISTERED},
            {"days_attended": 2},
            {"days_attended": None},
        ],
    )
    def test_that_do_not_follow_are_found(self, session, wrong):
        self.mark(session, 3, 3, 3, 3)
        recompute(session)
        first = session.participations.order_by("pk")[0]
        Participation.objects.filter(pk=first.pk).update(**wrong)
        assert rules() == ["The outcome of 1 participation does not follow from its marks."]

    def test_without_a_register_everybody_attended_on_unknown_days(self, session):
        recompute(session)
        session.participations.update(days_attended=0)
        assert rules() == ["The outcomes of 4 participations do not follow from their marks."]
