"""How allauth behaves here."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from project.log_ins import note
from training.models import Account


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """No open sign-up: accounts are made for people, not by them. Demo accounts log in where demo data is allowed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse | None:
        """Their password is known to everyone: a demo database that came to a server must not open it."""
        if user.is_demo and not settings.DEMO_DATA_ALLOWED:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Ten wrong passwords lock an account's log-in for a while, whoever tries; that is recorded."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note("log-in locked", _account_of(credentials))
            raise

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Second factors are changed, and one's own account is closed, right after a log-in, as at enrolment, or with
        the password typed once more.
        """
        fresh = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
        records = get_authentication_records(self.request, self.request.user)
        if app in {"allauth.mfa", "project"} and any(record["at"] > fresh for record in records):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note("log-in refused", _account_of(credentials))


def _account_of(credentials: dict[str, Any]) -> Account | None:
    return Account.objects.filter(email__iexact=credentials.get("email", "")).first()
