"""Writing to people that their certificate is there: with a link to log in, never with the document.

A letter is written down in the transaction that sends it. Stopped in between, it goes out again under its Message-ID.
"""

import logging
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from certificates.models import Certificate, CertificateLetter
from training.models import Session

log = logging.getLogger(__name__)


def send_letters(session: Session) -> int:
    """Write to everybody in the session with a certificate, an address, and no letter about it yet. Returns how many.

    Where the mail server refuses, those left get theirs the next time somebody issues in the session.
    """
    waiting = Certificate.objects.of_session(session).current().filter(revoked_at=None, letter=None)
    waiting = waiting.exclude(participation__person__account=None, participation__person__email="")
    sent = 0
    for certificate in waiting.select_related("participation__person__account").order_by("pk"):
        person = certificate.participation.person
        address = person.account.email if person.account else person.email
        try:
            with transaction.atomic():
                CertificateLetter.objects.create(certificate=certificate)
                _letter(certificate, address).send()
        except IntegrityError:
            continue  # another process has just written it
        except (SMTPException, OSError) as problem:
            log.warning("Letters about certificates wait: the mail server answered %s.", type(problem).__name__)
            break
        sent += 1
    return sent


def _letter(certificate: Certificate, address: str) -> EmailMessage:
    context = {
        "certificate": certificate,
        "link": settings.BASE_URL.rstrip("/") + reverse("own_certificates"),
        "ask": settings.BASE_URL.rstrip("/") + reverse("access_ask"),
    }
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return EmailMessage(
        subject=_("Your certificate is ready"),
        body=render_to_string("certificates/letter.txt", context),
        to=[address],
        headers={"Message-ID": f"<certificate.{certificate.serial}@{host}>"},
    )
