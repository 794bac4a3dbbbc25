"""How many signatures are on the sheets of a day, against how many the register says were there."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from training.choices import Mark
from training.models import Account, PaperCount, Session, SessionDay
from training.models.paper import MOST_SIGNATURES
from training.services import trail
from training.services.attendance import locked_for_marks


@dataclass(frozen=True)
class DayOnPaper:
    """One day: signatures as counted (None where nobody has), people present or late, signed sheets that are kept."""

    day: date
    signatures: int | None
    there: int
    sheets: int

    @property
    def differs(self) -> bool:
        return self.signatures is not None and self.signatures != self.there


def days_on_paper(session: Session) -> list[DayOnPaper]:
    """The session's days in their order. One query."""
    there = Q(attendance__participation__withdrawn_at=None, attendance__mark__in=Mark.there())
    days = session.days.annotate(
        there=Count("attendance", filter=there, distinct=True), sheets=Count("signed_sheets", distinct=True)
    )
    found = days.order_by("date").values_list("date", "paper_count__signatures", "there", "sheets")
    return [DayOnPaper(*values) for values in found]


@transaction.atomic
def count_signatures(*, day: SessionDay, signatures: int | None, by: Account) -> None:
    """Say how many signatures there are; None takes it back. Raises ValidationError where nobody can be marked."""
    session = locked_for_marks(day.session, day, by)
    if signatures == PaperCount.objects.filter(day=day).values_list("signatures", flat=True).first():
        return
    if signatures is None:
        PaperCount.objects.filter(day=day).delete()
    elif not 0 <= signatures <= MOST_SIGNATURES:
        raise ValidationError({"signatures": _("Between 0 and %(most)d signatures.") % {"most": MOST_SIGNATURES}})
    else:
        said = {"signatures": signatures, "by": by, "at": timezone.now()}
        PaperCount.objects.update_or_create(day=day, defaults=said)
    detail = {"day": day.date.isoformat(), "signatures": signatures}
    trail.record(by=by, action="signatures counted", session=session, detail=detail)
