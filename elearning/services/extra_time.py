"""More time in tests for somebody who needs it: decided by whoever holds the session, with a reason."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from elearning.models import Attempt, Enrolment, ExtraTime
from elearning.services.attempts import lock
from training.models import Account
from training.permissions import Action, require
from training.services import trail

MOST_PERCENT = 300
MOST_REASON = 200


@transaction.atomic
def give_extra_time(*, enrolment: Enrolment, percent: int, reason: str, by: Account) -> None:
    """So many per cent more in every attempt, one that is open included; 0 takes it back for those to come.

    Raises ValidationError by field. The trail has the number, the reason stays with the enrolment: it may be personal.
    """
    session = enrolment.participation.session
    require(by, Action.GIVE_EXTRA_TIME, session)
    reason = reason.strip()
    if not 0 <= percent <= MOST_PERCENT:
        raise ValidationError({"percent": _("From 0 to %(most)s per cent.") % {"most": MOST_PERCENT}})
    if not 0 < len(reason) <= MOST_REASON:
        raise ValidationError(
            {"reason": _("Say in a sentence of at most %(most)s letters who decided it.") % {"most": MOST_REASON}}
        )
    enrolment = lock(enrolment)
    if percent == enrolment.extra_time_percent:
        return
    Enrolment.objects.filter(pk=enrolment.pk).update(extra_time_percent=percent)
    ExtraTime.objects.create(enrolment=enrolment, percent=percent, reason=reason, by=by)
    for attempt in enrolment.attempts.open().filter(deadline__isnull=False, extra_time_percent__lt=percent):
        _extend(attempt, percent)
    records = {"participation": [enrolment.participation_id]}
    trail.record(by=by, action="extra time given", session=session, records=records, detail={"percent": percent})


def _extend(attempt: Attempt, percent: int) -> None:
    """Never shorter than it was promised."""
    minutes = attempt.read_rules.time_limit_minutes
    more = timedelta(minutes=minutes) * (percent - attempt.extra_time_percent) / 100
    Attempt.objects.filter(pk=attempt.pk).update(deadline=F("deadline") + more, extra_time_percent=percent)
