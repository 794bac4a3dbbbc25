"""Taking a list of past sessions back as one: all of its sessions, or none while somebody's work rests on one."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.deletion import ProtectedError, RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _

from training.imports.past.sessions import FILES, SESSIONS, states_of
from training.models import Account, Headcount, LoadedRecord, Session, TrailEntry
from training.permissions import Action, imports_scope, require
from training.services import trail

NAMED = 5


@dataclass(frozen=True)
class Import:
    """One file that was brought in: what is remembered of it, and who did it when."""

    record: LoadedRecord
    entry: TrailEntry

    @property
    def is_undone(self) -> bool:
        return "undone" in self.record.values


@transaction.atomic
def undo_import(*, record: LoadedRecord, by: Account) -> LoadedRecord:
    """Remove the sessions of one import with their headcounts; twice is once, and one deleted since is no hindrance.

    Raises PermissionDenied where `by` may not change all of them, ValidationError naming those that somebody has
    changed since, or that people, lists or other sessions belong to by now.
    """
    require(by, Action.IMPORT_SESSIONS)
    record = LoadedRecord.objects.select_for_update().get(pk=record.pk, origin=FILES)
    if "undone" in record.values:
        return record
    made = LoadedRecord.objects.filter(origin=SESSIONS % record.key)
    locked = Session.objects.select_for_update().filter(pk__in=list(made.values_list("object_id", flat=True)))
    sessions = Session.objects.filter(pk__in=[session.pk for session in locked])
    _require_all_theirs(sessions, by)
    _require_untouched(sessions, {row.object_id: row.values["state"] for row in made})
    ids = {
        "headcount": list(Headcount.objects.filter(session__in=sessions).values_list("pk", flat=True)),
        "session": list(sessions.values_list("pk", flat=True)),
    }
    _delete(ids["session"])
    made.delete()
    entry = trail.record(by=by, action="past sessions taken back", records={**ids, "trailentry": [record.object_id]})
    record.values["undone"] = {"entry": entry.pk, "at": timezone.now().isoformat()}
    record.save(update_fields=["values"])
    return record


def imports_of(account: Account) -> list[Import]:
    """The files whose sessions this account may take back, the newest first. Two queries."""
    records = {record.object_id: record for record in LoadedRecord.objects.filter(origin=FILES)}
    entries = TrailEntry.objects.filter(imports_scope(account), pk__in=records).select_related("by")
    return [Import(records[entry.pk], entry) for entry in entries.order_by("-pk")]


def _require_all_theirs(sessions: QuerySet[Session], by: Account) -> None:
    if sessions.exclude(pk__in=Session.objects.changeable_by(by).values("pk")).exists():
        raise PermissionDenied(_("Some of these sessions are in projects that are not yours."))


def _require_untouched(sessions: QuerySet[Session], states: dict[int, str]) -> None:
    rests = Q(participations__isnull=False) | Q(imports__isnull=False) | Q(children__isnull=False)
    used = set(sessions.filter(rests).values_list("pk", flat=True))
    _refuse(
        (session for session in sessions if session.pk in used),
        _("People, lists or other sessions belong to sessions of this import by now: %(titles)s."),
    )
    now = states_of(sessions)
    _refuse(
        (session for session in sessions if now[session.pk] != states[session.pk]),
        _("Sessions of this import were changed since: %(titles)s. Put them back as they were first."),
    )


def _refuse(sessions: Iterable[Session], text: str) -> None:
    titles = [f"“{session.title}”" for session in sessions]
    if titles:
        more = ["…"] if len(titles) > NAMED else []
        raise ValidationError(text % {"titles": ", ".join([*titles[:NAMED], *more])})


def _delete(ids: list[int]) -> None:
    Headcount.objects.filter(session__in=ids).delete()
    try:
        Session.objects.filter(pk__in=ids).delete()
    except (ProtectedError, RestrictedError) as problem:
        raise ValidationError(_("Something else refers to these sessions by now.")) from problem
