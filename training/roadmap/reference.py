"""What the events refer to: jurisdictions, footnotes, goals and KPIs, kinds of institution, sources, projects."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from training.choices import Language, ProjectStatus
from training.models import (
    Agency,
    FootnoteSet,
    Framework,
    Funder,
    Goal,
    InstitutionType,
    Jurisdiction,
    KnowledgeProduct,
    Kpi,
    Project,
    Source,
)
from training.roadmap.keeping import GONE, Keeper
from training.roadmap.labels import institution_type_name
from training.roadmap.reading import Entry

LANGUAGES = {code: code for code in Language.values}


@dataclass
class Known:
    """What has been read so far, by the code the file uses; a value may be GONE."""

    sources: dict[str, Any] = field(default_factory=dict)
    jurisdictions: dict[str, Any] = field(default_factory=dict)
    institution_types: dict[str, Any] = field(default_factory=dict)
    projects: dict[str, Any] = field(default_factory=dict)
    goals: dict[int, Any] = field(default_factory=dict)
    kpis: dict[int, Any] = field(default_factory=dict)


def load_reference(file: Entry, keeper: Keeper) -> Known:
    known = Known()
    _sources(file.entry("sources"), keeper, known)
    for position, entry in enumerate(file.entries("jurisdictions", called=["code"]), start=1):
        _jurisdiction(entry, position, keeper, known)
    footnotes = file.entry("footnotes")
    for key in footnotes.names():
        keeper.put(FootnoteSet, key, find={"key": key}, text=footnotes.text(key, required=True))
    _framework(file.entry("framework"), keeper, known)
    for position, key in enumerate(file.texts("institution_types", most=50), start=1):
        known.institution_types[key] = keeper.put(
            InstitutionType, key, find={"key": key}, name=institution_type_name(key), position=position
        )
    for entry in file.entries("projects", called=["key"]):
        _project(entry, keeper, known)
    return known


def slug(entry: Entry, name: str, *, most: int) -> str:
    """A key as addresses can carry it."""
    value = entry.text(name, most=most, required=True)
    if value != slugify(value):
        raise entry.wrong(name, value, _("small letters, digits and hyphens"))
    return value


def once(entry: Entry, name: str, key: Any, known: dict[Any, Any]) -> None:
    if key in known:
        raise entry.wrong(name, key, _("a value of its own: this one is taken"))


def _sources(entry: Entry, keeper: Keeper, known: Known) -> None:
    for key in entry.names():
        source = entry.entry(key)
        known.sources[key] = keeper.put(
            Source,
            key,
            find={"key": key},
            is_public=True,
            publisher=source.text("publisher", most=120, required=True),
            document=source.text("file", most=200),
            note=source.text("note"),
        )
        source.done()


def _jurisdiction(entry: Entry, position: int, keeper: Keeper, known: Known) -> None:
    code = entry.text("code", most=2, required=True)
    once(entry, "code", code, known.jurisdictions)
    known.jurisdictions[code] = keeper.put(
        Jurisdiction,
        code,
        find={"code": code},
        name=entry.text("name", most=80, required=True),
        seat=entry.text("seat", most=80),
        languages=entry.all_of("languages", LANGUAGES),
        position=position,
    )
    entry.done()


def _framework(entry: Entry, keeper: Keeper, known: Known) -> None:
    name, version = entry.text("name", required=True), entry.text("version", most=40, required=True)
    framework = keeper.put(Framework, version, find={"name": name, "version": version})
    goals = entry.entry("goals")
    for key in goals.names():
        if not key.isdecimal():
            raise goals.error(_("'%(key)s' is no goal's number") % {"key": key})
        number = int(key)
        find = {"framework": framework, "number": number}
        title = goals.text(key, required=True)
        known.goals[number] = keeper.put(Goal, f"{version}/{number}", find=find, title=title)
    for number in range(1, (entry.number("kpis") or 0) + 1):
        find = {"framework": framework, "number": number}
        known.kpis[number] = keeper.put(Kpi, f"{version}/{number}", find=find)
    entry.done()


def _project(entry: Entry, keeper: Keeper, known: Known) -> None:
    key = slug(entry, "key", most=80)
    once(entry, "key", key, known.projects)
    start, end = entry.month("start"), entry.month("end", last=True)
    if start and end and end < start:
        raise entry.wrong("end", f"{end:%Y-%m}", _("a month not before the start"))
    budget = entry.number("budget_usd")
    project = keeper.put(
        Project,
        key,
        find={"key": key},
        title=entry.text("title", most=250, required=True),
        agencies=_named(Agency, entry, "agencies", keeper),
        funders=_named(Funder, entry, "funders", keeper),
        start=start,
        end=end,
        budget_usd=budget,
        status=entry.one_of("status", {value: value for value in ProjectStatus.values}) or "",
        goals=entry.all_of("goals", known.goals),
        kpis=entry.all_of("kpis", known.kpis),
        jurisdictions=entry.all_of("jurisdictions", known.jurisdictions),
        source=entry.one_of("source", known.sources),
    )
    known.projects[key] = project
    for title in entry.texts("knowledge_products", most=250):
        keeper.put(KnowledgeProduct, f"{key}/{title}"[:250], find={"project": project, "title": title})
    entry.done()


def _named(model: type[Agency] | type[Funder], entry: Entry, name: str, keeper: Keeper) -> list[Any]:
    """Organisations known by their name; the same one in several projects is one record."""
    found = []
    for title in entry.texts(name, most=120):
        key = slugify(title)[:50]
        if not key:
            raise entry.wrong(name, title, _("names with at least one letter or digit"))
        found.append(keeper.put(model, key, find={"key": key}, name=title))
    return [record for record in found if record is not GONE]
