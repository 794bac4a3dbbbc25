"""A roster file into a session: read → verify → plan → apply. All or nothing, and never what nobody has decided on."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from django.db import transaction

from training.choices import Role, Sex
from training.imports import correcting, filling, marking
from training.imports.plan import Choices, Plan, make_plan
from training.imports.rows import Entry
from training.imports.workbook import Upload
from training.models import Account, Institution, Person, RosterImport, Session
from training.permissions import Action, require
from training.services import trail
from training.services.outcomes import recompute
from training.services.registering import Registration, register_many, require_open_roster
from training.services.waiting import wait_for_other_imports

BATCH = 1000


@dataclass(frozen=True)
class Result:
    """What came of an import: its plan, its record where it was applied; `stale` if the plan seen no longer holds."""

    plan: Plan
    roster_import: RosterImport | None = None
    stale: bool = False


def check_roster(*, session: Session, upload: Upload, by: Account, choices: Choices | None = None) -> Plan:
    """The plan of `upload` for `session`; writes nothing.

    Raises PermissionDenied without the right to change the roster, ValidationError where the session takes no
    changes, RefusedError where the file holds no list.
    """
    require(by, Action.EDIT_ROSTER, session)
    require_open_roster(session)
    return make_plan(session, upload.sheets, choices)


def record_look(*, plan: Plan, by: Account) -> None:
    """Keep in the trail whom a plan that was shown is about: whoever uploads names learns who is known."""
    known = {entry.person.pk for entry in plan.entries if entry.person and entry.person.pk}
    near = {each.person.pk for each in plan.near if each.person and each.person.pk}
    records = {"person": sorted(known | near)}
    trail.record(by=by, action="roster list looked over", session=plan.session, records=records)


def import_roster(*, session: Session, upload: Upload, by: Account, choices: Choices | None = None) -> Result:
    """Apply `upload` to `session` in one transaction; nothing is written if its plan is refused.

    The plan is made anew under a lock: what is written is what holds at this moment. Raises as `check_roster` does.
    """
    require(by, Action.EDIT_ROSTER, session)
    upload.sheets  # noqa: B018  # a file is read before anything is locked
    with transaction.atomic():
        wait_for_other_imports()
        locked = Session.objects.select_for_update(of=("self",)).select_related("training").get(pk=session.pk)
        plan = check_roster(session=locked, upload=upload, by=by, choices=choices)
        stale = bool(choices and choices.basis and choices.basis != plan.basis)
        if plan.refused or stale:
            return Result(plan, stale=stale)
        return Result(plan, _apply(plan, upload, by))


def _apply(plan: Plan, upload: Upload, by: Account) -> RosterImport:
    record = RosterImport.objects.create(
        session=plan.session,
        file_name=PurePath(upload.name).name[:255],
        sha256=upload.sha256,
        rows=len(plan.entries),
        by=by,
    )
    institutions = _make_institutions(plan, record)
    people = _make_people(plan, record)
    record.filled = filling.fill(plan.known) + correcting.correct(plan.on_roster)
    registrations = [_registration(entry) for entry in plan.joining]
    made = register_many(session=plan.session, registrations=registrations, by=by, roster_import=record)
    plan_ids = {participation.person_id: participation for participation in made}
    record.filled += correcting.score([(e, plan_ids[e.person.pk]) for e in plan.joining if e.person])
    record.marks = marking.mark(plan, plan_ids, record, by)
    record.save(update_fields=["filled", "marks"])
    recompute(plan.session)
    _record(plan, record, by, institutions=institutions, people=people)
    return record


def _make_institutions(plan: Plan, record: RosterImport) -> list[int]:
    """Add the institutions nobody knew that a person of this import belongs to, to be confirmed."""
    needed = {id(entry.institution) for entry in plan.people}
    drafts = [draft for draft in plan.places.drafts.values() if id(draft) in needed]
    for draft in drafts:
        draft.created_by_import = record
    return [institution.pk for institution in Institution.objects.bulk_create(drafts, batch_size=BATCH)]


def _make_people(plan: Plan, record: RosterImport) -> list[int]:
    for entry in plan.new:
        entry.person = Person(
            given_name=entry.given,
            family_name=entry.family,
            sex=entry.sex,
            jurisdiction=entry.jurisdiction,
            institution=entry.institution,
            position=entry.position,
            email=entry.email,
            created_by_import=record,
        ).derive_keys()
    made = Person.objects.bulk_create([e.person for e in plan.new if e.person], batch_size=BATCH)
    return [person.pk for person in made]


def _registration(entry: Entry) -> Registration:
    if entry.person is None:
        raise AssertionError("people are made before they are registered")
    return Registration(
        person=entry.person,
        role=entry.role or Role.TRAINEE,
        jurisdiction=entry.jurisdiction,
        institution=entry.institution,
        position=entry.position,
        sex="" if entry.sex == Sex.NOT_RECORDED else entry.sex,
    )


def _record(plan: Plan, record: RosterImport, by: Account, **made: Iterable[int]) -> None:
    trail.record(
        by=by,
        action="roster imported",
        session=plan.session,
        records={
            "rosterimport": [record.pk],
            "person": made["people"],
            "institution": made["institutions"],
        },
        detail={
            "rows": record.rows,
            "new": len(plan.new),
            "known": len(plan.known),
            "repeats": len(plan.repeats),
            "filled": sum("person" in item for item in record.filled),
            "corrected": sum("participation" in item and "made" not in item for item in record.filled),
            "marks_changed": len(record.marks),
        },
    )
