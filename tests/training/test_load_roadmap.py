"""The facts go in whole, once, and leave alone what a person has changed since."""

from copy import deepcopy
from datetime import date
from functools import cache
from io import StringIO

import pytest
import yaml
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.text import slugify

from tests.factories import JurisdictionFactory
from tests.training.figures import by_sex, roster_of
from training.choices import Scope, SessionKind, SessionStatus
from training.models import (
    Account,
    Funder,
    Headcount,
    Institution,
    InstitutionType,
    Jurisdiction,
    KnowledgeProduct,
    LoadedRecord,
    Project,
    Session,
    Topic,
    TrailEntry,
)
from training.roadmap import RoadmapError, load_roadmap
from training.roadmap.loading import FACTS
from training.services.headcounts import confirm_roster_replaces, write_breakdowns

pytestmark = pytest.mark.django_db


@cache
def facts_once():
    return yaml.load(FACTS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def read_facts():
    """The facts as they are, for a test to change."""
    return deepcopy(facts_once())


@pytest.fixture
def facts():
    return read_facts()


@pytest.fixture
def load(tmp_path):
    """Load the facts as they are, or as the test has changed them."""

    def run(facts=None):
        path = FACTS
        if facts is not None:
            path = tmp_path / "facts.yaml"
            path.write_text(yaml.dump(facts, Dumper=yaml.CSafeDumper, allow_unicode=True), encoding="utf-8")
        return load_roadmap(by=Account.objects.system(), path=path)

    return run


def event(facts, key):
    return next(event for event in facts["events"] if event["key"] == key)


def codes(records, name="code"):
    return [getattr(record, name) for record in records.all()]


class TestWhatBecomesOfAnEvent:
    def test_it_is_delivered_and_not_signed_off(self, load):
        load()
        session = Session.objects.get(key="cpiat-house-searches")
        assert (session.status, session.closed_at, session.title) == (
            "delivered",
            None,
            "Firearms detection in house searches",
        )

    def test_its_weekend_days_are_training_days(self, load):
        load()
        days = codes(Session.objects.get(key="ba-fast-parcels-awareness").days, "date")
        assert days == [date(2021, 7, 16), date(2021, 7, 17)]

    def test_institutions_it_names_are_of_its_only_jurisdiction_and_kind(self, load):
        load()
        institution = Institution.objects.get(name="ITA Regional Center Mostar")
        assert (institution.jurisdiction.code, institution.type.key, institution.is_demo) == ("BA", "customs", False)

    def test_the_820_stands_above_its_two_parts(self, load):
        load()
        series = Session.objects.get(key="cross-border-specialised")
        assert series.kind == SessionKind.SERIES
        assert set(series.children.values_list("key", flat=True)) == {
            "cross-border-information",
            "cross-border-weapons-categorization",
        }

    def test_planned_training_belongs_to_no_project(self, load):
        load()
        session = Session.objects.get(key="planned-darknet-investigation")
        assert (session.project, session.number_of_sessions, session.requested_by) == (None, None, "EMPACT")


class TestASecondLoad:
    def test_changes_nothing(self, load):
        load()
        entries = TrailEntry.objects.count()
        report = load()
        assert (report.created, report.changed, report.kept) == ([], [], [])
        assert TrailEntry.objects.count() == entries

    def test_takes_few_queries_and_writes_nothing(self, load):
        load()
        with CaptureQueriesContext(connection) as queries:
            load()
        assert len(queries) < 60
        assert not [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]

    def test_keeps_and_reports_what_a_person_edited(self, load):
        load()
        Session.objects.filter(key="ba-public-private").update(place="Mostar")
        Project.objects.filter(key="halt").update(budget_usd=5)
        report = load()
        assert report.kept == ["project halt: budget_usd", "session ba-public-private: place"]
        assert Session.objects.get(key="ba-public-private").place == "Mostar"

    def test_keeps_a_set_that_a_person_changed(self, load):
        load()
        session = Session.objects.get(key="ba-public-private")
        session.audience.remove(InstitutionType.objects.get(key="customs"))
        assert load().kept == ["session ba-public-private: audience"]
        assert not session.audience.filter(key="customs").exists()

    def test_keeps_breakdowns_that_a_person_changed(self, load):
        load()
        headcount = Headcount.objects.get(session__key="cpiat-house-searches")
        write_breakdowns(headcount, [by_sex(M=39, F=1)])
        assert load().kept == ["headcount cpiat-house-searches: breakdowns"]
        assert headcount.breakdowns.get().cells.get(sex="F").number == 1

    def test_leaves_what_a_person_deleted_deleted(self, load):
        load()
        Headcount.objects.get(session__key="cpiat-house-searches").delete()
        Topic.objects.get(key="darknet-investigation").sessions.all().delete()
        Topic.objects.get(key="darknet-investigation").delete()
        report = load()
        assert report.created == []
        assert report.kept == [
            "headcount cpiat-house-searches: deleted by a person, stays deleted",
            "topic darknet-investigation: deleted by a person, stays deleted",
            "session planned-darknet-investigation: deleted by a person, stays deleted",
        ]
        assert not Topic.objects.filter(key="darknet-investigation").exists()

    def test_leaves_a_deleted_funder_out_of_the_sets_that_named_it(self, load):
        load()
        Funder.objects.get(name="Sweden").delete()
        assert load().kept == ["funder sweden: deleted by a person, stays deleted"]
        assert not Project.objects.get(key="halt").funders.filter(name="Sweden").exists()

    def test_leaves_the_roster_in_the_place_of_a_headcount_it_replaced(self, load, administrator):
        load()
        session = Session.objects.get(key="cpiat-house-searches")
        roster_of(session, XK_M=2)
        confirm_roster_replaces(session=session, by=administrator)
        assert load().kept == ["headcount cpiat-house-searches: scope"]
        assert session.headcounts.get().scope == Scope.PUBLISHED


class TestAChangedFile:
    def test_changes_what_nobody_edited(self, load, facts):
        load()
        event(facts, "ba-public-private")["place"] = "Mostar"
        event(facts, "ba-public-private")["audience"] = ["customs"]
        report = load(facts)
        assert sorted(report.changed) == ["session ba-public-private: audience", "session ba-public-private: place"]
        session = Session.objects.get(key="ba-public-private")
        assert (session.place, codes(session.audience, "key")) == ("Mostar", ["customs"])
        assert load(facts).changed == []

    def test_does_not_change_what_a_person_edited(self, load, facts):
        load()
        Session.objects.filter(key="ba-public-private").update(place="Tuzla")
        event(facts, "ba-public-private")["place"] = "Mostar"
        assert load(facts).kept == ["session ba-public-private: place"]
        assert Session.objects.get(key="ba-public-private").place == "Tuzla"

    def test_agrees_with_a_person_who_had_made_the_same_change(self, load, facts):
        load()
        Session.objects.filter(key="ba-public-private").update(place="Mostar")
        event(facts, "ba-public-private")["place"] = "Mostar"
        report = load(facts)
        assert (report.changed, report.kept) == ([], [])

    def test_changes_total_and_breakdowns_of_a_headcount(self, load, facts):
        load()
        fact = event(facts, "cpiat-house-searches")
        fact["total"] = 41
        fact["breakdowns"][0]["cells"][1]["n"] = 1
        assert load(facts).changed == [f"headcount cpiat-house-searches: {name}" for name in ("total", "breakdowns")]
        headcount = Headcount.objects.get(session__key="cpiat-house-searches")
        assert (headcount.total, headcount.breakdowns.get().cells.get(sex="F").number) == (41, 1)

    def test_moves_days_but_drops_none_that_has_marks(self, load, facts):
        load()
        session = Session.objects.get(key="ba-fast-parcels-awareness")
        roster_of(session, BA_F=1)
        marked = session.days.first()
        session.participations.get().attendance.create(day=marked, mark="present")
        fact = event(facts, "ba-fast-parcels-awareness")
        fact["start"], fact["end"] = date(2021, 7, 17), date(2021, 7, 18)
        assert load(facts).changed == ["session ba-fast-parcels-awareness: dates"]
        assert codes(session.days, "date") == [date(2021, 7, 16), date(2021, 7, 17), date(2021, 7, 18)]

    def test_changes_nothing_in_a_session_that_was_signed_off(self, load, facts):
        load()
        Session.objects.filter(key="cpiat-house-searches").update(status=SessionStatus.CLOSED)
        event(facts, "cpiat-house-searches")["total"] = 41
        report = load(facts)
        assert report.changed == []
        assert report.kept == ["session cpiat-house-searches: status", "headcount cpiat-house-searches: total"]

    def test_adds_an_event(self, load, facts):
        load()
        facts["events"].append({**event(facts, "cpiat-equipment"), "key": "cpiat-equipment-2"})
        assert load(facts).created == ["session cpiat-equipment-2"]

    def test_leaves_out_an_event_of_a_project_that_a_person_deleted(self, load, facts):
        load()
        Project.objects.get(key="international-cooperation").delete()
        new = {**event(facts, "cpiat-equipment"), "key": "new", "project": "international-cooperation"}
        facts["events"].append(new)
        assert "session new: left out, what it belongs to was deleted" in load(facts).kept


def test_records_that_were_there_before_are_filled_where_empty_and_kept_where_not(load):
    JurisdictionFactory(code="MK", name="North Macedonia", position=5)
    Topic.objects.create(key="weapons-categorization", name="Categorising weapons")
    report = load()
    assert report.kept == ["topic weapons-categorization: name"]
    assert "jurisdiction MK: seat" in report.changed
    assert Jurisdiction.objects.get(code="MK").seat == "Skopje"


def test_an_institution_of_the_demo_becomes_a_real_one(load):
    ba = JurisdictionFactory(code="BA")
    Institution.objects.create(name="ITA Headquarters", jurisdiction=ba, is_demo=True)
    load()
    assert not Institution.objects.get(name="ITA Headquarters").is_demo


def test_a_load_lands_in_the_trail(load):
    load()
    entry = TrailEntry.objects.get(action="roadmap loaded")
    assert entry.by == Account.objects.system()
    assert len(entry.records["session"]) == 29


@pytest.mark.parametrize("role", ["manager", "trainer", "editor", "auditor"])
def test_only_an_administrator_loads(role, request):
    with pytest.raises(PermissionDenied):
        load_roadmap(by=request.getfixturevalue(role))


class TestAMalformedFile:
    """Each is refused with the entry's name and what it takes, and leaves the database as it was."""

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"total": "many"}, "events, cpiat-equipment: total is 'many'; it takes a whole number from 0, or ns."),
            ({"total": -1}, "events, cpiat-equipment: total is -1; it takes a whole number from 0, or ns."),
            ({"total": True}, "events, cpiat-equipment: total is True; it takes a whole number from 0, or ns."),
            ({"project": "cpiad"}, "events, cpiat-equipment: project is 'cpiad'; it takes one of: cpiat, cross-border"),
            ({"kind": "seminar"}, "events, cpiat-equipment: kind is 'seminar'; it takes one of: training,"),
            ({"jurisdictions": ["KS"]}, "jurisdictions is 'KS'; it takes values out of: AL, BA, XK, ME, MK, RS."),
            ({"jurisdictions": "XK"}, "events, cpiat-equipment: jurisdictions is 'XK'; it takes a list, or ns."),
            ({"start": "July"}, "events, cpiat-equipment: start is 'July'; it takes a day such as 2021-07-26, or ns."),
            ({"start": date(2021, 7, 2)}, "end is None; it takes the last day, within a year of the start"),
            ({"start": date(2021, 7, 2), "end": date(2021, 7, 1)}, "it takes the last day, within a year of the start"),
            ({"plaec": "Pristina"}, "events, cpiat-equipment: has a field 'plaec'; it takes as_of, audience,"),
            ({"key": "Not a key"}, "key is 'Not a key'; it takes small letters, digits and hyphens."),
            ({"key": "cpiat-link-analysis"}, "key is 'cpiat-link-analysis'; it takes a value of its own"),
            ({"quote": "many came"}, "total is 'ns'; it takes the number that the quote and the breakdowns are about."),
            (
                {"children": ["nowhere"], "kind": "series"},
                "children is 'nowhere'; it takes keys of events in this file.",
            ),
            ({"place": "x" * 151}, "it takes a text of at most 150 characters."),
            ({"sessions": 0}, "sessions is 0; it takes a whole number from 1, or ns."),
            (
                {"total": 3, "breakdowns": [{"by": ["sex"], "cells": [{"n": 3}]}]},
                "sex is None; it takes one of: F, M, U",
            ),
            (
                {"total": 3, "breakdowns": [{"by": ["sex"], "cells": [{"sex": "F", "n": 1}, {"sex": "F", "n": 2}]}]},
                "cells give the same cell twice",
            ),
            ({"total": 3, "breakdowns": [{"by": ["age"], "cells": []}]}, "by is 'age'; it takes values out of:"),
        ],
    )
    def test_event(self, load, facts, change, message):
        event(facts, "cpiat-equipment").update(change)
        with pytest.raises(RoadmapError) as refusal:
            load(facts)
        assert message in str(refusal.value)
        assert not Session.objects.exists()
        assert not LoadedRecord.objects.exists()

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("events: [", "is not a YAML file"),
            ("- a list", "it takes fields with values"),
            ("{}", "sources is missing; write ns where the source does not state it"),
            ("sources: {}\nsources: {}", "'sources' stands here twice"),
            ("sources: {a: 3}", "sources, a is 3; it takes fields with values."),
        ],
    )
    def test_file(self, tmp_path, text, message):
        path = tmp_path / "facts.yaml"
        path.write_text(text)
        with pytest.raises(RoadmapError) as refusal:
            load_roadmap(by=Account.objects.system(), path=path)
        assert message in str(refusal.value)

    def test_month_of_a_project(self, load, facts):
        facts["projects"][0]["start"] = "2020-13"
        with pytest.raises(RoadmapError, match="projects, cpiat: start is '2020-13'; it takes a month such as 2021-07"):
            load(facts)


class TestTheCommand:
    def run(self, *options):
        out = StringIO()
        call_command("load_roadmap", *options, stdout=out)
        return out.getvalue().splitlines()

    def test_says_what_it_did(self):
        lines = self.run()
        assert "created: session ita-postal-tot" in lines
        assert lines[-1] == "155 created, 0 changed, 0 kept"
        assert self.run() == ["0 created, 0 changed, 0 kept"]

    def test_refuses_a_malformed_file_with_status_1(self, tmp_path):
        path = tmp_path / "facts.yaml"
        path.write_text("events: 3")
        with pytest.raises(CommandError) as refusal:
            self.run("--file", str(path))
        assert refusal.value.returncode == 1

    def test_ends_with_status_2_where_there_is_no_file(self, tmp_path):
        with pytest.raises(CommandError) as refusal:
            self.run("--file", str(tmp_path / "none.yaml"))
        assert refusal.value.returncode == 2

    def test_refuses_an_account_without_the_right(self, trainer):
        with pytest.raises(CommandError, match="may not load or remove data"):
            self.run("--as", trainer.email)


def test_every_topic_has_its_slug_for_a_key(load):
    load()
    assert [topic.key for topic in Topic.objects.all()] == [slugify(topic.name) for topic in Topic.objects.all()]


def test_knowledge_products_belong_to_their_project(load):
    load()
    assert set(KnowledgeProduct.objects.values_list("project__key", flat=True)) == {"cross-border"}
