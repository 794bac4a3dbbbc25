"""Signing a session off: the check-list before, what is kept with it, what reopening shows, and what erasure takes."""

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from tests.factories import InstitutionFactory, ParticipationFactory, PersonFactory, SessionFactory, TopicFactory
from tests.training.filing import paper_text
from tests.training.papers import kept_sheet, papers_that_agree
from training.models import (
    Account,
    DayRegister,
    Session,
    SessionDay,
    SignedSheet,
    SignOff,
    TrailEntry,
    Training,
)
from training.services.attendance import mark
from training.services.check_list import what_is_missing
from training.services.closing import fingerprint, reopen, sign_off
from training.services.day_registers import read_register
from training.services.erasure import erase_person
from training.services.evidence import remove_sheet
from training.services.institution_merging import merge_institutions
from training.services.paper_counts import count_signatures
from training.services.registering import Registration, change, register
from training.services.since_sign_off import changed_since
from training.views.sign_off import papers_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def session(trainer, manager):
    """Two days until today; Ђорђе was there on both, Besa on the first, Čedo on none."""
    training = Training.objects.create(title="Weapons", topic=TopicFactory(), attendance_share=80)
    session = SessionFactory(created_by=trainer, training=training, length=2, start=TODAY - timedelta(days=1))
    manager.projects.add(session.project)
    people = [
        PersonFactory(given_name=given, family_name="Testi", sex=sex)
        for given, sex in (("Ђорђе", "M"), ("Besa", "F"), ("Čedo", "M"))
    ]
    there = [ParticipationFactory(session=session, person=person).pk for person in people]
    for day, number in zip(session.days.order_by("date"), (2, 1), strict=True):
        mark(session=session, day=day, participation_ids=there[:number], mark="present", by=trainer)
        mark(session=session, day=day, participation_ids=there[number:], mark="absent", by=trainer)
    session.trainers.add(trainer)
    papers_that_agree(session)
    return session


def checks(session):
    return {(one.check, one.number, one.blocks) for one in what_is_missing(session)}


class TestCheckList:
    def test_is_empty_for_a_session_that_has_everything(self, session):
        assert what_is_missing(session) == []

    def test_says_who_has_no_mark_no_sex_no_institution_and_which_day_no_register(self, trainer, session):
        person = PersonFactory(sex="U", institution=None, given_name="Zana", family_name="Testi")
        ParticipationFactory(session=session, person=person)
        session.days.create(date=TODAY - timedelta(days=5))
        session.days.create(date=TODAY + timedelta(days=1))
        assert checks(session) == {
            ("marks", 1, False),
            ("sex", 1, False),
            ("institution", 1, False),
            ("register", 1, False),
            ("ahead", 1, False),
        }
        assert [one.people[0].name for one in what_is_missing(session) if one.people] == ["Testi, Zana"] * 2

    def test_knows_what_a_test_asks_for_and_a_session_of_nobody(self, session):
        Training.objects.update(pass_mark=60)
        session = Session.objects.select_related("training").get(pk=session.pk)
        assert checks(session) == {("scores", 2, False)}
        assert checks(SessionFactory(start=None)) == {("roster", 1, False), ("trainers", 1, False)}

    def test_says_where_paper_is_missing_uncounted_or_says_otherwise(self, trainer, session):
        SignedSheet.objects.all().delete()
        yesterday, today = session.days.order_by("date")
        count_signatures(day=today, signatures=3, by=trainer)
        count_signatures(day=yesterday, signatures=None, by=trainer)
        kept_sheet(yesterday)
        found = {one.check: one for one in what_is_missing(session)}
        days = {check: one.day for check, one in found.items()}
        assert days == {"paper": TODAY, "evidence": TODAY, "count": yesterday.date}
        assert found["paper"].blocks
        assert found["paper"].sentence.endswith("3 signatures on paper, 1 present or late in the register.")

    def test_says_that_nobody_is_assigned_unless_a_trainer_is_on_the_roster(self, session):
        session.trainers.clear()
        assert checks(session) == {("trainers", 1, False)}
        session.participations.filter(person__given_name="Besa").update(role="trainer")
        assert checks(session) == set()

    def test_costs_as_many_queries_for_three_people_and_days_as_for_one(self, session):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                what_is_missing(session)
            return len(captured)

        one = queries()
        for number in range(3):
            ParticipationFactory(session=session, person=PersonFactory(sex="U"))
            session.days.create(date=TODAY - timedelta(days=5 + number))
        assert queries() == one


class TestPage:
    def test_leads_to_each_finding_and_says_what_will_be_recorded(self, client_of, trainer, session):
        someone = ParticipationFactory(session=session, person=PersonFactory(sex="U"))
        page = client_of(trainer).get(reverse("session_sign_off", args=[session.key])).content.decode()
        for address in (
            reverse("register", args=[session.key, TODAY]),
            reverse("participation", args=[session.key, someone.pk]),
        ):
            assert f'href="{address}"' in page
        assert "there on 2 of 2 days (80 %)" in page

    def test_signs_off_and_keeps_what_was_still_missing(self, client_of, trainer, session):
        ParticipationFactory(session=session, person=PersonFactory(sex="U"))
        client, address = client_of(trainer), reverse("session_sign_off", args=[session.key])
        seen = client.get(address).context["seen"]
        page = client.post(address, {"seen": seen}, follow=True).content.decode()
        assert "Signed off. Roster, marks and figures stay as they are" in page
        kept = client.get(SignOff.objects.get().get_absolute_url()).content.decode()
        assert "1 person without sex." in kept

    def test_a_list_that_changed_meanwhile_is_shown_again(self, client_of, trainer, session):
        client, address = client_of(trainer), reverse("session_sign_off", args=[session.key])
        seen = client.get(address).context["seen"]
        ParticipationFactory(session=session)
        page = client.post(address, {"seen": seen}).content.decode()
        assert "Something has changed while you looked" in page
        assert "2 people have no mark" not in page
        assert not SignOff.objects.exists()

    def test_another_number_on_paper_is_put_right_or_given_a_reason(self, client_of, trainer, session):
        count_signatures(day=session.days.get(date=TODAY), signatures=2, by=trainer)
        client, address = client_of(trainer), reverse("session_sign_off", args=[session.key])
        page = client.get(address)
        assert f'href="{reverse("paper", args=[session.key, TODAY])}"' in page.content.decode()
        refused = client.post(address, {"seen": page.context["seen"]}).content.decode()
        assert "2 signatures on paper, 1 present or late in the register." in refused
        assert "Put that right, or say in a sentence why it stays so." in refused
        assert not SignOff.objects.exists()
        client.post(address, {"seen": page.context["seen"], "reason": "Somebody signed twice."})
        record = SignOff.objects.get()
        assert record.reason == "Somebody signed twice."
        assert record.missing == [{"check": "paper", "number": 2, "against": 1, "day": TODAY.isoformat()}]
        kept = client.get(record.get_absolute_url()).content.decode()
        assert "“Somebody signed twice.”" in kept
        assert "2 signatures on paper, 1 present or late in the register." in kept
        assert TrailEntry.objects.get(action="session signed off").detail["overridden"] == "1"

    def test_a_session_ahead_says_why_it_cannot_be_signed_off(self, client_of, trainer):
        ahead = SessionFactory(created_by=trainer, start=TODAY + timedelta(days=3), status="planned")
        page = client_of(trainer).get(reverse("session_sign_off", args=[ahead.key])).content.decode()
        assert "Only a session that is open or delivered" in page
        assert '<button class="button">Sign off' not in page

    @pytest.mark.parametrize(
        ("who", "status"), [("other_trainer", 404), ("officer", 404), ("coordinator", 403), ("auditor", 403)]
    )
    def test_is_for_who_may_change_the_session(self, request, client_of, who, status, session):
        client = client_of(request.getfixturevalue(who))
        assert client.get(reverse("session_sign_off", args=[session.key])).status_code == status

    def test_costs_as_many_queries_for_three_people_as_for_one(self, client_of, trainer, session):
        client, address = client_of(trainer), reverse("session_sign_off", args=[session.key])

        def queries():
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            return len(captured)

        queries()
        one = queries()
        for _number in range(3):
            ParticipationFactory(session=session, person=PersonFactory(sex="U"))
        assert queries() == one


@pytest.fixture
def signed(session, trainer):
    return sign_off(session=session, by=trainer)


class TestKept:
    def test_the_result_of_the_rule_for_each_person_and_the_rule_itself(self, signed):
        record = SignOff.objects.get()
        outcomes = [one["outcome"] for one in record.stood["people"].values()]
        assert outcomes == ["completed", "attended", "absent"]
        assert record.rule == {
            "training": "Weapons (1)",
            "attendance_share": 80,
            "days": 2,
            "days_to_complete": 2,
            "pass_mark": None,
        }
        assert list(signed.participations.order_by("pk").values_list("outcome", flat=True)) == outcomes

    @pytest.mark.pdf
    def test_the_register_of_each_day_with_every_letter_byte_for_byte(self, signed, trainer):
        first, second = DayRegister.objects.all()
        pdf = read_register(register=first, by=trainer)
        assert hashlib.sha256(pdf).hexdigest() == first.sha256 == first.frozen_sha256
        said = paper_text(pdf, "-layout")
        assert [line.split()[1] for line in said.splitlines() if "Testi" in line] == ["Besa", "Čedo", "Ђорђе"]
        assert "2 of 3 on the roster" in said
        assert "1 of 3 on the roster" in paper_text(second.pdf)
        assert read_register(register=first, by=trainer) == pdf
        assert TrailEntry.objects.filter(action="register of a day downloaded").count() == 2

    def test_nobody_changes_it_not_even_in_the_database(self, signed):
        record = SignOff.objects.get()
        with pytest.raises(PermissionError):
            record.save()
        for deed in (
            lambda: SignOff.objects.update(reason="Other"),
            lambda: SignOff.objects.all()._raw_delete("default"),
            lambda: DayRegister.objects.update(pdf=b"other"),
            lambda: DayRegister.objects.update(names={}),
            lambda: DayRegister.objects.update(content={}),
            lambda: DayRegister.objects.all()._raw_delete("default"),
        ):
            with pytest.raises(IntegrityError, match="What was signed off stays"), transaction.atomic():
                deed()

    def test_who_may_read_the_session_reads_the_record_and_names_only_who_may(
        self, client_of, signed, trainer, auditor
    ):
        record = SignOff.objects.get()
        paper = reverse("day_register", args=[signed.key, record.pk, TODAY])
        assert client_of(trainer).get(paper).headers["Content-Type"] == "application/pdf"
        page = client_of(auditor).get(record.get_absolute_url()).content.decode()
        assert "not yours to see" in page
        assert client_of(auditor).get(paper).status_code == 403

    @pytest.mark.pdf
    def test_what_was_on_paper_day_by_day_with_the_hash_of_each_sheet(self, client_of, signed, trainer):
        record = SignOff.objects.get()
        yesterday = (TODAY - timedelta(days=1)).isoformat()
        assert record.stood["paper"] == {yesterday: [2, 2], TODAY.isoformat(): [1, 1]}
        sheets = dict(SignedSheet.objects.values_list("sha256", "day__date"))
        assert record.stood["sheets"] == {sha256: day.isoformat() for sha256, day in sheets.items()}
        page = client_of(trainer).get(record.get_absolute_url()).content.decode()
        assert all(sha256 in page for sha256 in sheets)
        assert "2 signatures" in paper_text(DayRegister.objects.first().pdf)


class TestReopened:
    def test_shows_what_is_otherwise_since_and_who_reopened_it_why(self, client_of, signed, trainer, manager):
        reopen(session=signed, by=manager, reason="A list turned up.")
        one, besa, _cedo = signed.participations.order_by("pk")
        mark(session=signed, day=signed.days.last(), participation_ids=[besa.pk], mark="late", by=manager)
        change(participation=one, by=manager, position="Inspector", role="observer")
        late = PersonFactory(given_name="Late", family_name="Comer")
        register(session=signed, registration=Registration(person=late), by=manager)
        found = changed_since(SignOff.objects.get(), by=manager)
        changes = [(one.who, one.what, one.before, one.after) for one in found]
        assert changes == [
            ("Comer, Late", "Roster", "not on the roster", "on the roster"),
            ("Testi, Besa", "Outcome", "Attended", "Completed"),
            ("Testi, Besa", "Days attended", "1", "2"),
            ("Testi, Besa", date_format(TODAY), "Absent", "Late"),
            ("Testi, Ђорђе", "Role", "Trainee", "Observer"),
        ]
        page = client_of(manager).get(SignOff.objects.get().get_absolute_url()).content.decode()
        assert "A list turned up." in page
        assert "Comer, Late" in page

    def test_shows_what_is_otherwise_on_paper(self, signed, manager):
        reopen(session=signed, by=manager, reason="A sheet turned up.")
        day = SessionDay.objects.select_related("session").get(date=TODAY)
        remove_sheet(sheet=day.signed_sheets.get(), by=manager)
        count_signatures(day=day, signatures=4, by=manager)
        found = changed_since(SignOff.objects.get(), by=manager)
        assert [(one.what, one.before, one.after) for one in found] == [
            (f"Signatures on {date_format(TODAY)}", "1", "4"),
            (f"Signed sheet of {date_format(TODAY)}", "kept", "not kept"),
        ]

    def test_a_record_from_before_there_was_paper_shows_none_of_it(self, client_of, signed, manager):
        reopen(session=signed, by=manager, reason="By mistake.")
        old = SignOff.objects.get()
        old.stood = {name: old.stood[name] for name in ("people", "headcounts")}
        assert changed_since(old, by=manager) == []
        assert papers_of(old) == []

    def test_says_so_where_nothing_is_otherwise(self, client_of, signed, manager):
        keep = InstitutionFactory()
        reopen(session=signed, by=manager, reason="By mistake.")
        merge_institutions(keep=keep, away=signed.participations.first().institution, by=Account.objects.system())
        assert changed_since(SignOff.objects.get(), by=manager) == []
        page = client_of(manager).get(SignOff.objects.get().get_absolute_url()).content.decode()
        assert "are as they were signed off" in page

    def test_a_second_sign_off_is_a_record_of_its_own(self, signed, manager):
        reopen(session=signed, by=manager, reason="A list turned up.")
        again = sign_off(session=Session.objects.get(), by=manager)
        assert again.sign_offs.count() == 2
        assert again.sign_offs.filter(reopened_at=None).count() == 1
        assert DayRegister.objects.count() == 4

    def test_a_trainer_does_not_reopen(self, signed, trainer):
        with pytest.raises(PermissionDenied):
            reopen(session=signed, by=trainer, reason="Mine.")


class TestErased:
    @pytest.mark.pdf
    def test_the_name_goes_from_the_frozen_registers_and_the_rest_stays(self, signed, administrator):
        besa = signed.participations.get(person__given_name="Besa").person
        before = list(DayRegister.objects.values_list("content", "frozen_sha256"))
        erase_person(person=besa, by=administrator)
        assert list(DayRegister.objects.values_list("content", "frozen_sha256")) == before
        for register_ in DayRegister.objects.all():
            said = paper_text(register_.pdf)
            assert "Besa" not in said
            assert f"Person {besa.pk} Erased" in said
            assert "Ђорђе Testi" in said
            assert hashlib.sha256(register_.pdf).hexdigest() == register_.sha256 != register_.frozen_sha256


def test_the_fingerprint_tells_check_lists_apart(session):
    before = fingerprint(what_is_missing(session))
    ParticipationFactory(session=session)
    assert fingerprint(what_is_missing(session)) != before
