"""Handing certificates' files out, byte for byte as they were issued; that they went out is recorded."""

from collections.abc import Iterator
from hashlib import sha256

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from certificates.models import Certificate
from training.models import Account, Session
from training.permissions import Action, require
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
    pdf = _as_issued(certificate)
    trail.record(
        by=by,
        action="certificate read",
        session=certificate.participation.session,
        records={"certificate": [certificate.pk], "participation": [certificate.participation_id]},
    )
    return pdf


def read_session(*, session: Session, by: Account) -> Iterator[tuple[Certificate, bytes]]:
    """Every certificate of the session that stands, by name, with its file; those of erased people have none. One entry
    in the trail, made when the first is read. Raises PermissionDenied, and ValidationError as `read_pdf` does.
    """
    require(by, Action.ISSUE_CERTIFICATES, session)
    found = Certificate.objects.of_session(session).visible_to(by).standing().with_files()
    certificates = list(
        found.select_related("participation__person").order_by("participation__person__search_key", "pk")
    )
    if not certificates:
        return
    ids = {
        "certificate": [one.pk for one in certificates],
        "participation": [one.participation_id for one in certificates],
    }
    trail.record(by=by, action="certificates read", session=session, records=ids)
    for certificate in certificates:
        yield certificate, _as_issued(certificate)


def _as_issued(certificate: Certificate) -> bytes:
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
    return pdf
