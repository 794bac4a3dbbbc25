"""Numbers without names: entering, changing and deleting them, and what a roster that turns up does to them.

Figures that contradict each other are kept as they were given (design §3.6); statistics/reconciliation.py shows them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from training.choices import BREAKDOWN_DIMENSIONS, Role, Scope, SessionStatus, Sex
from training.models import (
    Account,
    Breakdown,
    Cell,
    Headcount,
    Institution,
    InstitutionType,
    Jurisdiction,
    Participation,
    Session,
    Source,
)
from training.permissions import Action, require
from training.services import trail

MOST = 10_000_000
TWICE_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class CellDraft:
    """One cell as it was given: a value for each dimension of its breakdown, and a number."""

    number: int
    jurisdiction: Jurisdiction | None = None
    institution_type: InstitutionType | None = None
    institution: Institution | None = None
    sex: str = ""

    def value(self, dimension: str) -> Any:
        """What tells this cell from others in `dimension`: the id of a record, the code of a sex, None if not given."""
        value = getattr(self, dimension)
        return (value or None) if isinstance(value, str) else value and value.pk

    @property
    def dimensions(self) -> tuple[str, ...]:
        return tuple(name for name in BREAKDOWN_DIMENSIONS if self.value(name) is not None)


class BreakdownDraft(NamedTuple):
    """One way the total divides."""

    dimensions: Sequence[str]
    cells: Sequence[CellDraft]

    def plain(self) -> dict[str, Any]:
        """The same figures always give the same lists, whatever order they were given in."""
        names = [name for name in BREAKDOWN_DIMENSIONS if name in self.dimensions]
        cells = [[*(cell.value(name) for name in names), cell.number] for cell in self.cells]
        return {"dimensions": names, "cells": sorted(cells)}


@transaction.atomic
def save_headcount(
    *,
    session: Session,
    by: Account,
    scope: str,
    total: int,
    reason: str = "",
    source: Source | None = None,
    quote: str = "",
    breakdowns: Sequence[BreakdownDraft] = (),
    headcount: Headcount | None = None,
    version: datetime | None = None,
) -> Headcount:
    """Enter a headcount, or change the one given; its breakdowns become those given. Contradictions are kept.

    `version` is the `updated_at` the editor saw: a newer one refuses (code "conflict"). People beside the roster
    count each time they are entered, so the same of them again within minutes is refused: a form sent twice.
    """
    _require_open_for_headcounts(session, by)
    if headcount is not None and headcount.session_id != session.pk:
        raise ValidationError(_("This headcount belongs to another session."))
    new = headcount is None
    headcount = _as_it_is_now(headcount, version) if headcount else Headcount(session=session, created_by=by)
    headcount.scope, headcount.total, headcount.reason = scope, total, reason.strip()
    headcount.source, headcount.quote = source, quote.strip()
    check_headcount(headcount, breakdowns)
    if new:
        _refuse_twin(headcount, breakdowns)
    headcount.save()
    write_breakdowns(headcount, breakdowns)
    action = "headcount entered" if new else "headcount changed"
    detail = {"scope": headcount.scope, "breakdowns": len(breakdowns)}
    trail.record(by=by, action=action, session=session, records={"headcount": [headcount.pk]}, detail=detail)
    return headcount


@transaction.atomic
def delete_headcount(*, headcount: Headcount, by: Account) -> None:
    """Delete a headcount with its breakdowns. The trail keeps that it was there."""
    session = headcount.session
    _require_open_for_headcounts(session, by)
    ids = {"headcount": [headcount.pk]}
    headcount.delete()
    trail.record(by=by, action="headcount deleted", session=session, records=ids)


@transaction.atomic
def confirm_roster_replaces(*, session: Session, by: Account) -> Headcount:
    """A person confirms that the roster stands for the whole session: its headcount is only compared from now on.

    Refused without a headcount of the whole, and without anybody on the roster.
    """
    _require_open_for_headcounts(session, by)
    whole = Headcount.objects.filter(session=session, scope=Scope.WHOLE).first()
    if whole is None:
        raise ValidationError(_("This session has no headcount of the whole that the roster could replace."))
    if not roster_size(session):
        raise ValidationError(_("The roster has no trainees yet. Add them first: then it can replace the headcount."))
    return _rescope(whole, Scope.PUBLISHED, by, "roster replaces headcount")


@transaction.atomic
def let_headcount_count(*, headcount: Headcount, by: Account) -> Headcount:
    """The way back from `confirm_roster_replaces`: a published headcount stands for the whole session again."""
    session = headcount.session
    _require_open_for_headcounts(session, by)
    if headcount.scope != Scope.PUBLISHED:
        raise ValidationError(_("Only a published headcount can be made to count."))
    _require_no_other_whole(session, headcount)
    return _rescope(headcount, Scope.WHOLE, by, "headcount counts instead of roster")


def roster_size(session: Session) -> int:
    """How many trainees are on the roster and have not withdrawn."""
    return Participation.objects.filter(session=session, role=Role.TRAINEE, withdrawn_at__isnull=True).count()


def check_headcount(headcount: Headcount, breakdowns: Sequence[BreakdownDraft]) -> None:
    """Raise ValidationError, with every reason by field, where a headcount cannot be held as it was given."""
    errors: dict[str, list[str]] = {}
    if headcount.scope not in Scope.values:
        errors["scope"] = [_("A headcount stands for one of: %(scopes)s.") % {"scopes": ", ".join(Scope.values)}]
    if not _is_count(headcount.total):
        errors["total"] = [_number_message()]
    if headcount.scope == Scope.UNNAMED and not headcount.reason:
        errors["reason"] = [_("Say why these names may not be recorded.")]
    wrong = [message for breakdown in breakdowns for message in _breakdown_errors(breakdown)]
    if wrong:
        errors["__all__"] = wrong
    if errors:
        raise ValidationError(errors)
    if headcount.scope == Scope.WHOLE:
        _require_no_other_whole(headcount.session, headcount)


def write_breakdowns(headcount: Headcount, breakdowns: Sequence[BreakdownDraft]) -> None:
    """Make these the headcount's breakdowns. Nothing is written where the figures are the same."""
    if plain_breakdowns(breakdowns) == plain_breakdowns(drafts_of(headcount)):
        return
    headcount.breakdowns.all().delete()
    for position, draft in enumerate(breakdowns):
        by = {f"by_{name}": True for name in draft.dimensions}
        breakdown = Breakdown.objects.create(headcount=headcount, position=position, **by)
        Cell.objects.bulk_create(
            Cell(
                breakdown=breakdown,
                jurisdiction=cell.jurisdiction,
                institution_type=cell.institution_type,
                institution=cell.institution,
                sex=cell.sex,
                number=cell.number,
            )
            for cell in draft.cells
        )


def drafts_of(headcount: Headcount) -> list[BreakdownDraft]:
    """The headcount's breakdowns as they would be given again. No query where breakdowns and cells are prefetched."""
    if headcount.pk is None:
        return []
    return [
        BreakdownDraft(breakdown.dimensions, [_draft_of(cell) for cell in breakdown.cells.all()])
        for breakdown in headcount.breakdowns.all()
    ]


def plain_breakdowns(breakdowns: Sequence[BreakdownDraft]) -> list[dict[str, Any]]:
    """All breakdowns as one value to compare or to keep as JSON, whatever order they were given in."""
    return sorted((draft.plain() for draft in breakdowns), key=repr)


def _draft_of(cell: Cell) -> CellDraft:
    return CellDraft(
        number=cell.number,
        jurisdiction=cell.jurisdiction,
        institution_type=cell.institution_type,
        institution=cell.institution,
        sex=cell.sex,
    )


def _require_open_for_headcounts(session: Session, by: Account) -> None:
    """Lock the session and raise where `by` may not change its headcounts or nobody may: cancelled, signed off."""
    require(by, Action.EDIT_HEADCOUNTS, session)
    status = Session.objects.select_for_update().values_list("status", flat=True).get(pk=session.pk)
    if status == SessionStatus.CANCELLED:
        raise ValidationError(_("This session is cancelled and takes no changes."))
    if status == SessionStatus.CLOSED:
        raise ValidationError(_("This session is signed off. Reopen it before changing its headcounts."))


def _as_it_is_now(headcount: Headcount, version: datetime | None) -> Headcount:
    """Read again under the session's lock."""
    now = Headcount.objects.filter(pk=headcount.pk).first()
    if now is None:
        raise ValidationError(_("Somebody else deleted this headcount after you opened it."))
    if version is not None and version != now.updated_at:
        raise ValidationError(_("Somebody else changed this headcount after you opened it."), code="conflict")
    return now


def _refuse_twin(headcount: Headcount, breakdowns: Sequence[BreakdownDraft]) -> None:
    if headcount.scope != Scope.UNNAMED:
        return
    same = {name: getattr(headcount, name) for name in ("session", "scope", "total", "reason", "created_by")}
    lately = Headcount.objects.filter(created_at__gte=timezone.now() - TWICE_WITHIN, **same)
    if any(plain_breakdowns(drafts_of(other)) == plain_breakdowns(breakdowns) for other in lately):
        raise ValidationError(
            _("You have just entered these people. If these are others, say so in the reason: both would count.")
        )


def _require_no_other_whole(session: Session, headcount: Headcount) -> None:
    if Headcount.objects.filter(session=session, scope=Scope.WHOLE).exclude(pk=headcount.pk).exists():
        raise ValidationError(_("This session has a headcount of the whole already: change that one."))


def _rescope(headcount: Headcount, scope: Scope, by: Account, action: str) -> Headcount:
    headcount.scope = scope
    headcount.save(update_fields=["scope", "updated_at"])
    trail.record(by=by, action=action, session=headcount.session, records={"headcount": [headcount.pk]})
    return headcount


def _breakdown_errors(breakdown: BreakdownDraft) -> list[str]:
    names = [name for name in BREAKDOWN_DIMENSIONS if name in breakdown.dimensions]
    if not names or len(names) != len(breakdown.dimensions):
        known = ", ".join(BREAKDOWN_DIMENSIONS)
        return [_("A breakdown is by one or more of: %(known)s, each once.") % {"known": known}]
    if not breakdown.cells:
        return [_("A breakdown has at least one cell.")]
    errors = []
    by = ", ".join(names)
    if any(cell.dimensions != tuple(names) for cell in breakdown.cells):
        errors.append(_("Each cell of the breakdown by %(by)s gives a value for exactly these.") % {"by": by})
    if any(cell.sex and cell.sex not in Sex.values for cell in breakdown.cells):
        errors.append(_("A sex is one of: %(codes)s.") % {"codes": ", ".join(Sex.values)})
    keys = [tuple(cell.value(name) for name in names) for cell in breakdown.cells]
    if len(set(keys)) < len(keys):
        errors.append(_("The breakdown by %(by)s gives the same cell twice.") % {"by": by})
    if not all(_is_count(cell.number) for cell in breakdown.cells):
        errors.append(_number_message())
    return errors


def _is_count(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= MOST


def _number_message() -> str:
    return _("Numbers are whole, from 0 to %(most)s.") % {"most": f"{MOST:,}"}
