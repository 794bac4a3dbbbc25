"""Certificates for tests without a register behind them, and what other programs read in their PDFs."""

import io
import re
import subprocess
import tempfile
from dataclasses import replace

from click.testing import CliRunner
from pyhanko.cli import cli_root

from certificates.content import Content
from certificates.keys import folder
from certificates.pdf.signing import in_own_thread
from certificates.serials import new_serial
from certificates.services.looks import look_of

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
    """With the sentences of its language, unless it brings a look along."""
    found = replace(SAID, **{"serial": new_serial(), **changes})
    return found if "look" in changes else replace(found, look=look_of(None, language=found.language, kind=found.kind))


def picture(*, size=(400, 300), colour="#888888", kind="PNG"):
    """An upload: a file of one colour, but for a line that tells up from down."""
    from PIL import Image

    out, drawn = io.BytesIO(), Image.new("RGB", size, colour)
    drawn.paste("#000000", (0, size[1] - 2, size[0], size[1]))
    drawn.save(out, kind)
    return out.getvalue()


def program(*command, pdf, check=True):
    """What one of Poppler's programs says about the PDF, which stands in a file where the command has FILE."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        named = [file.name if word == "FILE" else word for word in command]
        return subprocess.run(named, capture_output=True, check=check).stdout


def pdfsig_says(pdf):
    return program("pdfsig", "-nocert", "FILE", pdf=pdf, check=False)


def pdfsig_accepts(pdf):
    said = pdfsig_says(pdf)
    return b"Signature Validation: Signature is Valid." in said and b"Total document signed" in said


def pyhanko_accepts(pdf, *, trust=(), how="validate"):
    """Whether `pyhanko sign validate` (or adesverify) finds it valid, who signs here being trusted, or others."""
    roots = trust or [str(path) for path in folder().glob("signer-*.pem")]
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        trusted = [word for root in roots for word in ("--trust", root)]
        asked = ["sign", how, "--pretty-print", "--trust-replace", *trusted, file.name]
        # In a thread of its own: a browser that another test left behind has its loop in this one.
        said = in_own_thread(lambda: CliRunner().invoke(cli_root, asked))
    return said.exit_code == 0 and "judged VALID" in said.output


def text_of(pdf):
    return program("pdftotext", "-layout", "FILE", "-", pdf=pdf).decode()


def words_of(pdf):
    return " ".join(text_of(pdf).split())


def code_of(pdf, dpi=150):
    """What a scanner of QR codes reads from the page, at so many dots an inch; nothing where there are several.

    Of QR codes alone: in one of some hundred pages the lines of text look like a bar code to the scanner, too.
    """
    import zxingcpp
    from PIL import Image

    page = Image.open(io.BytesIO(program("pdftoppm", "-r", str(dpi), "-gray", "FILE", pdf=pdf)))
    found = zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode)
    return found[0].text if len(found) == 1 else ""


def boxes_of(pdf):
    """The box of every word on the page (left, top, right, bottom), and the page's width and height."""
    shown = program("pdftotext", "-bbox", "FILE", "-", pdf=pdf).decode()
    page = re.search(r'<page width="([\d.]+)" height="([\d.]+)"', shown)
    words = re.findall(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', shown)
    return [tuple(map(float, word)) for word in words], tuple(map(float, page.groups()))


def overlap(one, two):
    """Whether two words cover each other by more than the air that fonts leave above and below their letters."""
    across = min(one[2], two[2]) - max(one[0], two[0])
    down = min(one[3], two[3]) - max(one[1], two[1])
    return across > 1 and down > 0.45 * min(one[3] - one[1], two[3] - two[1])
