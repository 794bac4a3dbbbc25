"""Figures kept of rosters: whatever is done, in whatever order, an answer is what the records add up to."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.factories import (
    InstitutionFactory,
    InstitutionTypeFactory,
    JurisdictionFactory,
    ParticipationFactory,
    PersonFactory,
    ProjectFactory,
    SessionFactory,
    put_right,
)
from training.choices import Mark, Modality, Outcome, Role, SessionStatus, Sex
from training.models import Account, Attendance, AttendanceEvent, Participation, RosterTally, Session, Topic
from training.models.tallies import WORDS, drawn
from training.services.attendance import mark
from training.services.closing import change_status, reopen, sign_off
from training.services.institution_merging import merge_institutions, undo_institution_merge
from training.services.registering import Registration, register, withdraw
from training.services.tallies import keep_missing_tallies, keep_tallies
from training.statistics.engine import ask
from training.statistics.held import ROSTERS
from training.statistics.learning import learning_by_session
from training.statistics.question import Question
from training.statistics.rules import broken_rules

QUESTIONS = [
    Question(by=("jurisdiction", "institution_type", "sex")),
    Question(by=("role", "outcome", "month")),
    Question(by=("institution", "project"), filters={"sex": ("F", "M"), "role": ("trainee", "trainer")}),
    Question(by=("session",), filters={"institution_type": ("police",)}, start=date(2026, 5, 1), end=date(2026, 5, 31)),
    Question(by=("jurisdiction",), first_time=True),
    Question(by=("sex", "institution"), snapshot="now"),
]
MONTHS = (date(2026, 4, 14), date(2026, 5, 14), date(2026, 6, 14))


class Scene:
    """Three sessions, five people, four institutions, and what may be done to them."""

    def __init__(self):
        self.by = Account.objects.system()
        places = [JurisdictionFactory(code=code) for code in ("XK", "MK")]
        kinds = [InstitutionTypeFactory(key=key) for key in ("police", "customs")]
        self.institutions = [
            InstitutionFactory(jurisdiction=places[n // 2], type=kinds[n % 2], name=f"Unit {n}") for n in range(3)
        ]
        self.institutions.append(InstitutionFactory(jurisdiction=places[0], type=kinds[0], name="Unit 0 again"))
        self.people = [
            PersonFactory(sex="FMUFM"[n], jurisdiction=places[n % 2], institution=self.institutions[(0, 2, 3, 1, 2)[n]])
            for n in range(4)
        ]
        self.people.append(PersonFactory(sex="M", jurisdiction=places[0], institution=None))
        project = ProjectFactory()
        self.sessions = [SessionFactory(project=project, start=day, length=2) for day in MONTHS]
        self.merge = None

    def register(self, session, who):
        role = Role.TRAINER if who == 3 else Role.TRAINEE
        register(
            session=self.sessions[session], registration=Registration(person=self.people[who], role=role), by=self.by
        )

    def mark(self, session, who):
        own = Participation.objects.filter(session=self.sessions[session], person=self.people[who])
        given = (Mark.PRESENT, Mark.LATE, Mark.ABSENT)[who % 3]
        day = self.sessions[session].days.all()[who % 2]
        ids = list(own.values_list("pk", flat=True))
        mark(session=self.sessions[session], day=day, participation_ids=ids, mark=given, by=self.by)

    def withdraw(self, session, who):
        for one in Participation.objects.filter(session=self.sessions[session], person=self.people[who]):
            withdraw(participation=one, by=self.by, back=one.withdrawn_at is not None)

    def move_on(self, session, who):
        current = Session.objects.get(pk=self.sessions[session].pk)
        if current.status == SessionStatus.CLOSED:
            reopen(session=current, by=self.by, reason="A name was missing")
        elif current.status == SessionStatus.DELIVERED and who % 2:
            sign_off(session=current, by=self.by)
        else:
            step = {"delivered": "open", "open": "delivered", "planned": "open"}[current.status]
            change_status(session=current, by=self.by, to=step)

    def score(self, session, who):
        own = Participation.objects.filter(session=self.sessions[session], person=self.people[who])
        own.update(pre_score=Decimal("40.15") + who, post_score=Decimal("81.30"))

    def correct(self, session, who):
        Participation.objects.filter(session=self.sessions[session], person=self.people[who]).update(sex=Sex.MEN)

    def become_another(self, session, who):
        """Whose participation it is changes by hand, where that other one is not on the roster."""
        other = self.people[who - 1]
        if not Participation.objects.filter(session=self.sessions[session], person=other).exists():
            Participation.objects.filter(session=self.sessions[session], person=self.people[who]).update(person=other)

    def merge_or_undo(self, session, who):
        if self.merge is None:
            self.merge = merge_institutions(keep=self.institutions[0], away=self.institutions[3], by=self.by)
        else:
            undo_institution_merge(merge=self.merge, by=self.by)
            self.merge = None

    def take_off(self, session, who):
        own = Participation.objects.filter(session=self.sessions[session], person=self.people[who])
        Attendance.objects.filter(participation__in=own).delete()
        AttendanceEvent.objects.filter(participation__in=own).delete()
        own.delete()

    def move_over(self, session, who):
        other = self.sessions[session - 1]
        if not Participation.objects.filter(session=other, person=self.people[who]).exists():
            Attendance.objects.filter(participation__person=self.people[who]).delete()
            AttendanceEvent.objects.filter(participation__person=self.people[who]).delete()
            Participation.objects.filter(session=self.sessions[session], person=self.people[who]).update(session=other)

    def become_self_paced(self, session, who):
        modality = Modality.SELF_PACED if who % 2 else Modality.IN_PERSON
        Session.objects.filter(pk=self.sessions[session].pk).update(modality=modality)

    def keep(self, session, who):
        keep_missing_tallies()


DEEDS = [name for name in vars(Scene) if not name.startswith("_")]
deeds = st.tuples(st.sampled_from(DEEDS), st.integers(0, 2), st.integers(0, 4), st.booleans())


def as_data(question):
    answer = ask(question)
    frames = {question.by: answer.cells, **answer.margins}
    return {subset: frame.to_json(orient="values") for subset, frame in frames.items()}, answer.sessions


def live(question):
    """The answer where nothing is kept."""
    with transaction.atomic():
        RosterTally.objects.all().delete()
        found = as_data(question), [list(learning_by_session(Question(), sex)) for sex in "FMU"]
        transaction.set_rollback(True)
    return found


def by_hand():
    """Participations, people, person-days of trainees by jurisdiction and sex, one record after the other."""
    found = defaultdict(list)
    for one in Participation.objects.select_related("session", "jurisdiction"):
        over = one.session.status in ("open", "delivered", "closed")
        if over and one.role == Role.TRAINEE and one.outcome in ("attended", "completed"):
            found[(one.jurisdiction.code, one.sex)].append(one)
    return {
        codes: (
            len(those),
            len({one.person_id for one in those}),
            sum(one.days_attended or 0 for one in those),
        )
        for codes, those in found.items()
    }


def by_jurisdiction_and_sex():
    cells = ask(Question(by=("jurisdiction", "sex"))).cells
    figures = cells[["participations", "people", "person_days"]].fillna(0).astype(int)
    codes = cells[["jurisdiction", "sex"]].itertuples(index=False, name=None)
    return dict(zip(codes, figures.itertuples(index=False, name=None), strict=True))


def check(*questions):
    assert by_jurisdiction_and_sex() == by_hand()
    for question in questions:
        learned = [list(learning_by_session(Question(), sex)) for sex in "FMU"]
        assert (as_data(question), learned) == live(question)
    assert [one.message for one in broken_rules(Session.objects.all()) if "tally" in one.message] == []


@pytest.mark.django_db
@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), max_size=9), then=st.lists(deeds, max_size=5))
def test_whatever_is_done_an_answer_is_what_the_records_add_up_to(first, then):
    with transaction.atomic():
        scene = Scene()
        for session, who in first:
            attempt(scene.register, session, who)
            attempt(scene.mark, session, who)
        for session in range(3):
            attempt(scene.move_on, session, 1)
            attempt(scene.move_on, session, 1)
        check(QUESTIONS[len(then)])
        for name, session, who, stays in then:
            question = QUESTIONS[(session + who) % len(QUESTIONS)]
            merge = scene.merge
            with transaction.atomic():
                attempt(getattr(scene, name), session, who)
                check(question)
                transaction.set_rollback(not stays)
            if not stays:
                scene.merge = merge
                check(question)
        transaction.set_rollback(True)


def attempt(deed, session, who):
    try:
        with transaction.atomic():
            deed(session, who)
    except (ValidationError, IntegrityError):  # the latter by hand, where it is signed off
        pass


@pytest.fixture
def closed(db):
    """A session with two people, signed off."""
    session = SessionFactory(start=MONTHS[0], length=1)
    for sex in "FM":
        ParticipationFactory(session=session, person=PersonFactory(sex=sex))
    sign_off(session=session, by=Account.objects.system())
    return Session.objects.get(pk=session.pk)


def participations():
    return ask(Question(measures=("participations",))).total["participations"]


def people():
    return ask(Question(measures=("people",))).total["people"]


def by_topic():
    cells = ask(Question(by=("topic",), measures=("participations",))).cells
    return dict(cells[["topic", "participations"]].itertuples(index=False))


class TestKept:
    def test_a_session_that_is_signed_off_is_answered_for_by_its_tally(self, closed):
        assert participations() == 2
        RosterTally.objects.filter(session=closed).update(cells=b"", version=drawn())
        assert participations() == 0

    def test_a_tally_astray_is_found_by_the_check(self, closed):
        RosterTally.objects.filter(session=closed).update(cells=b"")
        [found] = broken_rules(Session.objects.all())
        assert (found.session_key, found.kind) == (closed.key, "rule")
        keep_tallies(Session.objects.all())
        assert broken_rules(Session.objects.all()) == []

    def test_a_change_of_the_roster_is_seen_in_the_same_transaction(self, closed):
        with transaction.atomic():
            with put_right(closed):
                closed.participations.filter(sex="F").update(outcome=Outcome.ABSENT)
            assert participations() == 1
            transaction.set_rollback(True)
        assert participations() == 2
        assert RosterTally.objects.filter(session=closed).exists()

    def test_whose_participation_it_is_changes_no_tally_but_unique_people_at_once(self, closed):
        again = SessionFactory(start=MONTHS[1], length=1)
        woman = closed.participations.get(sex="F").person
        ParticipationFactory(session=again, person=woman)
        sign_off(session=again, by=Account.objects.system())
        tallies = RosterTally.objects.order_by("pk").values_list("pk", "cells")
        before = list(tallies)
        assert people() == 2
        with transaction.atomic():
            again.participations.update(person=PersonFactory(), position="")
            assert people() == 3
            transaction.set_rollback(True)
        assert people() == 2
        again.participations.update(person=PersonFactory())
        assert (people(), participations()) == (3, 3)
        assert list(tallies) == before
        assert broken_rules(Session.objects.all()) == []

    def test_what_the_session_says_changes_its_figures_at_once_and_leaves_its_tally(self, db):
        session = SessionFactory(start=MONTHS[0], status=SessionStatus.DELIVERED)
        other = Topic.objects.create(key="other", name="Other")
        ParticipationFactory(session=session, outcome=Outcome.ATTENDED)
        keep_tallies(Session.objects.all())
        assert by_topic() == {session.topic.key: 1}
        with transaction.atomic():
            Session.objects.filter(pk=session.pk).update(topic=other)
            assert by_topic() == {other.key: 1}
            transaction.set_rollback(True)
        assert by_topic() == {session.topic.key: 1}
        Session.objects.filter(pk=session.pk).update(topic=other)
        assert by_topic() == {other.key: 1}
        assert RosterTally.objects.filter(session=session).exists()

    def test_tallies_and_their_people_are_read_once_for_each_version(self, closed):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                assert people() == 2
            return len(captured)

        first, second = queries(), queries()
        keep_tallies(Session.objects.all())
        assert (queries(), queries()) == (first, second)
        # The cells, and what told of them again; the people, and once more.
        assert second == first - 4

    def test_whoever_changes_a_tally_all_the_while_is_counted_live(self, closed, monkeypatch):
        monkeypatch.setattr(ROSTERS, "_read", lambda sessions: {})
        assert (participations(), people()) == (2, 2)

    def test_a_merge_of_institutions_leaves_its_sessions_tallied(self, closed):
        away = closed.participations.first().institution
        keep = InstitutionFactory(jurisdiction=away.jurisdiction, type=away.type)
        merge_institutions(keep=keep, away=away, by=Account.objects.system())
        assert RosterTally.objects.filter(session=closed).exists()
        assert broken_rules(Session.objects.all()) == []

    def test_what_can_be_said_of_a_participation_can_be_said_in_a_tally(self):
        assert {"role": set(WORDS["role"]), "outcome": set(WORDS["outcome"]), "sex": set(WORDS["sex"])} == {
            "role": set(Role.values),
            "outcome": set(Outcome.counted()),
            "sex": set(Sex.values),
        }

    def test_tallying_takes_as_many_queries_for_three_sessions_as_for_one(self, closed):
        def queries():
            RosterTally.objects.all().delete()
            with CaptureQueriesContext(connection) as captured:
                keep_missing_tallies()
            return len(captured)

        one = queries()
        for _again in range(2):
            more = SessionFactory(start=MONTHS[1], status=SessionStatus.DELIVERED)
            ParticipationFactory(session=more, outcome=Outcome.ATTENDED)
        assert queries() == one
        assert RosterTally.objects.count() == 3
