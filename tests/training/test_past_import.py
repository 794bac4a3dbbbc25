"""A list of past sessions into the register: what is written, what is kept as it stands, what is refused."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import ProjectFactory, SessionFactory, TopicFactory
from tests.training.figures import source_called
from tests.training.past_lists import HEADINGS, ROW, apply, check, faults, make_register, row, sessions
from tests.training.rosters import workbook
from training.choices import Modality, Scope, SessionKind, SessionStatus
from training.imports.past.plan import MOST_ROWS
from training.imports.refusal import RefusedError
from training.imports.workbook import Upload
from training.models import Headcount, LoadedRecord, Session, TrailEntry
from training.services.headcounts import drafts_of
from training.statistics.of_sessions import figures_of
from training.statistics.reconciliation import contradictions

WITH_PLACES = [*HEADINGS, "Women XK", "Men XK", "Жени Северна Македонија", "Мажи Северна Македонија"]


@pytest.fixture(autouse=True)
def borders(db):
    TopicFactory(key="postal-detection", name="Detection in postal shipments")
    ProjectFactory(key="other", title="Something else")
    return make_register()


def breakdowns():
    """The only headcount's breakdowns: dimensions → codes → number."""
    found = {}
    for draft in drafts_of(Headcount.objects.get()):
        cells = {(cell.jurisdiction and cell.jurisdiction.code, cell.sex): cell.number for cell in draft.cells}
        found[tuple(draft.dimensions)] = cells
    return found


def nothing_written():
    return not (Session.objects.exists() or Headcount.objects.exists() or TrailEntry.objects.exists())


class TestWhatIsWritten:
    def test_a_row_becomes_a_session_that_was_delivered_and_nobody_signed_off(self, administrator, borders):
        apply(sessions(ROW), administrator)
        session = Session.objects.get()
        assert (session.title, session.topic.key, session.project) == (
            "Basic course",
            "weapons-categorization",
            borders,
        )
        assert (session.start, session.end, session.place) == (date(2021, 5, 13), date(2021, 5, 15), "Skopje")
        assert (session.status, session.closed_at) == (SessionStatus.DELIVERED, None)
        assert (session.kind, session.modality, session.number_of_sessions) == (SessionKind.TRAINING, "", 1)
        assert {place.code for place in session.jurisdictions.all()} == {"XK", "MK"}
        assert [day.date.day for day in session.days.all()] == [13, 14, 15]

    def test_its_figures_are_a_headcount_of_the_whole(self, administrator):
        apply(sessions(ROW), administrator)
        headcount = Headcount.objects.get()
        assert (headcount.scope, headcount.total) == (Scope.WHOLE, 24)
        assert breakdowns() == {("sex",): {(None, "F"): 7, (None, "M"): 17}}
        figures = figures_of([headcount.session])[headcount.session.pk]
        assert (figures.counts, figures.total, figures.women, figures.men) == (True, 24, 7, 17)

    def test_women_and_men_of_each_jurisdiction_are_a_breakdown_of_their_own(self, administrator):
        apply(sessions([*ROW, 3, 9, 4, 8], headings=WITH_PLACES), administrator)
        by_both = {("XK", "F"): 3, ("XK", "M"): 9, ("MK", "F"): 4, ("MK", "M"): 8}
        assert breakdowns()["jurisdiction", "sex"] == by_both
        assert breakdowns()["sex",] == {(None, "F"): 7, (None, "M"): 17}

    def test_a_jurisdiction_in_all_is_a_breakdown_too(self, administrator):
        apply(sessions([*ROW, 12, 12], headings=[*HEADINGS, "Kosovo*", "Total MK"]), administrator)
        assert breakdowns()["jurisdiction",] == {("XK", ""): 12, ("MK", ""): 12}

    def test_kind_modality_number_of_sessions_source_and_quote_are_read(self, administrator):
        source = source_called("seesac-2021")
        more = ["Kind", "Modality", "Number of sessions", "Source", "Quote"]
        cells = ["Radionica", "онлајн", 12, "SEESAC-2021", "420 officers"]
        apply(sessions([*ROW, *cells], headings=[*HEADINGS, *more]), administrator)
        session = Session.objects.get()
        assert (session.kind, session.modality) == (SessionKind.WORKSHOP, Modality.ONLINE)
        assert (session.number_of_sessions, session.source) == (12, source)
        assert (session.headcounts.get().source, session.headcounts.get().quote) == (source, "420 officers")

    def test_words_that_are_no_public_source_stay_with_the_quote(self, administrator):
        upload = sessions([*ROW, "Attendance sheets", "24 came"], headings=[*HEADINGS, "Source", "Quote"])
        plan = apply(upload, administrator).plan
        assert (Headcount.objects.get().source, Headcount.objects.get().quote) == (None, "Attendance sheets: 24 came")
        assert any("Attendance sheets" in note for note in plan.notes)

    def test_a_project_and_a_topic_are_known_by_key_name_script_and_without_the_brackets(self, administrator, borders):
        names = ["BORDERS", "Support to borders of Kosovo* (BORDERS)", "support to borders of kosovo", "БОРДЕРС"]
        topics = [
            "weapons-categorization",
            "Weapons categorization",
            "WEAPONS  CATEGORIZATION",
            "Weapons-categorization",
        ]
        rows = [
            row(title=f"Course {n}", project=p, topic=t) for n, (p, t) in enumerate(zip(names, topics, strict=True))
        ]
        apply(sessions(*rows), administrator)
        found = list(Session.objects.values_list("project", "topic__key"))
        assert found == [(borders.pk, "weapons-categorization")] * 4

    def test_an_empty_title_is_the_name_of_the_topic(self, administrator):
        apply(sessions(row(title=None)), administrator)
        assert Session.objects.get().title == "Weapons categorization"

    def test_the_trail_has_one_entry_with_the_ids_of_all(self, administrator):
        apply(sessions(ROW, row(title="Second")), administrator)
        entry = TrailEntry.objects.get(action="past sessions imported")
        assert sorted(entry.records["session"]) == sorted(Session.objects.values_list("pk", flat=True))
        assert sorted(entry.records["headcount"]) == sorted(Headcount.objects.values_list("pk", flat=True))
        assert entry.detail == {"rows": 2, "repeats": 0, "contradictions": 0}


class TestUnknownIsNeverZero:
    def test_a_blank_cell_makes_no_cell_and_a_zero_does(self, administrator):
        apply(sessions(row(women=0, men=None)), administrator)
        assert breakdowns() == {("sex",): {(None, "F"): 0}}

    def test_a_row_without_figures_is_a_session_without_a_headcount(self, administrator):
        plan = apply(sessions(row(total=None, women=None, men="n/a")), administrator).plan
        assert not Headcount.objects.exists()
        assert any("unknown" in note for note in plan.notes)

    def test_dates_and_place_may_be_unknown(self, administrator):
        apply(sessions(row(start=None, end=None, place="", jurisdictions="ns")), administrator)
        session = Session.objects.get()
        assert (session.start, session.end, session.place) == (None, None, "")
        assert not session.jurisdictions.exists()

    def test_an_empty_number_of_sessions_is_unknown_and_a_missing_column_is_one_session_a_row(self, administrator):
        apply(sessions([*ROW, None], headings=[*HEADINGS, "Number of sessions"]), administrator)
        apply(sessions(row(title="Second")), administrator)
        assert dict(Session.objects.values_list("title", "number_of_sessions")) == {"Basic course": None, "Second": 1}

    def test_that_nobody_came_from_elsewhere_is_no_figure(self, administrator):
        headings = [*HEADINGS, "Women RS", "Men RS"]
        plan = apply(sessions([*ROW, 0, 0], headings=headings), administrator).plan
        assert set(breakdowns()) == {("sex",)}
        assert not plan.contradictions

    def test_a_total_nobody_states_is_what_its_parts_make(self, administrator):
        plan = apply(sessions(row(total=None)), administrator).plan
        assert Headcount.objects.get().total == 24
        assert any("its parts make 24" in note for note in plan.notes)

    def test_a_number_for_each_jurisdiction_of_the_session_makes_a_total_too(self, administrator):
        cells = [*row(total=None, women=None, men=None), 3, 9, 4, 8]
        apply(sessions(cells, headings=WITH_PLACES), administrator)
        assert Headcount.objects.get().total == 24

    @pytest.mark.parametrize("cells", [{"men": None}, {"women": None}])
    def test_parts_that_may_not_be_all_make_no_total(self, administrator, cells):
        plan = apply(sessions(row(total=None, **cells)), administrator).plan
        assert faults(plan) == [(2, "Total")]
        assert nothing_written()


class TestContradictions:
    def test_they_are_kept_listed_and_no_error(self, administrator):
        plan = apply(sessions(row(women=8)), administrator).plan
        assert [(each.entry.row, each.message) for each in plan.contradictions] == [
            (2, "By sex the figures add up to 25, the stated total is 24: 1 too many.")
        ]
        assert Headcount.objects.get().total == 24
        assert [found.message for found in contradictions()] == [each.message for each in plan.contradictions]

    def test_parts_by_jurisdiction_that_miss_the_total_and_each_other(self, administrator):
        upload = sessions([*ROW, 5, 9, 4, 6], headings=WITH_PLACES)
        plan = apply(upload, administrator).plan
        said = [each.message for each in plan.contradictions]
        assert said == [found.message for found in contradictions()]
        assert said == ["Women: 7 by sex, but 9 by jurisdiction and sex."]

    def test_figures_of_a_jurisdiction_the_session_is_not_for(self, administrator):
        plan = check(sessions([*ROW, 1], headings=[*HEADINGS, "Women RS"]), administrator)
        assert any("Serbia, which is not among" in each.message for each in plan.contradictions)
        assert not plan.refused


class TestRepeats:
    def test_the_second_import_of_a_file_changes_nothing(self, administrator):
        upload = sessions(ROW, row(title="Undated", start=None, end=None))
        apply(upload, administrator)
        before = (Session.objects.count(), TrailEntry.objects.count(), LoadedRecord.objects.count())
        again = apply(upload, administrator)
        assert (Session.objects.count(), TrailEntry.objects.count(), LoadedRecord.objects.count()) == before
        assert [entry.row for entry in again.plan.repeats] == [2, 3]
        assert again.applied

    def test_a_session_that_is_there_is_left_alone_whatever_the_row_says(self, administrator, borders):
        there = SessionFactory(
            key="there", title="БАСИЦ цоурсе", project=borders, start=date(2021, 5, 13), end=date(2021, 5, 15),
            status=SessionStatus.PLANNED,
        )  # fmt: skip
        plan = apply(sessions(ROW, row(title="Second")), administrator).plan
        there.refresh_from_db()
        assert (there.status, there.headcounts.count()) == (SessionStatus.PLANNED, 0)
        assert [(entry.row, entry.known_as) for entry in plan.repeats] == [(2, "there")]
        assert Session.objects.count() == 2

    @pytest.mark.parametrize("cells", [{"title": "Other"}, {"end": "2021-05-16"}, {"project": "other"}])
    def test_another_title_date_or_project_is_another_session(self, administrator, cells):
        apply(sessions(ROW), administrator)
        apply(sessions(row(**cells)), administrator)
        assert Session.objects.count() == 2

    def test_other_figures_than_the_register_has_are_said(self, administrator):
        apply(sessions(ROW), administrator)
        plan = apply(sessions(row(total=25)), administrator).plan
        assert any("25 people, the session in the register 24" in note for note in plan.notes)
        assert Headcount.objects.get().total == 24

    def test_the_same_row_twice_is_one_session(self, administrator):
        plan = apply(sessions(ROW, ROW), administrator).plan
        assert [(entry.row, entry.repeat_of) for entry in plan.repeats] == [(3, 2)]
        assert Session.objects.count() == 1

    def test_two_sessions_of_one_name_need_something_to_be_told_by(self, administrator):
        plan = apply(sessions(ROW, row(total=30, women=10, men=20)), administrator).plan
        assert faults(plan) == [(3, "Title")]
        assert nothing_written()


class TestRefusals:
    @pytest.mark.parametrize(
        ("cells", "column", "said"),
        [
            ({"topic": "Weapons categorisation"}, "Topic", "“Weapons categorization”"),
            ({"project": "Bordrs"}, "Project", "“Support to borders of Kosovo* (BORDERS)”"),
            ({"topic": None}, "Topic", "Write the topic"),
            ({"project": None}, "Project", "Write the project"),
            ({"start": "May 2021", "end": None}, "Start", "13.05.2021"),
            ({"end": "2021-05-12"}, "End", "before the first"),
            ({"start": None}, "Start", "first day too"),
            ({"end": "2021-12-31"}, "End", "at most 60"),
            ({"jurisdictions": "Atlantis"}, "Jurisdictions", "XK"),
            ({"total": "=SUM(I2:J2)"}, "Total", "formula"),
            ({"women": 7.5}, "Women", "whole number"),
            ({"title": "=cmd"}, "Title", "may not begin with"),
            ({"title": "x" * 201}, "Title", "200"),
            ({"place": "x" * 151}, "Place", "150"),
        ],
    )
    def test_an_error_names_sheet_row_column_value_and_what_would_be_accepted(self, administrator, cells, column, said):
        plan = apply(sessions(ROW, row(**cells)), administrator).plan
        fault = plan.faults[0]
        assert (len(plan.faults), fault.sheet, fault.row, fault.column) == (1, "List", 3, column)
        assert said in fault.message
        assert nothing_written()

    def test_all_errors_of_all_rows_are_found_at_once(self, administrator):
        bad = row(topic="?", start="soon", total="many")
        plan = apply(sessions(bad, ROW, bad), administrator).plan
        assert faults(plan) == [(n, column) for n in (2, 4) for column in ("Topic", "Start", "Total")]

    def test_a_missing_column_is_one_error_for_the_whole_list(self, administrator):
        headings = [*HEADINGS[:2], "Remarks", *HEADINGS[3:]]
        plan = check(sessions(ROW, row(title="Second"), headings=headings), administrator)
        assert faults(plan) == [(1, "Project")]

    def test_totals_repeated_headings_and_lines_of_one_cell_are_no_sessions(self, administrator):
        upload = sessions(["2021"], ROW, HEADINGS, row(title="Second"), ["Total", *[None] * 6, 48, 14, 34], ["Note"])
        plan = apply(upload, administrator).plan
        assert Session.objects.count() == 2
        assert any("only one cell" in note and "2, 7" in note for note in plan.notes)

    def test_a_file_without_headings_is_refused(self, administrator):
        with pytest.raises(RefusedError, match="headings"):
            apply(workbook(["Hello"], ["World"]), administrator)

    def test_more_rows_than_a_list_may_have_are_refused(self, administrator):
        lines = [",".join(HEADINGS[:3]), *[f"Course {n},weapons-categorization,borders" for n in range(MOST_ROWS + 1)]]
        with pytest.raises(RefusedError, match=f"more than {MOST_ROWS} rows"):
            check(Upload("list.csv", "\n".join(lines).encode()), administrator)

    def test_a_list_of_nothing_is_refused(self, administrator):
        with pytest.raises(RefusedError, match="no session below"):
            apply(sessions(), administrator)

    @pytest.mark.parametrize("who", ["trainer", "coordinator", "editor", "auditor", "officer"])
    def test_only_administrators_and_managers_may(self, request, who):
        with pytest.raises(PermissionDenied):
            apply(sessions(ROW), request.getfixturevalue(who))
        assert nothing_written()

    def test_a_manager_brings_sessions_into_their_own_projects_only(self, manager, borders):
        manager.projects.add(borders)
        plan = apply(sessions(ROW, row(title="Second", project="other")), manager).plan
        assert faults(plan) == [(3, "Project")]
        assert "BORDERS" in plan.faults[0].message
        assert nothing_written()

    def test_a_manager_brings_them_into_their_own(self, manager, borders):
        manager.projects.add(borders)
        apply(sessions(ROW), manager)
        assert Session.objects.get().created_by == manager


def test_the_number_of_queries_to_look_does_not_grow_with_the_list(administrator):
    apply(sessions(*[row(title=f"Known {n}") for n in range(3)]), administrator)

    def queries(count):
        rows = [row(title=f"{word} {n}") for n in range(count) for word in ("Known", "New")]
        with CaptureQueriesContext(connection) as found:
            check(sessions(*rows), administrator)
        return len(found)

    assert queries(1) == queries(3)
