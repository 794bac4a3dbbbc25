"""The signature in a PDF (PAdES, by pyHanko): made with the organisation's key or one for trying out, and checked.

Whoever signed here once is remembered by certificate in CERTIFICATE_KEYS, `signer-….pem`: what they signed stays ours
after the key has changed.
"""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, load_pem_private_key, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from certificates.keys import folder, write_once
from certificates.pdf.long_term import is_long_term, long_term, said_plainly, timestamper

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers import SimpleSigner

Result = TypeVar("Result")
DEVELOPMENT = "development.p12"
DEVELOPMENT_NAME = "Evidenca development key, proves nothing"
YEARS = 10


@dataclass(frozen=True)
class Signature:
    """What a PDF's signature says. intact: no byte of the file was changed; what follows the signature, if anything,
    is what keeps it checkable for long, up to a timestamp over all of it.

    ours: whoever signed is known here as one who signs our certificates. timestamp: when, in ISO 8601, as a timestamp
    authority said; empty without one.
    """

    intact: bool
    ours: bool
    signer: str
    timestamp: str = ""


def is_development() -> bool:
    """Whether PDFs are signed with a key that was made here and stands for nobody."""
    return not (settings.CERTIFICATE_P12 or settings.CERTIFICATE_PEM)


def signer() -> "SimpleSigner":
    """The organisation's signer, or the development one. Raises ImproperlyConfigured where it cannot sign."""
    if settings.CERTIFICATE_P12 and settings.CERTIFICATE_PEM:
        raise ImproperlyConfigured("CERTIFICATE_P12 and CERTIFICATE_PEM are both set: there is one key that signs.")
    setting = "CERTIFICATE_PEM" if settings.CERTIFICATE_PEM else "CERTIFICATE_P12"
    path = folder() / DEVELOPMENT
    if is_development():
        write_once(path, _development_key)
    else:
        path = Path(getattr(settings, setting))
    try:
        changed = path.stat().st_mtime_ns
    except OSError as problem:
        raise ImproperlyConfigured(f"{setting} cannot be read: {problem.strerror}.") from problem
    password = "" if is_development() else getattr(settings, f"{setting}_PASSWORD")
    found = _opened(setting, path, password, changed)
    certificate: Any = found.signing_cert  # which the library declares as perhaps missing
    if certificate.not_valid_after < datetime.now(UTC):
        ended = certificate.not_valid_after.date().isoformat()
        raise ImproperlyConfigured(f"{setting}: the certificate of this key ended on {ended}. Put a new one there.")
    return found


def require_ready_to_sign() -> None:
    """Raises ImproperlyConfigured where nothing could be signed: now, rather than once for each certificate."""
    found = signer()
    if is_long_term():
        long_term(found, own_root=is_development())


def sign(writer: "IncrementalPdfFileWriter", *, field: str, reason: str) -> bytes:
    """The signed file. Raises ImproperlyConfigured, or TimestampError where there can be no long-term signature now."""
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf
    from pyhanko_certvalidator.errors import PathError, ValidationError

    found = signer()
    more = long_term(found, own_root=is_development()) if is_long_term() else {}
    metadata = PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, reason=reason, **more
    )
    work = partial(sign_pdf, writer, metadata, signer=found, timestamper=timestamper() if more else None)
    try:
        signed: io.BytesIO = in_own_thread(work)
    except (SigningError, PathError, ValidationError, OSError, ValueError) as problem:
        if more:
            raise said_plainly(problem) from problem
        raise
    return signed.getvalue()


def in_own_thread(work: Callable[[], Result]) -> Result:
    """What the work returns or raises. pyHanko starts an event loop, which a thread that has one already refuses."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work).result()


@lru_cache(maxsize=4)
def _opened(setting: str, path: Path, password: str, _changed: int) -> "SimpleSigner":
    from pyhanko.sign.signers import SimpleSigner  # slow to import

    secret = password.encode() or None
    try:
        data = path.read_bytes()
        p12 = _as_pkcs12(data, secret) if setting == "CERTIFICATE_PEM" else data
        found = SimpleSigner.load_pkcs12_data(p12, [], None if setting == "CERTIFICATE_PEM" else secret)
    except (OSError, ValueError, TypeError) as problem:
        takes = {
            "CERTIFICATE_P12": "a PKCS#12 file and its password",
            "CERTIFICATE_PEM": "one file of a key, its certificate and those above it, and the key's password",
        }[setting]
        raise ImproperlyConfigured(f"{setting} does not open: it takes {takes}.") from problem
    der = found.signing_cert.dump()
    pem = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
    write_once(folder() / f"signer-{sha256(der).hexdigest()[:32]}.pem", lambda: pem)
    return found


def _as_pkcs12(pem: bytes, password: bytes | None) -> bytes:
    """The key, its certificate and the others. Raises ValueError where one is missing."""
    key: Any = load_pem_private_key(pem, password)
    certificates = x509.load_pem_x509_certificates(pem)
    own = [one for one in certificates if one.public_key() == key.public_key()]
    if not own:
        raise ValueError("There is no certificate of this key.")
    others = [one for one in certificates if one not in own]
    return pkcs12.serialize_key_and_certificates(None, key, own[0], others, NoEncryption())


def known_signers() -> Iterator[bytes]:
    """The X.509 certificates (DER) of all who signed here."""
    for path in sorted(folder().glob("signer-*.pem")):
        yield x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER)


def check_signature(pdf: bytes) -> Signature | None:
    """What the signature of a PDF is worth; None where there is none, or the file is no PDF."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        found = PdfFileReader(io.BytesIO(pdf))
        if not (signatures := found.embedded_regular_signatures):
            return None
        stamps = found.embedded_timestamp_signatures
        intact, timestamp = in_own_thread(lambda: _intact(signatures, stamps))
    except (PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, RecursionError):
        return None
    der = signatures[0].signer_cert.dump()
    name = str(signatures[0].signer_cert.subject.human_friendly)
    return Signature(intact=intact, ours=der in set(known_signers()), signer=name, timestamp=timestamp)


def _intact(signatures: list[Any], stamps: list[Any]) -> tuple[bool, str]:
    """Whether nothing was changed or added but what keeps the one signature checkable, and the time it was made.

    Whom the certificates belong to is no question here: no root is trusted, and the signer is known or not.
    """
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    nobody = ValidationContext(trust_roots=[], allow_fetching=False)
    status: Any = validate_pdf_signature(signatures[0], nobody)
    last: Any = validate_pdf_timestamp(stamps[-1], nobody) if stamps else status
    whole = last.coverage == SignatureCoverageLevel.ENTIRE_FILE and last.intact and last.valid
    added = status.modification_level in (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)
    intact = len(signatures) == 1 and status.intact and status.valid and added and whole
    time = status.timestamp_validity
    return bool(intact), time.timestamp.isoformat() if time and time.intact and time.valid else ""


def development_warning() -> str:
    """What a certificate says at its foot while it is signed with a key that stands for nobody."""
    return _("Signed with a development key: for trying out, not an official document.") if is_development() else ""


def _development_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DEVELOPMENT_NAME)])
    now = datetime.now(UTC)
    usage: dict[str, Any] = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
         "decipher_only"),
        False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .sign(key, SHA256())
    )
    return pkcs12.serialize_key_and_certificates(b"development", key, certificate, None, NoEncryption())
