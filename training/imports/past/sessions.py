"""A list of past sessions into the register: read → plan → apply. All or nothing.

Each import is remembered by rows of LoadedRecord: one for the file, whose key is that of its trail entry, and one for
each session it made, with a digest of the session as it was written (state_of).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from training.choices import Scope
from training.imports.past.plan import Plan, make_plan
from training.imports.past.rows import Entry
from training.imports.refusal import sentence
from training.imports.workbook import Upload
from training.models import Account, Headcount, LoadedRecord, Session
from training.permissions import Action, require
from training.services import trail
from training.services.headcounts import drafts_of, plain_breakdowns, save_headcount
from training.services.references import digest
from training.services.sessions import create_session
from training.services.waiting import wait_for_other_imports

FILES, SESSIONS = "sessions from files", "sessions from file %s"  # origins of LoadedRecord
SETS = ("jurisdictions", "audience", "institutions", "trainers")
BREAKDOWNS = [f"headcounts__breakdowns__cells__{name}" for name in ("jurisdiction", "institution_type", "institution")]


@dataclass(frozen=True)
class Result:
    """What came of an import: its plan, its record where something was written; `stale` if the plan seen changed."""

    plan: Plan
    record: LoadedRecord | None = None
    stale: bool = False

    @property
    def applied(self) -> bool:
        """Whether the register holds every row of the file now. A file of repeats alone writes nothing."""
        return not self.plan.refused and not self.stale


def check_sessions(*, upload: Upload, by: Account, columns: Mapping[int, str] | None = None) -> Plan:
    """The plan of `upload`; writes nothing.

    Raises PermissionDenied without the right to bring sessions in, RefusedError where the file holds no list.
    """
    require(by, Action.IMPORT_SESSIONS)
    return make_plan(by=by, sheets=upload.sheets, columns=columns)


def import_sessions(
    *, upload: Upload, by: Account, columns: Mapping[int, str] | None = None, basis: str = ""
) -> Result:
    """Apply `upload` in one transaction; nothing is written if its plan is refused, or is not the one of `basis`.

    Its sessions are delivered and not signed off, each with a headcount of the whole where the row gives figures.
    Raises as `check_sessions` does.
    """
    require(by, Action.IMPORT_SESSIONS)
    upload.sheets  # noqa: B018  # a file is read before anything is locked
    with transaction.atomic():
        wait_for_other_imports()
        plan = check_sessions(upload=upload, by=by, columns=columns)
        stale = bool(basis and basis != plan.basis)
        if plan.refused or stale or not plan.new:
            return Result(plan, stale=stale)
        return Result(plan, _apply(plan, upload, by))


def _apply(plan: Plan, upload: Upload, by: Account) -> LoadedRecord:
    made: dict[int, Session] = {}
    counted: list[Headcount] = []
    for row in plan.new:
        try:
            made[row.row] = _make_session(row, by)
            counted += _make_headcount(row, made[row.row], by)
        except ValidationError as refusal:
            words = {"row": row.row, "reason": sentence(refusal)}
            raise ValidationError(_("Row %(row)s: %(reason)s") % words) from refusal
    entry = trail.record(
        by=by,
        action="past sessions imported",
        records={"session": [session.pk for session in made.values()], "headcount": [count.pk for count in counted]},
        detail={"rows": len(plan.entries), "repeats": len(plan.repeats), "contradictions": len(plan.contradictions)},
    )
    _remember(made, SESSIONS % entry.pk)
    values = {"file": PurePath(upload.name).name[:255], "sha256": upload.sha256, "sessions": len(made)}
    return LoadedRecord.objects.create(
        origin=FILES, model="trailentry", key=str(entry.pk), object_id=entry.pk, values=values
    )


def _make_session(entry: Entry, by: Account) -> Session:
    if entry.topic is None:
        raise AssertionError("a row without a topic is faulty")
    return create_session(
        by=by,
        delivered=True,
        title=entry.title,
        topic=entry.topic,
        project=entry.project,
        kind=entry.kind,
        modality=entry.modality,
        start=entry.start,
        end=entry.end,
        place=entry.place,
        number_of_sessions=entry.sessions,
        source=entry.source,
        jurisdictions=entry.jurisdictions,
    )


def _make_headcount(entry: Entry, session: Session, by: Account) -> list[Headcount]:
    """The headcount of the whole session; none where nobody knows how many came."""
    if entry.total is None:
        return []
    figures: dict[str, Any] = {"total": entry.total, "breakdowns": entry.breakdowns}
    said: dict[str, Any] = {"source": entry.source, "quote": entry.quote}
    return [save_headcount(session=session, by=by, scope=Scope.WHOLE, **figures, **said)]


def _remember(made: Mapping[int, Session], origin: str) -> None:
    states = states_of(Session.objects.filter(pk__in=[session.pk for session in made.values()]))
    LoadedRecord.objects.bulk_create(
        LoadedRecord(
            origin=origin,
            model="session",
            key=session.key,
            object_id=session.pk,
            values={"row": row, "state": states[session.pk]},
        )
        for row, session in made.items()
    )


def states_of(sessions: QuerySet[Session]) -> dict[int, str]:
    """A digest of each session with all its headcounts: another one as soon as somebody changes anything of them."""
    whole = sessions.prefetch_related(*SETS, *BREAKDOWNS)
    return {session.pk: digest(_plain(session)) for session in whole}


def _plain(session: Session) -> list[Any]:
    fields = {name: _ids(value) for name, value in model_to_dict(session).items()}
    headcounts = [
        [count.pk, count.scope, count.total, count.reason, count.source_id, count.quote,
         plain_breakdowns(drafts_of(count))]
        for count in session.headcounts.all()
    ]  # fmt: skip
    return [sorted(fields.items()), headcounts]


def _ids(value: Any) -> Any:
    return sorted(record.pk for record in value) if isinstance(value, list) else value
