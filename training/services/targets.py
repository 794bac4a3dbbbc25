"""What a project promised: adding, changing and removing its targets."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from training.choices import Measure
from training.models import Account, Project, Target
from training.permissions import Action, keeping_scope, require
from training.services import trail

MOST = 10_000_000
STEP = Decimal("0.01")


@transaction.atomic
def add_target(
    *,
    project: Project,
    by: Account,
    measure: str,
    start: date,
    end: date,
    value: int,
    women_share: Decimal | None = None,
) -> Target:
    """A new target: so much of a measure between two days, both included, with a share of women in per cent or none.

    Raises ValidationError naming the fields at fault, PermissionDenied for a project whose targets `by` does not keep.
    """
    _lock(project, by)
    target = Target(project=project, measure=measure, start=start, end=end, value=value, women_share=women_share)
    _check(target)
    target.save()
    _record(by, "target added", target)
    return target


@transaction.atomic
def change_target(
    *, target: Target, by: Account, measure: str, start: date, end: date, value: int, women_share: Decimal | None = None
) -> Target:
    """Make the target say this. Its project stays; for another one, remove it here and add it there."""
    _lock(target.project, by)
    target = _as_it_is_now(target)
    values = {"measure": measure, "start": start, "end": end, "value": value, "women_share": women_share}
    changed = sorted(name for name, given in values.items() if getattr(target, name) != given)
    for name in changed:
        setattr(target, name, values[name])
    _check(target)
    target.save()
    _record(by, "target changed", target, fields=changed)
    return target


@transaction.atomic
def remove_target(*, target: Target, by: Account) -> None:
    """Remove a target. No figure changes; the trail keeps that it was there."""
    _lock(target.project, by)
    target = _as_it_is_now(target)
    _record(by, "target removed", target)
    target.delete()


def require_keeping(by: Account, project: Project) -> None:
    """Raise PermissionDenied unless `by` keeps the targets of this project."""
    require(by, Action.KEEP_TARGETS)
    if not Project.objects.filter(keeping_scope(by), pk=project.pk).exists():
        raise PermissionDenied(_("You may keep the targets of your own projects only."))


def _lock(project: Project, by: Account) -> None:
    """Ask for the right, and lock the project, so that no twin is added at the same moment."""
    require_keeping(by, project)
    Project.objects.select_for_update().get(pk=project.pk)


def _as_it_is_now(target: Target) -> Target:
    now = Target.objects.select_related("project").filter(pk=target.pk).first()
    if now is None:
        raise ValidationError(_("Somebody else removed this target after you opened it."))
    return now


def _check(target: Target) -> None:
    errors = {}
    if target.measure not in Measure.values:
        errors["measure"] = _("A target is for one of: %(measures)s.") % {"measures": ", ".join(Measure.values)}
    if target.end < target.start:
        errors["end"] = _("The period ends before it starts.")
    if not 1 <= target.value <= MOST:
        errors["value"] = _("A target is a whole number from 1 to %(most)s.") % {"most": f"{MOST:,}"}
    share = target.women_share
    if share is not None and not (0 < share <= 100 and share == share.quantize(STEP)):
        errors["women_share"] = _("A share is more than 0 and at most 100 per cent, with two decimals at the most.")
    if errors:
        raise ValidationError(errors)
    same = Target.objects.filter(project=target.project, measure=target.measure, start=target.start, end=target.end)
    if same.exclude(pk=target.pk).exists():
        raise ValidationError(_("The project has a target for this measure and this period already: change that one."))


def _record(by: Account, action: str, target: Target, fields: list[str] | None = None) -> None:
    records = {"target": [target.pk], "project": [target.project_id]}
    trail.record(by=by, action=action, records=records, detail={"fields": fields} if fields is not None else {})
