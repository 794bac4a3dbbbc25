"""What an editor decides about a contradiction. It explains the figures; it changes none of them."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from training.models import Account, Decision, Session
from training.permissions import Action, is_unlimited, require
from training.services import trail
from training.statistics.reconciliation import Contradiction
from training.statistics.rules import findings


@transaction.atomic
def decide(*, by: Account, fingerprint: str, reason: str) -> Decision:
    """Decide on a contradiction that is there now, or change what was decided. New figures will need a new decision."""
    require(by, Action.DECIDE)
    if not reason.strip():
        raise ValidationError({"reason": _("Write what you decided and why.")})
    _require_own(by, fingerprint)
    found = _find(by, fingerprint)
    decision, _made = Decision.objects.update_or_create(
        contradiction=fingerprint, defaults={"reason": reason.strip(), "by": by}
    )
    trail.record(
        by=by,
        action="contradiction decided",
        session=Session.objects.get(key=found.session_key),
        records={"decision": [decision.pk]},
    )
    return decision


@transaction.atomic
def withdraw_decision(*, by: Account, fingerprint: str) -> None:
    """Take a decision back: the contradiction is open again."""
    require(by, Action.DECIDE)
    session = _require_own(by, fingerprint)
    decision = Decision.objects.select_for_update().filter(contradiction=fingerprint).first()
    if decision is None:
        raise ValidationError(_("Nobody has decided on this contradiction: there is nothing to take back."))
    ids = {"decision": [decision.pk]}
    decision.delete()
    trail.record(by=by, action="decision withdrawn", session=session, records=ids)


def _require_own(by: Account, fingerprint: str) -> Session | None:
    """The session of the contradiction, None where it is gone. Only administrators decide beyond their own sessions."""
    key = _key_of(fingerprint)
    own = Session.objects.changeable_by(by).filter(key=key).first()
    if own is None and not is_unlimited(by):
        raise PermissionDenied(_("You may decide on contradictions in sessions of your own projects only."))
    return own


def _key_of(fingerprint: str) -> str:
    _kind, _colon, rest = fingerprint.partition(":")
    return rest.partition(":")[0]


def _find(by: Account, fingerprint: str) -> Contradiction:
    """The contradiction among those this account may see. A fingerprint names its session."""
    session = Session.objects.visible_to(by).filter(key=_key_of(fingerprint))
    for found in findings(session):
        if found.fingerprint == fingerprint:
            return found
    raise ValidationError(
        _("There is no such contradiction any more: its figures were changed. Open the list again to see them.")
    )
