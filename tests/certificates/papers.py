"""Certificates for tests without a register behind them, and what other programs read in their PDFs."""

import io
import subprocess
import tempfile
from dataclasses import replace

from certificates.content import Content
from certificates.serials import new_serial

SAID = Content(
    serial="EV-0000-0000-0000-0000",
    kind="completion",
    language="en",
    name="Arta Shtegu-Testi",
    title="Weapons categorization",
    training_version="1",
    session="weapons-categorization",
    session_title="Weapons categorization, Pristina",
    project="Borders and customs",
    agencies=["An agency"],
    funders=["A funder"],
    place="Pristina, Kosovo*",
    modality="in_person",
    start="2026-05-13",
    end="2026-05-15",
    hours="18",
    days_attended=3,
    days=3,
    result="days",
    issued_on="2026-05-16",
    expires_on="2028-05-15",
    issuer="Evidenca",
    footnotes=["References to Kosovo shall be understood to be in the context of resolution 1244 (1999)."],
)


def content(**changes):
    return replace(SAID, **{"serial": new_serial(), **changes})


def program(*command, pdf, check=True):
    """What one of Poppler's programs says about the PDF, which stands in a file where the command has FILE."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        named = [file.name if word == "FILE" else word for word in command]
        return subprocess.run(named, capture_output=True, check=check).stdout


def pdfsig_accepts(pdf):
    said = program("pdfsig", "-nocert", "FILE", pdf=pdf, check=False)
    return b"Signature Validation: Signature is Valid." in said and b"Total document signed" in said


def text_of(pdf):
    return program("pdftotext", "-layout", "FILE", "-", pdf=pdf).decode()


def words_of(pdf):
    return " ".join(text_of(pdf).split())


def code_of(pdf, dpi=150):
    """What a scanner reads from the page, rendered at so many dots an inch."""
    import zxingcpp
    from PIL import Image

    page = Image.open(io.BytesIO(program("pdftoppm", "-r", str(dpi), "-gray", "FILE", pdf=pdf)))
    found = zxingcpp.read_barcodes(page)
    return found[0].text if len(found) == 1 else ""
