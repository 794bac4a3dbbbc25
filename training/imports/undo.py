"""Taking an applied import back as one: the roster, the marks, and what it added to the register for them."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef
from django.db.models.deletion import ProtectedError, RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.choices import Role, Scope, Way
from training.imports import correcting, filling
from training.imports.marking import batch_of, undo_batch_of
from training.models import (
    Account,
    Attendance,
    AttendanceEvent,
    Headcount,
    Institution,
    Participation,
    Person,
    RosterImport,
    Session,
    TrailEntry,
)
from training.permissions import Action, require
from training.services import trail
from training.services.marks import Change, Entry, write
from training.services.outcomes import recompute
from training.services.registering import require_open_roster


@transaction.atomic
def undo_import(*, roster_import: RosterImport, by: Account) -> RosterImport:
    """Take back participations, marks, people, institutions, corrected and filled fields of one import; twice is once.

    People and institutions that something else uses by now stay, and so does what was changed in a record since. A
    session that the import opened stays open. Raises PermissionDenied without the right to change the roster,
    ValidationError saying what stands in the way: a session signed off, a mark or a score set since.
    """
    session = Session.objects.select_for_update(of=("self",)).get(pk=roster_import.session_id)
    require(by, Action.EDIT_ROSTER, session)
    record = RosterImport.objects.select_for_update(of=("self",)).get(pk=roster_import.pk)
    if record.undone_at is not None:
        return record
    require_open_roster(session)
    _require_untouched(record)
    _require_a_figure_left(record)
    ids = {
        "participation": _remove_participations(record),
        "mark": _restore_marks(record, by),
        "participation corrected": correcting.put_back(record.filled),
        "person filled": filling.empty_again(record.filled),
        "person": _remove_unused(Person.objects.filter(created_by_import=record, account__isnull=True)),
        "institution": _remove_unused(Institution.objects.filter(created_by_import=record, confirmed=False)),
    }
    record.undone_by, record.undone_at = by, timezone.now()
    record.save(update_fields=["undone_by", "undone_at"])
    recompute(session)
    counts = {name: len(values) for name, values in ids.items()}
    records = {"rosterimport": [record.pk], "participation": ids["participation"], "person": ids["person"]}
    trail.record(by=by, action="roster import taken back", session=session, records=records, detail=counts)
    return record


def _require_untouched(record: RosterImport) -> None:
    made = Participation.objects.filter(roster_import=record)
    changed = AttendanceEvent.objects.filter(participation__in=made).exclude(batch=batch_of(record))
    people = set(changed.values_list("participation", flat=True)) | _changed_since(record)
    if people:
        message = ngettext(
            "Marks of %(count)s person on this list were changed after the import. Take those changes back first.",
            "Marks of %(count)s people on this list were changed after the import. Take those changes back first.",
            len(people),
        )
        raise ValidationError(message % {"count": len(people)})
    filled = {item["participation"]: item for item in record.filled if "participation" in item}
    if not all(correcting.scores_stand(one, filled) for one in made):
        raise ValidationError(_("Test scores of people on this list were entered since. Remove them first."))


def _require_a_figure_left(record: RosterImport) -> None:
    """A roster that replaced the session's headcount may not go without that headcount counting again."""
    trainees = Participation.objects.filter(session=record.session_id, role=Role.TRAINEE, withdrawn_at__isnull=True)
    headcounts = Headcount.objects.filter(session=record.session_id)
    said = TrailEntry.objects.filter(session=record.session_id, action="roster replaces headcount").exists()
    replaced = said and headcounts.filter(scope=Scope.PUBLISHED).exists()
    counted = headcounts.exclude(scope=Scope.PUBLISHED).exists()
    if not replaced or counted or not trainees.filter(roster_import=record).exists():
        return
    if not trainees.exclude(roster_import=record).exists():
        raise ValidationError(
            _("This roster replaces the session's headcount. Let the headcount count again first, then take it back.")
        )


def _changed_since(record: RosterImport) -> set[int]:
    """Participations known before whose marks, set by this import, have another event after it."""
    pairs = {(item["participation"], item["day"]) for item in record.marks}
    ours = AttendanceEvent.objects.filter(batch=batch_of(record))
    later = AttendanceEvent.objects.filter(
        Exists(ours.filter(participation=OuterRef("participation"), day=OuterRef("day"), pk__lt=OuterRef("pk")))
    ).exclude(batch=batch_of(record))
    return {who for who, day in later.values_list("participation", "day") if (who, day) in pairs}


def _remove_participations(record: RosterImport) -> list[int]:
    made = Participation.objects.filter(roster_import=record)
    ids = list(made.values_list("pk", flat=True))
    Attendance.objects.filter(participation__in=made).delete()
    AttendanceEvent.objects.filter(participation__in=made).delete()
    try:
        made.delete()
    except (ProtectedError, RestrictedError) as problem:
        raise ValidationError(
            _("Something else refers to people on this roster by now, such as a certificate.")
        ) from problem
    return ids


def _restore_marks(record: RosterImport, by: Account) -> list[int]:
    """Put back what stood before on the participations that were there before."""
    before = {(item["participation"], item["day"]): item["mark"] for item in record.marks}
    ours = AttendanceEvent.objects.filter(batch=batch_of(record)).values_list("participation", "day", "after")
    changes = [Change(who, day, after, before[who, day]) for who, day, after in ours if (who, day) in before]
    if changes:
        write(changes, Entry(by=by, way=Way.IMPORT, batch=undo_batch_of(record), undoes=batch_of(record)))
    return [change.participation for change in changes]


def _remove_unused(found: models.QuerySet) -> list[int]:
    """Delete those of `found` that no other record refers to; return their ids."""
    for relation in found.model._meta.related_objects:
        column = f"{relation.field.m2m_reverse_field_name()}_id" if relation.many_to_many else relation.field.attname
        model = relation.through if relation.many_to_many else relation.related_model
        found = found.filter(~Exists(model._base_manager.filter(**{column: OuterRef("pk")})))
    ids = list(found.values_list("pk", flat=True))
    for start in range(0, len(ids), 500):
        found.model._base_manager.filter(pk__in=ids[start : start + 500]).delete()
    return ids
