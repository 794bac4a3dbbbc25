"""Long-term signatures: the time an authority says, what is needed to check for years, and an authority that fails."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from certificates.models import Certificate
from certificates.pdf.document import certificate_pdf
from certificates.pdf.long_term import TimestampError
from certificates.pdf.signing import check_signature
from certificates.services.background import start
from certificates.services.checking import check_file
from certificates.services.issuing import issue_one, issue_session
from certificates.services.reading import read_pdf
from tests.certificates.authority import authority
from tests.certificates.papers import content, pdfsig_says, pyhanko_accepts, words_of

pytestmark = pytest.mark.pdf


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    with authority(tmp_path_factory.mktemp("authority")) as found:
        yield found


@pytest.fixture(autouse=True)
def long_term(ours, settings):
    ours.restore()
    settings.CERTIFICATE_TSA_URL, settings.CERTIFICATE_ROOTS = f"{ours.address}/", ours.roots
    settings.CERTIFICATE_PEM = ours.organisation


def test_the_file_holds_the_time_and_all_that_is_needed_to_check_it_for_years(ours):
    pdf = certificate_pdf(content())
    found = check_signature(pdf)
    assert (found.intact, found.ours, bool(found.timestamp)) == (True, True, True)
    assert check_file(pdf, offline=True).is_good
    assert "development" not in words_of(pdf)
    assert pyhanko_accepts(pdf, trust=[ours.roots])
    assert pyhanko_accepts(pdf, trust=[ours.roots], how="adesverify")
    assert b"Signature is Valid" in pdfsig_says(pdf)


def test_a_development_key_vouches_for_itself(settings):
    settings.CERTIFICATE_PEM = ""
    pdf = certificate_pdf(content())
    assert check_signature(pdf).timestamp
    assert "development key" in words_of(pdf)


def test_a_byte_changed_anywhere_is_noticed(ours):
    pdf = certificate_pdf(content())
    for place in (len(pdf) // 5, pdf.index(b"/DSS"), pdf.rindex(b"startxref")):
        changed = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        found = check_signature(changed)
        assert found is None or not found.intact
        assert not pyhanko_accepts(changed, trust=[ours.roots])
    assert not check_signature(pdf + b"\n").intact


@pytest.mark.parametrize("failing", ["always", "garbage", "2"])
def test_an_authority_that_fails_leaves_nothing_half_made(ours, failing):
    certificate_pdf(content())  # how long an answer is, is known by now
    ours.failing, ours.asked = failing, 0
    with pytest.raises(TimestampError, match="Issue again once that is mended"):
        certificate_pdf(content())


def test_an_authority_that_cannot_be_reached_says_so(settings):
    settings.CERTIFICATE_TSA_URL = "http://127.0.0.1:9/"
    with pytest.raises(TimestampError, match="communication with timestamp server"):
        certificate_pdf(content())


@pytest.mark.django_db
def test_a_session_goes_on_where_the_authority_failed(ours, closed, trainer, client_of):
    issue_session(session=closed, by=trainer, progress=lambda *_done: setattr(ours, "failing", "always"))
    [first] = Certificate.objects.all()
    assert read_pdf(certificate=first, by=trainer).startswith(b"%PDF")
    asked = ours.asked
    done = issue_session(session=closed, by=trainer)
    assert (len(done.made), len(done.failed), done.had_one) == (0, 1, 1)
    assert ours.asked == asked + 1
    page = client_of(trainer).post(reverse("session_certificates", args=[closed.key]), follow=True).content.decode()
    assert "The timestamp authority, or what the roots say" in page
    ours.failing = ""
    start(session=closed, by=trainer)
    assert Certificate.objects.count() == 2


@pytest.mark.django_db
def test_one_that_fails_is_no_certificate(ours, person_of, trainer):
    ours.failing = "always"
    with pytest.raises(TimestampError):
        issue_one(participation=person_of("Ardita"), by=trainer)
    assert not Certificate.objects.exists()


def test_a_revoked_key_signs_nothing(ours):
    ours.revoke()
    with pytest.raises(TimestampError, match="revoked"):
        certificate_pdf(content())


@pytest.mark.parametrize("roots", ["", "missing.pem"])
def test_without_roots_nothing_is_signed(settings, roots):
    settings.CERTIFICATE_ROOTS = roots
    with pytest.raises(ImproperlyConfigured, match="CERTIFICATE_ROOTS"):
        certificate_pdf(content())
