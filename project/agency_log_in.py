"""Logging in through an agency's own identity provider (OpenID Connect). Off unless the environment names one.

Nobody gets an account this way: the provider opens one that was made by invitation, when it vouches for an address of
its own domains that is the verified address of that account.
"""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.shortcuts import redirect

from project.log_ins import note


class AgencyLogInAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never. Whoever is not known is shown the way to ask for access."""
        note("agency log-in refused", None)
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Whether the provider may speak for this address, which it says it has verified, and the account has too."""
        domain = email.rpartition("@")[2].lower()
        return (
            domain in login.provider.app.settings["domains"]
            and EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
        )

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Nobody ties a provider's account to their own by hand: that would go round the rule above."""
        if sociallogin.state.get("process") == "connect":
            raise ImmediateHttpResponse(redirect("own_account"))


@receiver(pre_save, sender=SocialAccount)
def keep_the_least(instance: SocialAccount, **kwargs: Any) -> None:
    """The provider's number for the account is needed; what else it tells about the person is not."""
    instance.extra_data = {}
    if instance._state.adding:
        note("agency log-in linked", instance.user, by=instance.user, provider=instance.provider)


def origins() -> list[str]:
    """Where a form of ours may lead besides this site; nowhere without a provider."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    addresses = [urlsplit(app["settings"]["server_url"]) for app in apps]
    return [f"{address.scheme}://{address.netloc}" for address in addresses]
