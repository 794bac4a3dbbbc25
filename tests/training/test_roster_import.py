"""A list into a session: what is read, what is written, what is refused."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from tests.factories import InstitutionFactory, JurisdictionFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.training.rosters import HEADINGS, apply, check, people, sample, workbook
from training.choices import Mark, Outcome, Role, SessionStatus, Sex, Way
from training.imports.refusal import RefusedError
from training.models import (
    Attendance,
    AttendanceEvent,
    Institution,
    InstitutionAlias,
    Participation,
    Person,
    RosterImport,
    TrailEntry,
)
from training.permissions import Action, require

CODES = ["AL", "BA", "XK", "ME", "MK", "RS"]
DAYS = [*HEADINGS, "Day 1", "Day 2"]


@pytest.fixture
def region(db):
    return {code: JurisdictionFactory(code=code) for code in CODES}


@pytest.fixture
def session(region, trainer):
    """A session of three days for the whole region, the trainer's own."""
    return SessionFactory(length=3, jurisdictions=list(region.values()), created_by=trainer)


@pytest.fixture
def session_in(region, trainer):
    def make(code, length=1, **fields):
        return SessionFactory(length=length, jurisdictions=[region[code]], created_by=trainer, **fields)

    return make


def sexes(session):
    return sorted(session.participations.values_list("sex", flat=True))


def nothing_written():
    return not (Person.objects.exists() or Participation.objects.exists() or Institution.objects.exists())


class TestSamples:
    def test_english_eight_people_and_three_days(self, session, trainer):
        result = apply(session, sample("1-english.xlsx"), trainer)
        assert result.roster_import
        assert sexes(session) == ["F", "F", "F", "M", "M", "M", "M", "U"]
        assert Attendance.objects.filter(participation__session=session).count() == 24
        assert Person.objects.filter(given_name="Љиљана", family_name="Ќосевска-Тест").exists()
        assert Person.objects.filter(given_name="Ëngjëll", family_name="Çela-Testi").exists()

    def test_english_into_a_session_of_one_jurisdiction_keeps_the_rows_own(self, session_in, trainer):
        session = session_in("XK", length=3)
        apply(session, sample("1-english.xlsx"), trainer)
        codes = session.participations.values_list("jurisdiction__code", flat=True)
        assert sorted(codes) == ["AL", "BA", "ME", "MK", "MK", "RS", "XK", "XK"]

    def test_english_marks_give_outcomes(self, session_in, trainer):
        session = session_in("XK", length=3, status=SessionStatus.DELIVERED)
        apply(session, sample("1-english.xlsx"), trainer)
        by_name = {p.person.given_name: p for p in session.participations.select_related("person")}
        assert (by_name["Arta"].outcome, by_name["Arta"].days_attended) == (Outcome.COMPLETED, 3)
        assert (by_name["Ëngjëll"].outcome, by_name["Ëngjëll"].days_attended) == (Outcome.COMPLETED, 3)
        assert (by_name["Đorđe"].outcome, by_name["Đorđe"].days_attended) == (Outcome.ATTENDED, 1)
        assert (by_name["Vuk"].outcome, by_name["Vuk"].days_attended) == (Outcome.ATTENDED, 2)

    def test_macedonian_four_people_and_a_repeat(self, session_in, trainer):
        session = session_in("MK")
        plan = apply(session, sample("2-macedonian.xlsx"), trainer).plan
        assert sexes(session) == ["F", "F", "M", "M"]
        assert [(entry.row, entry.repeat_of) for entry in plan.repeats] == [(10, 5)]
        assert len(plan.entries) == 5
        assert any("Белешки" in note for note in plan.notes)
        assert set(session.participations.values_list("jurisdiction__code", flat=True)) == {"MK"}

    def test_lists_without_marks_count_as_attended_once_delivered(self, session_in, trainer):
        session = session_in("MK", status=SessionStatus.DELIVERED)
        apply(session, sample("2-macedonian.xlsx"), trainer)
        assert set(session.participations.values_list("outcome", "days_attended")) == {(Outcome.ATTENDED, None)}

    def test_albanian_three_people(self, session_in, trainer):
        session = session_in("AL")
        apply(session, sample("3-albanian.csv"), trainer)
        assert sexes(session) == ["F", "F", "M"]
        assert Institution.objects.get().name == "Policia e Shtetit"
        assert not Institution.objects.get().confirmed

    def test_serbian_is_refused_with_six_errors(self, session_in, trainer):
        session = session_in("RS", length=2)
        result = apply(session, sample("4-serbian-with-errors.xlsx"), trainer)
        found = [(fault.row, fault.column, fault.value) for fault in result.plan.faults]
        assert sorted(found) == [
            (3, "E-mail", "not-an-address"),
            (4, "Prezime", ""),
            (5, "Pol", "X"),
            (6, "Jurisdikcija", "Atlantida"),
            (7, "Dan 2", "?"),
            (7, "Prezime", "=1+1"),
        ]
        assert all(fault.message and fault.sheet == "Sheet" for fault in result.plan.faults)
        assert result.roster_import is None
        assert nothing_written()
        assert not RosterImport.objects.exists()

    def test_the_same_file_twice_adds_nobody(self, session, trainer):
        apply(session, sample("1-english.xlsx"), trainer)
        plan = apply(session, sample("1-english.xlsx"), trainer).plan
        assert (len(plan.new), len(plan.known), len(plan.joining)) == (0, 8, 0)
        assert (Person.objects.count(), session.participations.count()) == (8, 8)
        assert AttendanceEvent.objects.count() == 24


class TestPlaces:
    def test_an_institution_is_found_by_name_short_name_and_alias_in_any_script(self, session, trainer, region):
        customs = InstitutionFactory(name="Царинска управа", short_name="CURM", jurisdiction=region["MK"])
        InstitutionAlias.objects.create(institution=customs, name="Drejtoria e Doganave")
        rows = [
            ["A", f"Person{n}", "F", "MK", name]
            for n, name in enumerate(["CARINSKA UPRAVA", "curm", "Drejtoria e doganave"])
        ]
        apply(session, people(*rows), trainer)
        assert set(Person.objects.values_list("institution", flat=True)) == {customs.pk}

    def test_an_unknown_institution_is_made_once_to_be_confirmed(self, session, trainer):
        rows = [["A", "One", "F", "RS", "Granična policija"], ["B", "Two", "M", "RS", "Гранична полиција"]]
        apply(session, people(*rows), trainer)
        institution = Institution.objects.get()
        assert (institution.name, institution.jurisdiction.code) == ("Granična policija", "RS")
        assert not institution.confirmed

    def test_one_name_in_two_jurisdictions_is_two_institutions(self, session, trainer):
        apply(session, people(["A", "One", "F", "RS", "MUP"], ["B", "Two", "M", "MK", "MUP"]), trainer)
        assert Institution.objects.count() == 2

    def test_a_row_takes_the_jurisdiction_of_its_institution(self, session, trainer, region):
        InstitutionFactory(name="Granična policija", jurisdiction=region["RS"])
        apply(session, people(["A", "One", "F", "", "Granična policija"]), trainer)
        assert Participation.objects.get().jurisdiction.code == "RS"

    def test_an_international_organisation_needs_another_word_on_jurisdiction(self, session_in, trainer):
        office = InstitutionFactory(name="Regional Office", jurisdiction=None)
        apply(session_in("ME"), people(["A", "One", "F", "", "Regional Office"]), trainer)
        participation = Participation.objects.get()
        assert (participation.institution, participation.jurisdiction.code) == (office, "ME")

    def test_without_any_jurisdiction_it_is_an_error(self, session, trainer):
        plan = apply(session, people(["A", "One", "F", "", "Unknown office"]), trainer).plan
        assert [(fault.row, fault.column) for fault in plan.faults] == [(2, "Jurisdiction")]
        assert "RS" in plan.faults[0].message
        assert nothing_written()

    @pytest.mark.parametrize(
        ("written", "code"),
        [
            ("Kosovo*", "XK"), ("Косово", "XK"), ("Kosovë", "XK"), ("xk", "XK"), ("Србија", "RS"), ("Shqipëria", "AL"),
            ("Crna Gora", "ME"), ("Mali i Zi", "ME"), ("Северна Македонија", "MK"), ("Maqedonia e Veriut", "MK"),
            ("BiH", "BA"), ("Bosna i Hercegovina", "BA"), ("Босна и Херцеговина", "BA"), ("Albanija", "AL"),
        ],
    )  # fmt: skip
    def test_a_jurisdiction_is_read_in_every_language(self, session, trainer, written, code):
        apply(session, people(["A", "One", "F", written]), trainer)
        assert Participation.objects.get().jurisdiction.code == code


class TestPeople:
    def test_a_known_person_is_filled_where_empty(self, session, trainer, region):
        known = PersonFactory(
            given_name="Арта", family_name="Проба", sex=Sex.NOT_RECORDED, email="arta@mup.example",
            jurisdiction=region["RS"], institution=None,
        )  # fmt: skip
        apply(session, people(["Arta", "Proba", "F", "RS", "MUP", "Inspektor", "ARTA@mup.example"]), trainer)
        known.refresh_from_db()
        assert (known.sex, known.position, known.institution.name) == ("F", "Inspektor", "MUP")
        assert Person.objects.count() == 1
        assert known.given_name == "Арта"

    def test_differences_go_to_the_snapshot_and_are_listed(self, session, trainer, region):
        known = PersonFactory(
            given_name="Arta", family_name="Proba", sex="F", email="arta@mup.example", position="Inspector",
            jurisdiction=region["RS"], institution=InstitutionFactory(name="MUP", jurisdiction=region["RS"]),
        )  # fmt: skip
        upload = people(["Arta", "Proba", "F", "RS", "Carina", "Adviser", "arta@mup.example"])
        plan = apply(session, upload, trainer).plan
        assert {(each.entry.row, each.field) for each in plan.differences} == {(2, "institution"), (2, "position")}
        known.refresh_from_db()
        participation = Participation.objects.get()
        assert (known.position, known.institution.name) == ("Inspector", "MUP")
        assert (participation.position, participation.institution.name) == ("Adviser", "Carina")

    def test_a_person_of_the_same_name_at_another_institution_is_new(self, session, trainer, region):
        PersonFactory(given_name="Arta", family_name="Proba", jurisdiction=region["RS"],
                      institution=InstitutionFactory(name="MUP", jurisdiction=region["RS"]))  # fmt: skip
        apply(session, people(["Arta", "Proba", "F", "RS", "Carina"]), trainer)
        assert Person.objects.count() == 2

    def test_somebody_on_the_roster_already_gets_the_marks_and_no_second_place(self, session, trainer, region):
        home = InstitutionFactory(name="MUP", jurisdiction=region["RS"])
        person = PersonFactory(given_name="Arta", family_name="Proba", jurisdiction=region["RS"], institution=home)
        participation = ParticipationFactory(session=session, person=person)
        apply(session, people(["Arta", "Proba", "F", "RS", "MUP", "", "", "P", "A"], headings=DAYS), trainer)
        marks = participation.attendance.order_by("day__date").values_list("mark", "way")
        assert list(marks) == [(Mark.PRESENT, Way.IMPORT), (Mark.ABSENT, Way.IMPORT)]
        assert session.participations.count() == 1

    def test_who_withdrew_stays_withdrawn(self, session, trainer, region):
        home = InstitutionFactory(name="MUP", jurisdiction=region["RS"])
        person = PersonFactory(given_name="Arta", family_name="Proba", jurisdiction=region["RS"], institution=home)
        gone = ParticipationFactory(
            session=session, person=person, outcome=Outcome.WITHDRAWN, withdrawn_at="2026-05-01T10:00Z"
        )
        plan = apply(
            session, people(["Arta", "Proba", "F", "RS", "MUP", "", "", "P"], headings=DAYS[:-1]), trainer
        ).plan
        gone.refresh_from_db()
        assert gone.outcome == Outcome.WITHDRAWN
        assert not gone.attendance.exists()
        assert any("withdrawn" in note for note in plan.notes)

    def test_a_role_column_is_read(self, session, trainer):
        upload = people(["Arta", "Proba", "F", "RS", "", "", "", "trener"], headings=[*HEADINGS, "Uloga"])
        apply(session, upload, trainer)
        assert Participation.objects.get().role == Role.TRAINER

    def test_repeats_by_name_and_institution_are_reported(self, session, trainer):
        rows = [["Ђорђе", "Тест", "M", "RS", "MUP"], ["Đorđe", "Test", "M", "RS", "МУП", "", "djordje@mup.example"]]
        plan = apply(session, people(*rows), trainer).plan
        assert [(entry.row, entry.repeat_of) for entry in plan.repeats] == [(3, 2)]
        assert Person.objects.count() == 1

    def test_where_a_repeat_has_other_marks_the_first_row_counts(self, session, trainer):
        rows = [["A", "One", "F", "RS", "MUP", "", "", "P"], ["A", "One", "F", "RS", "MUP", "", "", "A"]]
        plan = apply(session, people(*rows, headings=DAYS[:-1]), trainer).plan
        assert Attendance.objects.get().mark == Mark.PRESENT
        assert any("row 2" in note for note in plan.notes)


class TestMarks:
    @pytest.mark.parametrize(
        "heading",
        [
            "13.05.2026",
            "2026-05-13",
            "13.5.",
            "13/05/2026",
            "Дан 1",
            "1. dan",
            "Dita 1",
            "13 maj 2026",
            date(2026, 5, 13),
        ],
    )
    def test_a_day_is_named_by_number_or_date(self, session, trainer, heading):
        apply(session, people(["A", "One", "F", "RS", "", "", "", "P"], headings=[*HEADINGS, heading]), trainer)
        assert Attendance.objects.get().day.date == date(2026, 5, 13)

    @pytest.mark.parametrize(
        ("written", "mark"),
        [
            ("P", "present"), ("p", "present"), ("П", "present"), ("+", "present"), ("✓", "present"), (1, "present"),
            ("da", "present"), ("po", "present"), ("присутен", "present"), ("i pranishëm", "present"),
            (True, "present"),
            ("L", "late"), ("kasnio", "late"), ("доцни", "late"), ("me vonesë", "late"),
            ("E", "excused"), ("opravdano", "excused"), ("оправдано", "excused"), ("me arsye", "excused"),
            ("A", "absent"), ("-", "absent"), ("–", "absent"), ("✗", "absent"), (0, "absent"), ("ne", "absent"),
            ("отсутен", "absent"), ("mungon", "absent"), ("О", "absent"),
        ],
    )  # fmt: skip
    def test_marks_are_read_in_every_way_people_write_them(self, session, trainer, written, mark):
        apply(session, people(["A", "One", "F", "RS", "", "", "", written], headings=DAYS[:-1]), trainer)
        assert Attendance.objects.get().mark == mark

    def test_an_empty_cell_is_not_marked(self, session, trainer):
        apply(session, people(["A", "One", "F", "RS", "", "", "", None, "P"], headings=DAYS), trainer)
        assert Attendance.objects.count() == 1

    def test_a_cross_is_the_opposite_of_the_other_marks(self, session, trainer):
        rows = [["A", "One", "F", "RS", "", "", "", "✓"], ["B", "Two", "M", "RS", "", "", "", "x"]]
        apply(session, people(*rows, headings=DAYS[:-1]), trainer)
        assert set(Attendance.objects.values_list("mark", flat=True)) == {"present", "absent"}

    def test_crosses_alone_are_refused(self, session, trainer):
        plan = check(session, people(["A", "One", "F", "RS", "", "", "", "x"], headings=DAYS[:-1]), trainer)
        assert [(fault.row, fault.column, fault.value) for fault in plan.faults] == [(2, "Day 1", "x")]

    def test_a_column_for_a_day_the_session_has_not_is_one_error(self, session_in, trainer):
        rows = [["A", "One", "F", "RS", "", "", "", "P", "P"], ["B", "Two", "F", "RS", "", "", "", "P", "P"]]
        plan = check(session_in("RS"), people(*rows, headings=DAYS), trainer)
        assert [(fault.row, fault.column) for fault in plan.faults] == [(1, "Day 2")]
        assert "2026-05-13" in plan.faults[0].message

    def test_marks_open_a_planned_session(self, session_in, trainer):
        session = session_in("RS", status=SessionStatus.PLANNED)
        apply(session, people(["A", "One", "F", "RS", "", "", "", "P"], headings=DAYS[:-1]), trainer)
        session.refresh_from_db()
        assert session.status == SessionStatus.OPEN

    def test_a_list_without_marks_leaves_a_planned_session_planned(self, session_in, trainer):
        session = session_in("RS", status=SessionStatus.PLANNED)
        apply(session, people(["A", "One", "F", "RS"]), trainer)
        session.refresh_from_db()
        assert session.status == SessionStatus.PLANNED

    def test_changed_marks_keep_their_history(self, session, trainer):
        apply(session, people(["A", "One", "F", "RS", "", "", "", "P"], headings=DAYS[:-1]), trainer)
        apply(session, people(["A", "One", "F", "RS", "", "", "", "L"], headings=DAYS[:-1]), trainer)
        events = AttendanceEvent.objects.order_by("pk").values_list("before", "after", "way")
        assert list(events) == [("", "present", "import"), ("present", "late", "import")]


class TestRefusals:
    @pytest.mark.parametrize("cell", ["=1+1", "+389 1", "@sum", "-cmd", "\tTab"])
    @pytest.mark.parametrize("column", [0, 1, 4, 5])
    def test_a_cell_that_starts_a_formula_is_refused(self, session, trainer, cell, column):
        row = ["Arta", "Proba", "F", "RS", "MUP", "Inspektor"]
        row[column] = cell
        plan = apply(session, people(row), trainer).plan
        assert [(fault.row, fault.column) for fault in plan.faults] == [(2, HEADINGS[column])]
        assert nothing_written()

    def test_one_bad_row_among_good_ones_writes_nothing(self, session, trainer):
        apply(session, people(["A", "One", "F", "RS"], ["B", "Two", "X", "RS"]), trainer)
        assert nothing_written()

    def test_a_signed_off_session_takes_no_list(self, session_in, administrator):
        with pytest.raises(ValidationError, match="signed off"):
            apply(session_in("RS", status=SessionStatus.CLOSED), people(["A", "One", "F", "RS"]), administrator)

    def test_another_trainer_may_not_import(self, session, other_trainer):
        with pytest.raises(PermissionDenied):
            apply(session, people(["A", "One", "F", "RS"]), other_trainer)

    def test_a_file_without_headings_is_refused(self, session, trainer):
        with pytest.raises(RefusedError, match="headings"):
            apply(session, workbook(["Hello"], ["World"]), trainer)

    def test_a_list_of_nobody_is_refused(self, session, trainer):
        with pytest.raises(RefusedError, match="nobody"):
            apply(session, people(), trainer)

    @pytest.mark.parametrize("name", ["A" * 101, "Љ" * 100])
    def test_a_name_longer_than_a_record_holds_is_an_error(self, session, trainer, name):
        plan = check(session, people([name, "One", "F", "RS"]), trainer)
        assert [fault.row for fault in plan.faults] == [2]


def test_the_trail_says_what_was_imported(session, trainer):
    result = apply(session, sample("1-english.xlsx"), trainer)
    entry = TrailEntry.objects.get(action="roster imported")
    assert entry.detail["rows"] == 8
    assert entry.records["rosterimport"] == [result.roster_import.pk]
    assert len(entry.records["person"]) == 8
    assert "Arta" not in str(entry.detail)


@pytest.mark.parametrize("again", [False, True])
def test_the_number_of_queries_does_not_grow_with_the_list(
    session, trainer, again, django_assert_max_num_queries, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def rows(start, count):
        return [
            ["A", f"P{'abcdefghij'[n]}", "F", "RS", f"Office {n}", "", f"p{n}@x.example", "P"]
            for n in range(start, start + count)
        ]

    def queries(upload):
        if again:
            apply(session, upload, trainer)
        with CaptureQueriesContext(
            connection,
        ) as found:
            apply(session, upload, trainer)
        return len(found)

    require(trainer, Action.EDIT_ROSTER, session)  # asked once for an account
    few = queries(people(*rows(0, 1), headings=DAYS[:-1]))
    many = queries(people(*rows(3, 5), headings=DAYS[:-1]))
    assert few == many


def test_marks_for_a_day_ahead_are_taken_and_said(session_in, trainer):
    session = session_in("XK", length=2, start=timezone.localdate())
    plan = check(session, workbook(DAYS, ["Arta", "Gashi", "F", "XK", "", "", "", "P", "P"]), trainer)
    assert not plan.faults
    assert any("still ahead" in note for note in plan.notes)
