"""What an erased person's certificates lose: name and file. Serial, hashes and state stay, and checks answer."""

from collections.abc import Collection

from django.db import transaction

from certificates.models import Certificate
from certificates.models.certificates import private_storage


def erase_names(people: Collection[int]) -> None:
    """Take name and file from the certificates of these people, who are erased already; files go once committed."""
    found = list(Certificate.objects.filter(participation__person__in=people).exclude(pdf=""))
    files = [str(certificate.pdf.name) for certificate in found]
    for certificate in found:
        certificate.content = {**certificate.content, "name": ""}
        certificate.pdf = ""
    Certificate.objects.bulk_update(found, ["content", "pdf"], batch_size=200)
    transaction.on_commit(lambda: _remove(files))


def _remove(files: Collection[str]) -> None:
    for name in files:
        private_storage().delete(name)
