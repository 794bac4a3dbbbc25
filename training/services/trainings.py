"""The completion rule of a training: what changes with it, and where it may not change any more."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from training.choices import SessionStatus
from training.models import Account, Session, Training
from training.permissions import Action, require
from training.services import trail
from training.services.outcomes import recompute

RULE = ("attendance_share", "pass_mark")


def refuse_other_rule(training: Training, changed: list[str]) -> None:
    """Raise ValidationError where the rule changes and signed-off sessions were held under it."""
    if set(changed) & set(RULE) and training.sessions.filter(status=SessionStatus.CLOSED).exists():
        raise ValidationError(
            _("Signed-off sessions were held under this rule, so it stays. Make a new version of the training instead.")
        )


@transaction.atomic
def apply_rule(*, training: Training, by: Account) -> None:
    """Bring the outcomes of the training's sessions in step with its rule. A few queries for each session."""
    require(by, Action.KEEP_COURSES)
    sessions = list(Session.objects.filter(training=training, status__in=SessionStatus.counted()))
    for session in sessions:
        recompute(session)
    ids = {"training": [training.pk], "session": [session.pk for session in sessions]}
    trail.record(by=by, action="completion rule applied", records=ids)
