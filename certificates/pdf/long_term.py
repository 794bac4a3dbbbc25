"""What keeps a signature checkable once its certificates have ended (PAdES B-LTA), where a timestamp authority is set.

The time of the signature, and once more of the whole file, as the authority CERTIFICATE_TSA_URL says it; and in the
file the certificates up to the roots in CERTIFICATE_ROOTS with what was said that day about their revocation.
"""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from training.printing.pdf import PdfError

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

SECONDS = 20  # that an authority has to answer


class TimestampError(PdfError):
    """The authority, or whoever says what is revoked, did not answer as it should: later it may."""


def is_long_term() -> bool:
    return bool(settings.CERTIFICATE_TSA_URL)


def timestamper() -> "RequestsHTTPTimeStamper":
    """Who asks the authority for the time. It remembers how long an answer is."""
    return _timestamper(settings.CERTIFICATE_TSA_URL)


def long_term(signer: "SimpleSigner", *, own_root: bool) -> dict[str, Any]:
    """What a signature's metadata says in addition. `own_root`: the signer vouches for itself, as a development key.

    Raises ImproperlyConfigured where the roots cannot be read.
    """
    from pyhanko.sign.signers.pdf_signer import DSSContentSettings, TimestampDSSContentSettings  # slow to import
    from pyhanko_certvalidator import ValidationContext

    roots = [*_roots(settings.CERTIFICATE_ROOTS), *([_der(signer)] if own_root else [])]
    known = ValidationContext(
        trust_roots=_certificates(roots),
        other_certs=list(signer.cert_registry),
        allow_fetching=True,
        revocation_mode="hard-fail",
    )
    # Everything before the last timestamp, so that it covers the whole file.
    before = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
    return {
        "embed_validation_info": True,
        "use_pades_lta": True,
        "validation_context": known,
        "dss_settings": DSSContentSettings(include_vri=False, next_ts_settings=before),
    }


def said_plainly(problem: Exception) -> TimestampError:
    """Why a long-term signature failed, for whoever issues."""
    causes, found = [], [problem, problem.__cause__]
    for one in found:
        causes += [str(one).rstrip(".") or type(one).__name__] if one else []
    return TimestampError(
        _(
            "The timestamp authority, or what the roots say of the key, did not allow a long-term signature (%(why)s)."
            " Nothing was issued without one; what was issued before stays. Issue again once that is mended."
        )
        % {"why": ": ".join(causes)}
    )


def _der(signer: "SimpleSigner") -> bytes:
    certificate: Any = signer.signing_cert  # which the library declares as perhaps missing
    der: bytes = certificate.dump()
    return der


@lru_cache(maxsize=2)
def _timestamper(url: str) -> "RequestsHTTPTimeStamper":
    from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper  # slow to import

    return RequestsHTTPTimeStamper(url, timeout=SECONDS)


def _roots(path: str) -> list[bytes]:
    if not path:
        raise ImproperlyConfigured(
            "CERTIFICATE_TSA_URL needs CERTIFICATE_ROOTS: a PEM file of the roots that its certificates and the signing"
            " key's lead to."
        )
    try:
        found = x509.load_pem_x509_certificates(Path(path).read_bytes())
    except (OSError, ValueError) as problem:
        raise ImproperlyConfigured(f"CERTIFICATE_ROOTS cannot be read as PEM certificates: {problem}.") from problem
    return [one.public_bytes(Encoding.DER) for one in found]


def _certificates(ders: list[bytes]) -> list[Any]:
    from asn1crypto.x509 import Certificate  # slow to import

    return [Certificate.load(der) for der in ders]
