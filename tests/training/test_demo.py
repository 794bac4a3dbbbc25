"""Demo data: there at once, the same everywhere, never over a person's changes, and gone without a trace."""

import time
from datetime import date, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    AccountFactory,
    InstitutionFactory,
    ParticipationFactory,
    PersonFactory,
    ProjectFactory,
    SessionFactory,
)
from training.choices import Outcome, SessionStatus
from training.demo.accounts import PASSWORD
from training.demo.loading import load
from training.demo.removal import remove
from training.models import (
    Account,
    Attendance,
    Decision,
    Institution,
    Jurisdiction,
    LoadedRecord,
    Participation,
    Person,
    Project,
    RosterImport,
    Session,
    SessionDay,
    TrailEntry,
)
from training.permissions import RoleName
from training.services import trail
from training.services.data_requests import ask_about_data
from training.services.outcomes import recompute
from training.services.person_merging import merge_people
from training.statistics.engine import ask
from training.statistics.question import Question
from training.statistics.rules import findings


def people():
    found = Person.objects.filter(is_demo=True).order_by("email")
    return list(found.values_list("given_name", "family_name", "sex", "email", "institution__name", "position"))


def marks_by_session():
    rows = Attendance.objects.order_by("participation__session__key", "day__date", "participation__person__email")
    return list(rows.values_list("participation__session__key", "participation__person__email", "mark"))


def table_sizes():
    return {model.__name__: model._base_manager.count() for model in apps.get_models(include_auto_created=True)}


class AfterLoading(TestCase):
    """Loaded once; each test starts from there."""

    @classmethod
    def setUpTestData(cls):
        cls.system = Account.objects.system()
        call_command("load_roadmap", stdout=StringIO())
        load(by=cls.system)

    def test_people_bear_the_scripts_of_the_region_and_names_nobody_has(self):
        written = " ".join(person.full_name for person in Person.objects.all())
        for letters in ("ë", "ѓ", "ђ", "đ", "š", "ј"):
            assert letters in written.lower(), letters
        assert not Person.objects.exclude(family_name__regex=r"-(Testi|Test|Тест)$").exists()
        assert not Person.objects.exclude(email__endswith=".example").exists()
        assert Person.objects.values("jurisdiction").distinct().count() == Jurisdiction.objects.count() == 6
        assert Person.objects.filter(is_demo=False).count() == 0

    def test_an_institution_named_in_the_facts_is_not_made_twice(self):
        assert Institution.objects.filter(name__startswith="ITA Headquarters").count() == 1
        assert Person.objects.filter(institution__name="ITA Headquarters", is_demo=True).exists()
        assert Institution.objects.get(name="ITA Headquarters").is_demo is False

    def test_sessions_are_past_running_and_planned(self):
        demo_sessions = Session.objects.filter(project__is_demo=True)
        today = timezone.localdate()
        running = demo_sessions.get(key="demo-regional-course")
        assert [day.date for day in running.days.all()][1] == today
        assert running.participations.count() == 60
        marked = Attendance.objects.filter(day__session=running, day__date=today).count()
        assert 0 < marked < 60
        fresh = demo_sessions.get(key="demo-parcels-today")
        assert fresh.days.get().date == today
        assert not Attendance.objects.filter(day__session=fresh).exists()
        assert set(demo_sessions.values_list("status", flat=True)) == set(SessionStatus.values)
        assert not demo_sessions.filter(status="planned", start__lte=today).exists()

    def test_the_register_stays_consistent_and_nothing_contradicts_itself(self):
        assert [found.session_key for found in findings()] == ["cross-border-converted-firearms"]

    def test_loading_again_keeps_what_a_person_changed_and_is_quick(self):
        person = Person.objects.filter(is_demo=True).first()
        person.given_name = "Renamed"
        person.save()
        Session.objects.filter(key="demo-tracing").update(status=SessionStatus.CANCELLED)
        Account.objects.filter(email="editor@demo.example").delete()
        before = table_sizes()
        started = time.process_time()
        with CaptureQueriesContext(connection) as queries:
            again = load(by=self.system)
        assert time.process_time() - started < 1
        assert len(queries) < 15
        assert (again.base, again.today, again.participations) == (False, None, 0)
        assert table_sizes() == before
        person.refresh_from_db()
        assert person.given_name == "Renamed"

    def test_another_day_gets_a_session_to_mark_and_the_old_one_stays(self):
        for place, days in enumerate(
            SessionDay.objects.filter(session__project__is_demo=True, date__gte=timezone.localdate())
        ):
            SessionDay.objects.filter(pk=days.pk).update(date=date(2020, 1, 1) + timedelta(days=place))
        key = f"demo-today-{timezone.localdate():%Y-%m-%d}"
        assert load(by=self.system).today.key == key
        session = Session.objects.get(key=key)
        assert session.trainers.get().email == "trainer@demo.example"
        assert session.participations.filter(outcome=Outcome.REGISTERED).count() == session.participations.count() > 10
        assert load(by=self.system).today is None

    def test_the_same_seed_gives_the_same_people_and_marks(self):
        first = people(), marks_by_session()
        remove(by=self.system)
        load(by=self.system)
        assert (people(), marks_by_session()) == first

    def test_scaled_records_are_consistent_and_grow_by_what_is_missing(self):
        base = Participation.objects.count()
        assert load(by=self.system, scale=2).participations == 2000
        assert load(by=self.system, scale=3).participations == 1000
        assert load(by=self.system, scale=2).participations == 0
        assert Participation.objects.count() == base + 3000
        scaled = Participation.objects.filter(session__key__startswith="demo-scaled-")
        assert 2 < scaled.count() / scaled.values("person").distinct().count() < 4
        assert set(scaled.values_list("outcome", flat=True)) == set(Outcome.values) - {Outcome.REGISTERED}
        assert scaled.filter(days_attended=None).exists()
        assert [found.session_key for found in findings()] == ["cross-border-converted-firearms"]

    def test_scaled_outcomes_are_those_the_register_would_derive(self):
        load(by=self.system, scale=2)
        scaled = Participation.objects.filter(session__key__startswith="demo-scaled-").order_by("pk")
        before = list(scaled.values_list("pk", "outcome", "days_attended"))
        for session in Session.objects.filter(key__startswith="demo-scaled-"):
            recompute(session)
        assert list(scaled.values_list("pk", "outcome", "days_attended")) == before

    def test_records_made_after_scaling_find_free_ids(self):
        load(by=self.system, scale=2)
        session = Session.objects.get(key="demo-tracing")
        ParticipationFactory(session=session, person=PersonFactory(email="new@example.org"))
        assert session.participations.count() == 1

    def test_what_real_records_need_stays_and_is_named(self):
        person = Person.objects.filter(is_demo=True, institution__is_demo=True).first()
        real = SessionFactory(project=ProjectFactory(key="real"))
        ParticipationFactory(session=real, person=person)
        manager = Account.objects.get(email="manager@demo.example")
        RosterImport.objects.create(session=real, file_name="list.xlsx", sha256="0" * 64, rows=1, by=manager)
        Decision.objects.create(contradiction="total:real:0", reason="Checked with the source", by=self.system)
        Decision.objects.create(contradiction="total:demo-tracing:0", reason="An exercise", by=manager)
        removed = remove(by=self.system)
        assert Person.objects.filter(is_demo=True).get() == person
        assert Institution.objects.filter(is_demo=True).get() == person.institution
        assert Participation.objects.get().session == real
        manager.refresh_from_db()
        assert not manager.is_active
        assert not manager.has_usable_password()
        assert Account.objects.filter(is_demo=True).get() == manager
        assert Decision.objects.get().contradiction == "total:real:0"
        assert str(person) in removed.kept[0]
        assert person.institution.name in removed.kept[1]
        load(by=self.system)
        manager.refresh_from_db()
        assert manager.is_active

    def test_people_added_while_trying_out_stay_and_are_counted(self):
        ParticipationFactory(session=Session.objects.get(key="demo-tracing"), person=PersonFactory())
        removed = remove(by=self.system)
        assert removed.kept == ["1 person added to a demo session is not marked as demo and stays."]
        assert Person.objects.count() == 1

    def test_a_real_institution_keeps_its_real_people(self):
        institution = InstitutionFactory()
        Person.objects.filter(is_demo=True).update(institution=institution)
        real = PersonFactory(institution=institution)
        remove(by=self.system)
        assert list(Person.objects.all()) == [real]

    def test_only_an_administrator_loads_and_no_demo_account_removes(self):
        trainer = AccountFactory(roles=["trainer"])
        with pytest.raises(CommandError) as refused:
            call_command("load_demo", as_email=trainer.email, stdout=StringIO())
        assert refused.value.returncode == 1
        with pytest.raises(ValidationError, match="would remove itself"):
            remove(by=Account.objects.get(email="administrator@demo.example"))
        assert Person.objects.filter(is_demo=True).exists()


class WithTheFactsAlone(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.system = Account.objects.system()
        call_command("load_roadmap", stdout=StringIO())

    def test_every_figure_of_a_published_project_stays(self):
        published = tuple(Project.objects.values_list("key", flat=True))
        question = Question(by=("project", "jurisdiction", "sex"), filters={"project": published})
        before = ask(question)
        load(by=self.system)
        after = ask(question)
        assert before.cells.to_dict("records") == after.cells.to_dict("records")
        for relation in ("agencies", "funders", "goals", "kpis"):
            assert not Project.objects.filter(is_demo=True, **{f"{relation}__isnull": False}).exists()

    def test_each_role_logs_in_with_the_printed_password_and_finds_its_work(self):
        printed = StringIO()
        call_command("load_demo", stdout=printed)
        for role in RoleName:
            assert f"{role.value}@demo.example" in printed.getvalue()
            account = Account.objects.get(email=f"{role.value}@demo.example")
            assert self.client.login(email=account.email, password=PASSWORD)
            assert account.role_names == {role.value}
        assert Session.objects.filter(trainers__email="trainer@demo.example", days__date=timezone.localdate()).exists()
        assert Participation.objects.filter(person__account__email="officer@demo.example").exists()
        manager = Account.objects.get(email="manager@demo.example")
        assert manager.project_ids == set(Project.objects.filter(is_demo=True).values_list("pk", flat=True))

    def test_removing_leaves_every_other_table_as_it_was(self):
        before = table_sizes()
        load(by=self.system, scale=2)
        trail.record(by=Account.objects.get(email="auditor@demo.example"), action="statistics asked")
        removed = remove(by=self.system)
        after = table_sizes()
        assert removed.kept == []
        assert removed.counts["training.Participation"] > 2000
        kept = {
            "demo data loaded",
            "demo data scaled up",
            "demo data removed",
        }  # the trail of what the system account did
        assert set(TrailEntry.objects.exclude(action="roadmap loaded").values_list("action", flat=True)) == kept
        assert {**after, "TrailEntry": before["TrailEntry"]} == before
        assert not LoadedRecord.objects.filter(origin="demo").exists()

    def test_demo_passwords_open_nothing_where_demo_data_is_not_allowed(self):
        load(by=self.system)
        fields = {"login": "administrator@demo.example", "password": PASSWORD}
        with self.settings(DEMO_DATA_ALLOWED=False):
            answer = self.client.post(reverse("account_login"), fields)
        self.assertRedirects(answer, reverse("account_inactive"))
        assert "_auth_user_id" not in self.client.session
        self.client.post(reverse("account_login"), fields)
        assert "_auth_user_id" in self.client.session

    def test_production_refuses_demo_data(self):
        refusal = pytest.raises(CommandError, match="Demo data is refused here")
        with self.settings(DEMO_DATA_ALLOWED=False), refusal as refused:
            call_command("load_demo", stdout=StringIO())
        assert refused.value.returncode == 1
        assert not Person.objects.exists()
        assert not Account.objects.filter(is_demo=True).exists()


def test_without_facts_the_command_loads_them_first(db):
    call_command("load_demo", stdout=StringIO())
    assert Project.objects.filter(key="cpiat").exists()
    assert Project.objects.filter(is_demo=True).count() == 3
    call_command("remove_demo", stdout=StringIO())
    assert not Project.objects.filter(is_demo=True).exists()


@pytest.mark.django_db
def test_removing_takes_merged_people_and_their_requests_too(administrator):
    for command in ("load_roadmap", "load_demo"):
        call_command(command, stdout=StringIO())
    one, other = Person.objects.filter(is_demo=True, participations=None, account=None)[:2]
    merge_people(keep=one, away=other, by=administrator)
    officer = Account.objects.get(email="officer@demo.example")
    ask_about_data(by=officer, kind="erasure")
    assert remove(by=administrator).kept == []
    assert not Person.with_merged.filter(is_demo=True).exists()
