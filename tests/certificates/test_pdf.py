"""The PDF: every name in every script, a code that scans, a signature others accept, and what one changed byte does."""

import io
from datetime import date
from itertools import zip_longest

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.exceptions import ValidationError
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from certificates import statements
from certificates.keys import folder
from certificates.pdf.document import certificate_pdf
from certificates.pdf.signing import check_signature, in_own_thread
from certificates.services.checking import check_file, statement_in
from certificates.wording import IN_LANGUAGE
from tests.certificates.papers import code_of, content, pdfsig_accepts, program, text_of, words_of
from training.demo import names
from training.exports.pdf import PdfError

pytestmark = pytest.mark.pdf
POOLS = {
    "sq": names.ALBANIAN,
    "mk": names.MACEDONIAN,
    "sr": names.SERBIAN_CYRILLIC,
    "hr": names.SERBIAN_LATIN,
    "bs": names.BOSNIAN,
    "cnr": names.MONTENEGRIN,
}


def every_name(pool):
    """Names that have every first name and every family name of the pool, as the demo people have them."""
    masculine, feminine = pool.feminine
    for woman, man, family in zip_longest(pool.women, pool.men, pool.families, fillvalue=""):
        changed = family.removesuffix(masculine) + feminine if masculine and family.endswith(masculine) else family
        yield " ".join(" ".join([woman, man, changed, f"{family}-{pool.mark}"]).split())


def accepted_by_pyhanko(pdf):
    roots = [load_cert_from_pemder(path) for path in folder().glob("signer-*.pem")]
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[0]
    # In a thread of its own: a browser that another test left behind has its loop in this one.
    return in_own_thread(lambda: validate_pdf_signature(signature, ValidationContext(trust_roots=roots))).bottom_line


@pytest.mark.parametrize(("language", "pool"), POOLS.items())
def test_every_demo_name_is_there_to_the_letter_and_its_code_scans_to_a_statement_that_verifies(language, pool):
    for name in every_name(pool):
        said = content(name=name, language=language)
        pdf = certificate_pdf(said)
        assert f" {name} " in words_of(pdf)
        address, _, statement = code_of(pdf).partition("#")
        assert address.endswith(f"/verify/{said.serial}")
        assert statements.read(statement) == statements.statement_of(said)
        assert statement_in(pdf) == statement
        assert accepted_by_pyhanko(pdf)
        assert pdfsig_accepts(pdf)


def test_a_changed_byte_of_what_is_signed_fails_every_check():
    pdf = certificate_pdf(content())
    for place in (len(pdf) // 5, len(pdf) // 2, pdf.index(b"/Personal")):
        changed = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        signature = check_signature(changed)
        assert signature is None or not signature.intact
        assert not pdfsig_accepts(changed)
        assert not check_file(changed, offline=True).is_good


def test_something_added_after_the_signature_is_noticed():
    pdf = certificate_pdf(content())
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root["/Lang"] = writer.root.raw_get("/Lang")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert check_signature(pdf).intact
    assert not check_signature(out.getvalue()).intact


def test_the_document_says_its_language_and_what_it_is_and_brings_its_fonts():
    pdf = certificate_pdf(content(language="mk"))
    reader = PdfReader(io.BytesIO(pdf))
    assert reader.root_object["/Lang"] == "mk"
    assert reader.metadata.title == "Сертификат за завршена обука: Weapons categorization"
    width, height = reader.pages[0].mediabox[2:]
    assert (round(width), round(height), len(reader.pages)) == (842, 595, 1)
    fonts = program("pdffonts", "FILE", pdf=pdf).decode().splitlines()[2:]
    assert fonts
    assert all("DejaVu" in line and line.split()[-5] == "yes" for line in fonts)


@pytest.mark.parametrize("language", IN_LANGUAGE)
@pytest.mark.parametrize("kind", ["attendance", "completion"])
def test_every_language_is_laid_out_with_its_own_words_dates_and_the_footnote(language, kind):
    said, words = content(language=language, kind=kind), IN_LANGUAGE[language]
    shown = words_of(certificate_pdf(said))
    for text in (words.heading_of(kind), words.deed_of(kind), words.date("2026-05-13"), "Kosovo*", said.footnotes[0]):
        assert text in shown
    assert "Signed with a development key" in shown


def test_long_names_and_titles_stay_whole_on_one_page():
    name = f"Ђурђица-Љубомирка {'Њ' * 95} Жубориловић-{'Џ' * 85}-Тест"
    pdf = certificate_pdf(
        content(name=name, title="Investigation of firearms " * 7, project="Borders and customs " * 12)
    )
    assert name.replace(" ", "") in "".join(text_of(pdf).split())
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    assert code_of(pdf)


def test_a_text_that_fits_on_no_page_is_refused_rather_than_cut():
    with pytest.raises(PdfError, match="too long for one page"):
        certificate_pdf(content(footnotes=["A footnote that goes on. " * 400]))


def test_markup_in_the_register_prints_as_text():
    title = "<b>Bold</b> & <img src='https://example.org/x.png'> {{ title }}"
    shown = words_of(certificate_pdf(content(title=title, name="Arta <i>Test</i>")))
    assert title in shown
    assert "Arta <i>Test</i>" in shown


def test_a_letter_no_font_has_is_refused_by_name():
    with pytest.raises(ValidationError, match="no font here has 漢"):
        certificate_pdf(content(name="Arta 漢-Test"))


def test_the_organisations_own_key_signs_without_the_warning(settings, tmp_path):
    from certificates.pdf import signing

    path = tmp_path / "own.p12"
    path.write_bytes(signing._development_key())
    settings.CERTIFICATE_P12, settings.CERTIFICATE_P12_PASSWORD = str(path), ""
    pdf = certificate_pdf(content())
    assert "development key" not in words_of(pdf)
    assert check_signature(pdf).ours


def test_somebody_elses_signature_is_not_ours(settings, tmp_path):
    settings.CERTIFICATE_KEYS = tmp_path / "theirs"
    pdf = certificate_pdf(content())
    settings.CERTIFICATE_KEYS = tmp_path / "ours"
    signature = check_signature(pdf)
    assert (signature.intact, signature.ours) == (True, False)
    assert not check_file(pdf, offline=True).is_good


def test_the_development_key_says_what_it_is_and_only_its_owner_can_read_it(settings, tmp_path):
    settings.CERTIFICATE_KEYS = tmp_path / "keys"
    certificate_pdf(content())
    made = {path.name: path.stat().st_mode & 0o777 for path in folder().iterdir()}
    assert set(made.values()) == {0o600}
    signer = x509.load_pem_x509_certificate(next(folder().glob("signer-*.pem")).read_bytes())
    assert "development key" in signer.subject.rfc4514_string()
    assert signer.not_valid_after_utc.year > date.today().year + 5  # noqa: DTZ011
    assert signer.public_bytes(Encoding.PEM)
