"""Every line of the published facts is held: written again out of the database, it reads the same."""

from datetime import timedelta
from functools import cache

import pytest
import yaml

from training.choices import Scope, SessionKind, SessionStatus
from training.models import (
    FootnoteSet,
    Framework,
    InstitutionType,
    Jurisdiction,
    Project,
    Session,
    Source,
)
from training.roadmap.loading import FACTS

pytestmark = pytest.mark.usefixtures("published", "db")


@cache
def facts_once():
    return yaml.load(FACTS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@pytest.fixture
def facts():
    return facts_once()


def event(facts, key):
    return next(event for event in facts["events"] if event["key"] == key)


def codes(records, name="code"):
    return [getattr(record, name) for record in records.all()]


def test_of_the_sources(facts):
    held = {s.key: {"file": s.document, "publisher": s.publisher, "note": s.note} for s in Source.objects.all()}
    assert held == facts["sources"]


def test_of_the_jurisdictions_in_their_order(facts):
    held = [
        {"code": j.code, "name": j.name, "seat": j.seat, "languages": j.languages} for j in Jurisdiction.objects.all()
    ]
    assert held == facts["jurisdictions"]


def test_of_the_footnotes(facts):
    assert {f.key: f.text for f in FootnoteSet.objects.all()} == facts["footnotes"]


def test_of_the_framework(facts):
    framework = Framework.objects.get()
    assert {
        "name": framework.name,
        "version": framework.version,
        "goals": {goal.number: goal.title for goal in framework.goals.all()},
        "kpis": framework.kpis.count(),
    } == facts["framework"]
    assert set(framework.kpis.values_list("title", flat=True)) == {""}


def test_of_the_institution_types_in_their_order_with_names_to_read(facts):
    assert codes(InstitutionType.objects, "key") == facts["institution_types"]
    assert not [t for t in InstitutionType.objects.all() if "_" in t.name or t.name[0].islower()]


def test_of_the_projects(facts):
    assert Project.objects.count() == len(facts["projects"]) == 8
    for fact in facts["projects"]:
        sets = {name: fact.get(name, []) for name in ("agencies", "funders", "goals", "kpis", "jurisdictions")}
        sets["knowledge_products"] = fact.get("knowledge_products", [])
        said = {**fact, **{name: sorted(values) for name, values in sets.items()}}
        assert project_as_fact(Project.objects.get(key=fact["key"])) == said


def test_of_the_events(facts):
    assert Session.objects.exclude(status=SessionStatus.PLANNED).count() == len(facts["events"]) == 25
    for fact in facts["events"]:
        fact = {"as_of": None, "breakdowns": [], **fact}
        held = event_as_fact(Session.objects.get(key=fact["key"]))
        assert {name: held[name] for name in fact} == fact
        unsaid = {name: value for name, value in held.items() if name not in fact}
        assert not [name for name, value in unsaid.items() if value], fact["key"]


def test_of_what_is_planned(facts):
    held = [
        {
            "topic": words(session.topic.name),
            "by": session.requested_by,
            "note": session.note,
            "jurisdictions": codes(session.jurisdictions),
            "source": session.source.key,
        }
        for session in Session.objects.filter(status=SessionStatus.PLANNED).order_by("pk")
    ]
    assert held == [{"note": "", "jurisdictions": [], **fact} for fact in facts["planned"]]


def words(name):
    """A topic as the file writes it: only a word that is all capitals starts with one."""
    return name if name[:2].isupper() else name[0].lower() + name[1:]


def not_stated(value):
    return "ns" if value in {None, ""} else value


def project_as_fact(project):
    held = {
        "key": project.key,
        "title": project.title,
        "agencies": sorted(codes(project.agencies, "name")),
        "funders": sorted(codes(project.funders, "name")),
        "start": not_stated(project.start and f"{project.start:%Y-%m}"),
        "end": not_stated(project.end and f"{project.end:%Y-%m}"),
        "budget_usd": not_stated(project.budget_usd),
        "status": not_stated(project.status),
        "goals": codes(project.goals, "number"),
        "kpis": codes(project.kpis, "number"),
        "jurisdictions": sorted(codes(project.jurisdictions)),
        "source": project.source.key,
        "knowledge_products": sorted(codes(project.knowledge_products, "title")),
    }
    if project.start:
        assert project.start.day == 1
    if project.end:
        assert (project.end + timedelta(days=1)).day == 1
    return held


def event_as_fact(session):
    headcount = session.headcounts.first()
    if headcount:
        assert (headcount.scope, headcount.source) == (Scope.WHOLE, session.source)
    days = codes(session.days, "date")
    assert days == [session.start + timedelta(days=n) for n in range(len(days))] if session.start else days == []
    assert not days or days[-1] == session.end
    children = list(session.children.order_by("pk"))
    return {
        "key": session.key,
        "source": session.source.key,
        "project": session.project.key,
        "project_inferred": session.project_inferred,
        "topic": words(session.title),
        "kind": session.kind.replace("_", " "),
        "modality": session.modality,
        "sessions": None if session.kind == SessionKind.SERIES else not_stated(session.number_of_sessions),
        "children": codes(session.children, "key") and [child.key for child in children],
        "days_per_session": session.days_per_session,
        "modules": session.modules,
        "start": session.start,
        "end": session.end,
        "as_of": session.as_of,
        "place": session.place,
        "jurisdictions": codes(session.jurisdictions),
        "audience": in_the_order_of_facts(session) or "ns",
        "audience_text": session.audience_text,
        "institutions": [institution.name for institution in session.institutions.order_by("pk")],
        "total": not_stated(headcount.total if headcount else None),
        "quote": headcount.quote if headcount else "",
        "breakdowns": [breakdown_as_fact(breakdown) for breakdown in headcount.breakdowns.all()] if headcount else [],
    }


def in_the_order_of_facts(session):
    """Kinds of institution are a set: they are compared in the order the file happens to name them."""
    named = event(facts_once(), session.key)["audience"]
    held = codes(session.audience, "key")
    return sorted(held, key=named.index) if set(held) == set(named) else held


def breakdown_as_fact(breakdown):
    cells = []
    for cell in breakdown.cells.all():
        values = {"jurisdiction": cell.jurisdiction and cell.jurisdiction.code, "sex": cell.sex}
        cells.append({**{name: values[name] for name in breakdown.dimensions}, "n": cell.number})
    return {"by": list(breakdown.dimensions), "cells": cells}
