"""Sessions out of events and planned trainings, with the headcounts that were published about them."""

import datetime
from typing import Any

from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _

from training.choices import BREAKDOWN_DIMENSIONS, Modality, Scope, Sector, SessionKind, SessionStatus, Sex
from training.models import Headcount, Institution, Session, Topic
from training.names import match_key
from training.roadmap.keeping import GONE, Keeper
from training.roadmap.reading import Entry
from training.roadmap.reference import Known, once, slug
from training.services.headcounts import BreakdownDraft, CellDraft

KINDS = {kind.value.replace("_", " "): kind.value for kind in SessionKind}
MODALITIES = {value: value for value in Modality.values}
SEXES = {value: value for value in Sex.values}
DIMENSIONS = {name: name for name in BREAKDOWN_DIMENSIONS}


def load_events(file: Entry, keeper: Keeper, known: Known) -> None:
    entries = file.entries("events", called=["key"])
    parents = _parents(entries)
    sessions: dict[str, Any] = {}
    # A child points to its series, wherever in the file that stands.
    for entry in sorted(entries, key=lambda entry: not entry.has("children")):
        key = slug(entry, "key", most=120)
        once(entry, "key", key, sessions)
        parent = sessions[parents[key]] if key in parents else None
        sessions[key] = _event(entry, key, parent, keeper, known)
        _headcount(entry, key, sessions[key], keeper, known)
        entry.done()
    for child, key in parents.items():
        if child not in sessions:
            raise Entry(f"events, {key}", {}).wrong("children", child, _("keys of events in this file"))


def load_planned(file: Entry, keeper: Keeper, known: Known) -> None:
    """Training that was planned or requested: nobody's project yet, and never counted."""
    keys: dict[str, Any] = {}
    for entry in file.entries("planned", called=["topic"]):
        words = entry.text("topic", most=100, required=True)
        key = f"planned-{slugify(words)}"
        once(entry, "topic", key, keys)
        keys[key] = keeper.put(
            Session,
            key,
            find={"key": key},
            title=capfirst(words),
            topic=_topic(words, keeper),
            status=SessionStatus.PLANNED.value,
            number_of_sessions=None,
            requested_by=entry.text("by", most=150),
            note=entry.text("note"),
            jurisdictions=entry.all_of("jurisdictions", known.jurisdictions),
            source=entry.one_of("source", known.sources),
        )
        entry.done()


def _parents(entries: list[Entry]) -> dict[str, str]:
    """For each child the key of its series."""
    parents: dict[str, str] = {}
    for entry in entries:
        children = entry.texts("children")
        key = entry.text("key", required=True)
        if children and entry.take("kind") != SessionKind.SERIES:
            raise entry.wrong("kind", entry.take("kind"), _("series, where there are children"))
        for child in children:
            if child == key or child in parents:
                raise entry.wrong("children", child, _("events that belong to no other series"))
            parents[child] = key
    for child, key in parents.items():
        if child in parents.values():
            raise Entry(f"events, {key}", {}).wrong("children", child, _("events that are no series themselves"))
    return parents


def _event(entry: Entry, key: str, parent: Any, keeper: Keeper, known: Known) -> Any:
    words = entry.text("topic", most=100, required=True)
    jurisdictions = entry.all_of("jurisdictions", known.jurisdictions)
    audience = entry.all_of("audience", known.institution_types)
    return keeper.put(
        Session,
        key,
        find={"key": key},
        locked=_is_signed_off(key, keeper),
        title=capfirst(words),
        topic=_topic(words, keeper),
        project=entry.one_of("project", known.projects, required=True),
        project_inferred=entry.flag("project_inferred"),
        parent=parent,
        kind=entry.one_of("kind", KINDS, required=True),
        modality=entry.one_of("modality", MODALITIES) or "",
        status=SessionStatus.DELIVERED.value,
        dates=_dates(entry),
        as_of=entry.date("as_of"),
        place=entry.text("place", most=150),
        number_of_sessions=entry.number("sessions", least=1),
        days_per_session=entry.number("days_per_session", least=1),
        modules=entry.number("modules", least=1),
        jurisdictions=jurisdictions,
        audience=audience,
        audience_text=entry.text("audience_text", most=250),
        institutions=_institutions(entry, jurisdictions, audience, keeper),
        source=entry.one_of("source", known.sources, required=True),
    )


def _topic(words: str, keeper: Keeper) -> Any:
    key = slugify(words)
    return keeper.put(Topic, key, find={"key": key}, name=capfirst(words))


def _dates(entry: Entry) -> tuple[datetime.date | None, datetime.date | None]:
    start, end = entry.date("start"), entry.date("end")
    if (start is None) != (end is None) or (start and end and not 0 <= (end - start).days < 366):
        raise entry.wrong("end", end, _("the last day, within a year of the start; both days or neither"))
    return start, end


def _institutions(entry: Entry, jurisdictions: list[Any], audience: list[Any], keeper: Keeper) -> list[Any]:
    """The institutions an event names. Where they are and what they are follows only from an event with one of each."""
    names = entry.texts("institutions", most=200)
    if names and len(jurisdictions) != 1:
        raise entry.error(_("institutions are named; it takes exactly one jurisdiction to say where they are"))
    kind = audience[0] if len(audience) == 1 else None
    private = kind not in {None, GONE} and kind.key == "courier_company"
    found = []
    for name in names:
        key = match_key(name)
        if not key:
            raise entry.wrong("institutions", name, _("names with at least one letter or digit"))
        institution = keeper.put(
            Institution,
            f"{entry.items('jurisdictions')[0]}/{key}"[:250],
            find={"jurisdiction": jurisdictions[0], "match_key": key},
            name=name,
            type=kind,
            sector=Sector.PRIVATE.value if private else Sector.PUBLIC.value,
        )
        found.append(institution)
    return found


def _headcount(entry: Entry, key: str, session: Any, keeper: Keeper, known: Known) -> None:
    entry.required("total")
    total, quote = entry.number("total"), entry.text("quote")
    breakdowns = [_breakdown(b, known) for b in entry.entries("breakdowns")]
    if total is None:
        if breakdowns or quote:
            raise entry.wrong("total", "ns", _("the number that the quote and the breakdowns are about"))
        return
    gone = any(value is GONE for b in breakdowns for cell in b.cells for value in vars(cell).values())
    keeper.put(
        Headcount,
        key,
        find={"session": session, "scope": Scope.WHOLE.value},
        locked=_is_signed_off(key, keeper),
        total=total,
        source=entry.one_of("source", known.sources),
        quote=quote,
        breakdowns=GONE if gone else breakdowns,
    )


def _breakdown(entry: Entry, known: Known) -> BreakdownDraft:
    names = entry.all_of("by", DIMENSIONS)
    cells = [_cell(cell, names, known) for cell in entry.entries("cells")]
    if not names or not cells or len(set(names)) < len(names):
        raise entry.error(_("a breakdown takes by (each dimension once) and cells"))
    keys = [tuple(getattr(cell, name) for name in names) for cell in cells]
    if len(set(keys)) < len(keys):
        raise entry.error(_("cells give the same cell twice; each takes values of its own"))
    entry.done()
    return BreakdownDraft(names, cells)


def _cell(entry: Entry, names: list[str], known: Known) -> CellDraft:
    options = {"jurisdiction": known.jurisdictions, "institution_type": known.institution_types, "sex": SEXES}
    values: dict[str, Any] = {}
    for name in names:
        if name not in options:
            raise entry.error(_("a figure by institution cannot be read from this file"))
        values[name] = entry.one_of(name, options[name], required=True)
    number = entry.number("n")
    if number is None:
        raise entry.wrong("n", None, _("a whole number"))
    entry.done()
    return CellDraft(number=number, **values)


def _is_signed_off(key: str, keeper: Keeper) -> bool:
    """A session that somebody signed off or cancelled takes no changes, from this file neither."""
    return keeper.status_of(key) in {SessionStatus.CLOSED, SessionStatus.CANCELLED}
