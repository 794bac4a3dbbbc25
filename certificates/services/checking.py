"""What a certificate is worth today: asked by its serial, its QR code's statement, or its PDF.

A serial alone gives away no name. Whoever holds the paper has it: typed, it is compared; in a statement it is signed.
"""

from dataclasses import dataclass
from hashlib import sha256

from django.utils import timezone

from certificates import statements
from certificates.choices import State
from certificates.content import Content, fingerprint
from certificates.models import Certificate
from certificates.pdf.signing import Signature, check_signature
from certificates.serials import read_serial
from certificates.services.revocations import published
from certificates.statements import Statement, StatementError
from training.names import search_key


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`certificate` is what was found. `problem` says in a sentence why something shown is not to be believed.

    name_fits: whether the name given with it, typed or signed, is that of the certificate; None where none was given.
    """

    state: State
    certificate: Certificate | None = None
    statement: Statement | None = None
    signature: Signature | None = None
    name_fits: bool | None = None
    problem: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the thing shown is genuine and the certificate stands."""
        return self.state == State.VALID and not self.problem and self.name_fits is not False


UNKNOWN = Answer(state=State.UNKNOWN)


def check_serial(serial: str, *, name: str = "") -> Answer:
    """By serial, and by the name typed beside it, whatever its script and accents."""
    found = _found(serial)
    if found is None:
        return UNKNOWN
    fits = same_name(name, found.content["name"]) if name.strip() and not found.is_erased else None
    return Answer(state=found.state, certificate=found, name_fits=fits, problem=_altered(found))


def check_statement(text: str, *, offline: bool = False) -> Answer:
    """By the signed statement. `offline` asks the keys and the last published list of revocations alone."""
    try:
        statement = statements.read(text)
    except StatementError as wrong:
        return Answer(state=State.UNKNOWN, problem=str(wrong))
    if offline:
        return Answer(state=_alone(statement), statement=statement, name_fits=True)
    found = _found(statement.serial)
    if found is None:
        return Answer(
            state=State.UNKNOWN, statement=statement, problem="The register has no certificate of this serial."
        )
    said = {**found.content, "name": statement.name} if found.is_erased else found.content
    fits = statements.statement_of(Content.read(said)) == statement
    problem = _altered(found) or ("" if fits else "The statement differs from what the register says.")
    return Answer(
        state=found.state, certificate=found, statement=statement, problem=problem,
        name_fits=statement.name == said["name"],
    )  # fmt: skip


def check_file(pdf: bytes, *, offline: bool = False) -> Answer:
    """By the file: its signature, and that it is the one issued, byte for byte."""
    signature = check_signature(pdf)
    if signature is None:
        return Answer(state=State.UNKNOWN, problem="The file is no PDF with a signature.")
    problem = _of_signature(signature)
    text = statement_in(pdf)
    if offline:
        read = check_statement(text, offline=True) if text else UNKNOWN
        return Answer(
            state=State.UNKNOWN if problem else read.state, statement=read.statement, signature=signature,
            problem=problem or read.problem,
        )  # fmt: skip
    found = Certificate.objects.filter(pdf_sha256=sha256(pdf).hexdigest()).first()
    if found is None:
        return Answer(
            state=State.UNKNOWN, signature=signature,
            problem=problem or "This is not the file of any certificate as it was issued.",
        )  # fmt: skip
    return Answer(
        state=found.state, certificate=found, signature=signature, name_fits=True, problem=problem or _altered(found)
    )


def same_name(typed: str, written: str) -> bool:
    """Whether the words are the same whatever script, accents and order: the keys people are found by."""
    return sorted(search_key(typed).split()) == sorted(search_key(written).split())


def statement_in(pdf: bytes) -> str:
    """The statement in the link over the QR code; empty where there is none."""
    import io

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        pages = PdfReader(io.BytesIO(pdf)).pages
        notes = [note.get_object() for page in pages for note in page.get("/Annots", ())]
        links = [str(note["/A"]["/URI"]) for note in notes if "/A" in note and "/URI" in note["/A"]]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""
    return next((link.partition("#")[2] for link in links if "#" in link), "")


def _found(serial: str) -> Certificate | None:
    written = read_serial(serial)
    return Certificate.objects.filter(serial=written).first() if written else None


def _altered(certificate: Certificate) -> str:
    """Whether what the database says is what was issued."""
    same = fingerprint(certificate.content) == certificate.content_sha256
    return "" if same or certificate.is_erased else "The record of this certificate was altered in the database."


def _of_signature(signature: Signature) -> str:
    if not signature.intact:
        return "The file was changed after it was signed."
    return "" if signature.ours else "The file was signed by somebody else."


def _alone(statement: Statement) -> State:
    """By the list of revocations beside the keys, and by its own date."""
    listed = published()
    if listed and (state := listed.state_of(statement.serial)) != State.VALID:
        return state
    today = timezone.localdate().isoformat()
    return State.EXPIRED if statement.expires_on and statement.expires_on < today else State.VALID
