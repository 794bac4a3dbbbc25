"""The letters we send. They carry a link and no personal data but the name of whoever reads them."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from training.models import Invitation


def send_invitation(invitation: Invitation, token: str) -> None:
    """The letter with the link that accepts the invitation; the link's secret is kept nowhere else."""
    context = {
        "invitation": invitation,
        "link": settings.BASE_URL + reverse("invitation", args=[token]),
    }
    send_mail(
        subject=_("Your access to Evidenca"),
        message=render_to_string("training/access/invitation.txt", context),
        from_email=None,
        recipient_list=[invitation.email],
    )
