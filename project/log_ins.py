"""What happens at the door goes into the trail, and as one structured line into the security log."""

import json
import logging
import time
from typing import Any

from allauth.account.signals import password_changed, password_reset, user_logged_in
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in as log_in_begun
from django.dispatch import receiver
from django.http import HttpRequest

from training.models import Account
from training.services import trail

security = logging.getLogger("evidenca.security")
SEEN = "seen"  # in a log-in's session: when the account last did something


def note(action: str, account: Account | None, *, by: Account | None = None, **detail: Any) -> None:
    """Record it. What nobody logged in for is recorded by the system, with the account it was about."""
    actor = by or Account.objects.system()
    records = {"account": [account.pk]} if account else {}
    entry = trail.record(by=actor, action=action, records=records, detail=detail)
    line = {
        "event": action,
        "account": account.pk if account else None,
        "from": entry.origin,
        "trail": entry.pk,
        **detail,
    }
    security.log(logging.INFO if by else logging.WARNING, json.dumps(line))


@receiver(user_logged_in)
def logged_in(user: Account, **kwargs: Any) -> None:
    note("logged in", user, by=user)


@receiver(log_in_begun)
def seen_at_log_in(request: HttpRequest, **kwargs: Any) -> None:
    request.session[SEEN] = int(time.time())


@receiver(password_changed)
@receiver(password_reset)
def password_was_changed(user: Account, **kwargs: Any) -> None:
    note("password changed", user, by=user)


@receiver(authenticator_added)
def second_factor_added(user: Account, authenticator: Any, **kwargs: Any) -> None:
    note("second factor added", user, by=user, type=authenticator.type)


@receiver(authenticator_removed)
def second_factor_removed(user: Account, authenticator: Any, **kwargs: Any) -> None:
    note("second factor removed", user, by=user, type=authenticator.type)


@receiver(authentication_failed)
def second_factor_refused(user: Account, **kwargs: Any) -> None:
    note("second factor refused", user)
