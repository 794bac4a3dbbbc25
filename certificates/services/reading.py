"""Handing a certificate's file out, byte for byte as it was issued; that it went out is recorded."""

from hashlib import sha256

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from certificates.models import Certificate
from training.models import Account
from training.services import trail


def read_pdf(*, certificate: Certificate, by: Account) -> bytes:
    """The file. Raises PermissionDenied for somebody else's, ValidationError where it is not what was issued."""
    if not Certificate.objects.visible_to(by).filter(pk=certificate.pk).exists():
        raise PermissionDenied(_("This certificate is not one of yours."))
    if certificate.is_erased:
        raise ValidationError(
            _("The person of certificate %(serial)s was erased, and its file with them.")
            % {"serial": certificate.serial}
        )
    try:
        with certificate.pdf.open("rb") as file:
            pdf: bytes = file.read()
    except OSError:
        raise ValidationError(
            _("The file of certificate %(serial)s is missing from the store.") % {"serial": certificate.serial}
        ) from None
    if sha256(pdf).hexdigest() != certificate.pdf_sha256:
        raise ValidationError(
            _("The stored file of certificate %(serial)s is not the one that was issued.")
            % {"serial": certificate.serial}
        )
    trail.record(
        by=by,
        action="certificate read",
        session=certificate.participation.session,
        records={"certificate": [certificate.pk], "participation": [certificate.participation_id]},
    )
    return pdf
