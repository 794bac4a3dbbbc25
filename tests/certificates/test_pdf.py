"""The PDF: every name in every script, a code that scans, a signature others accept, and what one changed byte does."""

import io
from dataclasses import replace
from datetime import date
from itertools import combinations, zip_longest

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat, pkcs12
from django.core.exceptions import ImproperlyConfigured, ValidationError
from pypdf import PdfReader

from certificates import statements
from certificates.choices import Layout
from certificates.keys import folder
from certificates.pdf import sheets, signing
from certificates.pdf.document import certificate_pdf
from certificates.pdf.signing import check_signature
from certificates.services.checking import check_file, statement_in
from certificates.wording import IN_LANGUAGE
from tests.certificates.papers import (
    boxes_of,
    code_of,
    content,
    overlap,
    pdfsig_accepts,
    program,
    pyhanko_accepts,
    text_of,
    words_of,
)
from training.demo import names
from training.printing.pdf import PdfError

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
        assert pyhanko_accepts(pdf)
        assert pdfsig_accepts(pdf)


def test_a_changed_byte_of_what_is_signed_fails_every_check():
    pdf = certificate_pdf(content())
    for place in (len(pdf) // 5, len(pdf) // 2, pdf.index(b"/Personal")):
        changed = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        signature = check_signature(changed)
        assert signature is None or not signature.intact
        assert not pdfsig_accepts(changed)
        assert not pyhanko_accepts(changed)
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
    assert all("STIXGeneral" in line and line.split()[-5] == "yes" for line in fonts)


@pytest.mark.parametrize("language", IN_LANGUAGE)
@pytest.mark.parametrize("kind", ["attendance", "completion"])
def test_every_language_is_laid_out_with_its_own_words_dates_and_the_footnote(language, kind):
    said, words = content(language=language, kind=kind), IN_LANGUAGE[language]
    shown = words_of(certificate_pdf(said))
    for text in (
        words.heading_of(kind),
        words.deed_of(kind),
        words.period("2026-05-13", "2026-05-15"),
        "Kosovo*",
        said.footnotes[0],
    ):
        assert text in shown
    assert "Signed with a development key" in shown


def test_dates_are_as_short_as_they_can_be_in_their_language():
    words = IN_LANGUAGE["sr"]
    assert words.period("2026-05-13", "2026-05-15") == "13.–15. мај 2026."
    assert words.period("2026-05-13", "2026-05-13") == "13. мај 2026."
    assert words.period("2026-04-30", "2026-05-02") == "30. април 2026. – 2. мај 2026."
    assert words.period("2025-05-13", "2026-05-15") == "13. мај 2025. – 15. мај 2026."
    assert words.period("", "2026-05-02") == "2. мај 2026."
    assert words.period("", "") == ""


LONG = f"Ђурђица-Љубомирка {'Њ' * 80} Жубориловић-{'Џ' * 85}-Тест"


@pytest.mark.parametrize("layout", Layout.values)
@pytest.mark.parametrize("name", [LONG, f"{'Ш' * 200}", "D’Arta-Đurđa Çelë-Žličić-Ѓорѓиевска-Џумбушеска-Testi", "Li É"])
def test_no_name_and_no_text_leaves_the_page_or_runs_into_another(layout, name):
    look = replace(content().look, layout=layout)
    pdf = certificate_pdf(
        content(name=name, title="Investigation of firearms " * 7, project="Borders and customs " * 12, look=look)
    )
    assert name.replace(" ", "") in "".join(text_of(pdf).split())
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    assert code_of(pdf)
    boxes, (width, height) = boxes_of(pdf)
    edge = sheets.SHEETS[layout].frame
    assert min(min(left, top) for left, top, _right, _bottom in boxes) > edge
    assert max(right for _left, _top, right, _bottom in boxes) < width - edge
    assert max(bottom for _left, _top, _right, bottom in boxes) < height - edge
    assert not [(one, two) for one, two in combinations(boxes, 2) if overlap(one, two)]


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


@pytest.fixture
def organisation():
    """A key and its certificate, as an authority hands them out: PKCS#12, and PEM under a password."""
    p12 = pkcs12.load_pkcs12(signing._development_key(), None)
    own = p12.cert.certificate
    pem = p12.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    return {
        "P12": pkcs12.serialize_key_and_certificates(b"own", p12.key, own, None, BestAvailableEncryption(b"secret")),
        "PEM": pem + own.public_bytes(Encoding.PEM),
    }


@pytest.mark.parametrize("kind", ["P12", "PEM"])
def test_the_organisations_own_key_signs_without_the_warning(settings, tmp_path, organisation, kind):
    path = tmp_path / "own"
    path.write_bytes(organisation[kind])
    setattr(settings, f"CERTIFICATE_{kind}", str(path))
    setattr(settings, f"CERTIFICATE_{kind}_PASSWORD", "secret")
    pdf = certificate_pdf(content())
    assert "development key" not in words_of(pdf)
    assert check_signature(pdf).ours
    assert pyhanko_accepts(pdf)
    setattr(settings, f"CERTIFICATE_{kind}_PASSWORD", "wrong")
    with pytest.raises(ImproperlyConfigured, match=f"CERTIFICATE_{kind} does not open"):
        certificate_pdf(content())


def test_a_key_without_its_certificate_or_beside_another_one_signs_nothing(settings, tmp_path, organisation):
    path = tmp_path / "own.pem"
    path.write_bytes(organisation["PEM"].partition(b"-----BEGIN CERTIFICATE")[0])
    settings.CERTIFICATE_PEM, settings.CERTIFICATE_PEM_PASSWORD = str(path), "secret"
    with pytest.raises(ImproperlyConfigured, match="CERTIFICATE_PEM does not open"):
        certificate_pdf(content())
    settings.CERTIFICATE_P12 = str(tmp_path / "own.p12")
    with pytest.raises(ImproperlyConfigured, match="both set"):
        certificate_pdf(content())


def test_a_key_whose_certificate_has_ended_signs_nothing(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(signing, "YEARS", 0)
    path = tmp_path / "ended.p12"
    path.write_bytes(signing._development_key())
    settings.CERTIFICATE_P12 = str(path)
    with pytest.raises(ImproperlyConfigured, match="the certificate of this key ended on"):
        certificate_pdf(content())


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
