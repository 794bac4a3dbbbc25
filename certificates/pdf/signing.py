"""The signature in a PDF (PAdES, by pyHanko): made with the organisation's key or one for trying out, and checked.

Whoever signed here once is remembered by certificate in CERTIFICATE_KEYS, `signer-….pem`: what they signed stays ours
after the key has changed.
"""

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
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from certificates.keys import folder, write_once

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

Result = TypeVar("Result")
DEVELOPMENT = "development.p12"
DEVELOPMENT_NAME = "Evidenca development key, proves nothing"
YEARS = 10


@dataclass(frozen=True)
class Signature:
    """What a PDF's signature says. intact: no byte of what it covers was changed, and it covers the whole file.

    ours: whoever signed is known here as one who signs our certificates.
    """

    intact: bool
    ours: bool
    signer: str


def is_development() -> bool:
    """Whether PDFs are signed with a key that was made here and stands for nobody."""
    return not settings.CERTIFICATE_P12


def signer() -> "SimpleSigner":
    """The organisation's signer, or the development one. Raises ImproperlyConfigured where its file does not open."""
    path = Path(settings.CERTIFICATE_P12) if settings.CERTIFICATE_P12 else folder() / DEVELOPMENT
    if is_development():
        write_once(path, _development_key)
    try:
        changed = path.stat().st_mtime_ns
    except OSError as problem:
        raise ImproperlyConfigured(f"CERTIFICATE_P12 cannot be read: {problem.strerror}.") from problem
    return _opened(path, settings.CERTIFICATE_P12_PASSWORD if settings.CERTIFICATE_P12 else "", changed)


def in_own_thread(work: Callable[[], Result]) -> Result:
    """What the work returns or raises. pyHanko starts an event loop, which a thread that has one already refuses."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(work).result()


@lru_cache(maxsize=4)
def _opened(path: Path, password: str, _changed: int) -> "SimpleSigner":
    from pyhanko.sign.signers import SimpleSigner  # slow to import

    found = SimpleSigner.load_pkcs12(str(path), passphrase=password.encode() or None)
    if found is None:
        raise ImproperlyConfigured("CERTIFICATE_P12 does not open: it takes a PKCS#12 file and its password.")
    der = found.signing_cert.dump()
    pem = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
    write_once(folder() / f"signer-{sha256(der).hexdigest()[:32]}.pem", lambda: pem)
    return found


def known_signers() -> Iterator[bytes]:
    """The X.509 certificates (DER) of all who signed here."""
    for path in sorted(folder().glob("signer-*.pem")):
        yield x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER)


def check_signature(pdf: bytes) -> Signature | None:
    """What the signature of a PDF is worth; None where there is none, or the file is no PDF."""
    import io

    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    try:
        embedded = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if not embedded:
            return None
        nobody = ValidationContext(trust_roots=[], allow_fetching=False)
        status = in_own_thread(partial(validate_pdf_signature, embedded[0], nobody))
    except (PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, RecursionError):
        return None
    der = embedded[0].signer_cert.dump()
    intact = status.intact and status.valid and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    name = str(embedded[0].signer_cert.subject.human_friendly)
    return Signature(intact=bool(intact), ours=der in set(known_signers()), signer=name)


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
