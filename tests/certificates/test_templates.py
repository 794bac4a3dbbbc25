"""Templates: which one a session takes, what of it stands on a certificate, and that editing one changes none."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from certificates.choices import LANGUAGES
from certificates.colours import contrast_to_white, validate_accent
from certificates.models import (
    Certificate,
    CertificateRule,
    CertificateTemplate,
    SignatoryTranslation,
    TemplateLogo,
    TemplateProject,
    TemplateSignatory,
    TemplateText,
)
from certificates.models.certificates import private_storage
from certificates.pdf.document import certificate_pdf
from certificates.pictures import keep, png_of, read_upload
from certificates.services.checking import check_file
from certificates.services.issuing import issue_session
from certificates.services.looks import look_of
from certificates.services.reading import read_pdf
from tests.certificates.papers import code_of, content, picture, program, words_of
from training.printing.pdf import PdfError

pytestmark = pytest.mark.django_db


def kept(**more):
    """A picture in the store."""
    found = read_upload(picture(**more))
    keep(found)
    return found


@pytest.fixture
def template(db):
    """With one of everything."""
    found = CertificateTemplate.objects.create(name="Regional programme", accent="#0b5a66", is_default=True)
    TemplateLogo.objects.create(template=found, name="An agency", picture=kept(colour="#0b5a66"))
    head = TemplateSignatory.objects.create(
        template=found, name="Ana Petrović-Test", function="Head of office", picture=kept(size=(600, 200))
    )
    SignatoryTranslation.objects.create(
        signatory=head, language="sr", name="Ана Петровић-Тест", function="Руководилац канцеларије"
    )
    TemplateText.objects.create(
        template=found, language="en", heading_completion="Diploma", note="Accredited under 12/2026 <b>&amp;</b>."
    )
    return found


def taken_by(session):
    return CertificateTemplate.objects.of(session, CertificateRule.objects.of(session))


def test_the_rule_of_a_training_comes_before_the_project_and_the_project_before_the_default(
    template, closed, training, django_assert_max_num_queries
):
    other = [CertificateTemplate.objects.create(name=name) for name in ("of the project", "of the training", "unused")]
    assert taken_by(closed) == template
    TemplateProject.objects.create(template=other[0], project=closed.project)
    assert taken_by(closed) == other[0]
    CertificateRule.objects.create(training=training, template=other[1])
    assert taken_by(closed) == other[1]
    rule = CertificateRule.objects.of(closed)
    with django_assert_max_num_queries(6):
        CertificateTemplate.objects.of(closed, rule)


def test_a_session_without_a_project_takes_the_default_and_no_template_that_names_no_project(template, closed):
    CertificateTemplate.objects.create(name="Another without projects")
    closed.project = None
    assert taken_by(closed) == template
    CertificateTemplate.objects.filter(is_default=True).update(is_default=False)
    assert taken_by(closed) is None


def test_there_is_one_default_and_one_template_a_project(template, closed):
    newer = CertificateTemplate.objects.create(name="Newer", is_default=True)
    assert list(CertificateTemplate.objects.filter(is_default=True)) == [newer]
    with pytest.raises(IntegrityError), transaction.atomic():
        CertificateTemplate.objects.filter(pk=template.pk).update(is_default=True)
    TemplateProject.objects.create(template=template, project=closed.project)
    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateProject.objects.create(template=newer, project=closed.project)


@pytest.mark.pdf
def test_a_certificate_says_what_its_template_says(template, closed, trainer):
    [ardita] = [one for one in issue_session(session=closed, by=trainer).made if one.kind == "completion"]
    look = ardita.content["look"]
    assert (look["template"], look["accent"], look["heading"]) == ("Regional programme", "#0b5a66", "Diploma")
    assert look["logos"] == [{"name": "An agency", "picture": template.logos.get().picture}]
    [signed] = ardita.content["signatories"]
    assert (signed["name"], signed["function"]) == ("Ana Petrović-Test", "Head of office")
    pdf = read_pdf(certificate=ardita, by=trainer)
    shown = words_of(pdf)
    for text in ("Diploma", "Ana Petrović-Test", "Head of office", "Accredited under 12/2026 <b>&amp;</b>."):
        assert text in shown
    assert len(program("pdfimages", "-list", "FILE", pdf=pdf).splitlines()) == 2 + 2
    assert code_of(pdf)


def test_a_certificate_is_written_in_the_language_of_its_template_before_that_of_the_session(template, closed, trainer):
    template.language = "sr"
    template.save()
    said = issue_session(session=closed, by=trainer).made[0].content
    assert (said["language"], said["look"]["given_to"]) == ("sr", "Овај документ додељује се")
    assert said["signatories"][0]["name"] == "Ана Петровић-Тест"


def test_changing_a_template_changes_no_certificate(template, closed, trainer):
    made = issue_session(session=closed, by=trainer).made
    before = {one.pk: (one.content, read_pdf(certificate=one, by=trainer)) for one in made}
    template.logos.all().delete()
    template.signatories.update(name="Somebody else", picture="")
    template.texts.update(heading_completion="Another heading")
    template.accent, template.layout = "#7a2020", "portrait"
    template.save()
    template.delete()
    after = {one.pk: (one.content, read_pdf(certificate=one, by=trainer)) for one in Certificate.objects.all()}
    assert after == before
    assert all(check_file(pdf).is_good for _content, pdf in after.values())


def test_the_footnote_appears_where_only_who_signs_names_kosovo(template, closed, trainer):
    template.signatories.update(function="Head of office, Kosovo")
    said = issue_session(session=closed, by=trainer).made[0].content
    assert said["signatories"][0]["function"] == "Head of office, Kosovo*"
    assert "resolution 1244" in said["footnotes"][0]


def test_a_picture_that_is_missing_or_was_exchanged_stops_the_certificate(template, closed, trainer):
    path = f"pictures/{template.logos.get().picture}.png"
    for change in ("exchanged", "missing"):
        with private_storage().open(path, "rb") as file:
            was = file.read()
        private_storage().delete(path)
        if change == "exchanged":
            keep_as(path, picture(colour="#aa0000"))
        done = issue_session(session=closed, by=trainer)
        assert (done.made, len(done.failed)) == ([], 2)
        assert "picture of the template" in done.failed[0][1]
        private_storage().delete(path)
        keep_as(path, was)
    assert len(issue_session(session=closed, by=trainer).made) == 2


def keep_as(path, data):
    from django.core.files.base import ContentFile

    assert private_storage().save(path, ContentFile(data)) == path


def test_a_letter_no_font_has_is_refused_in_a_template_too():
    with pytest.raises(ValidationError, match="no font here has 漢"):
        certificate_pdf(replace(content(), look=replace(content().look, note="漢")))


@pytest.mark.parametrize("language", dict(LANGUAGES))
def test_every_language_has_its_sentences(language):
    look = look_of(None, language=language, kind="completion")
    assert all((look.heading, look.given_to, look.deed))


@pytest.mark.parametrize("colour", ["#1C4B6C", "#000000", "#767676", "#7a2020"])
def test_a_colour_that_can_be_read_on_paper_is_taken(colour):
    validate_accent(colour)


@pytest.mark.parametrize("colour", ["#777777", "#ffffff", "#e8a200", "teal", "#12345", "#12345g", "#1c4b6c;"])
def test_a_colour_too_light_or_none_at_all_is_refused(colour):
    with pytest.raises(ValidationError):
        validate_accent(colour)


def test_contrast_is_as_wcag_has_it():
    assert contrast_to_white("#ffffff") == 1
    assert round(contrast_to_white("#000000"), 6) == 21
    assert round(contrast_to_white("#777777"), 2) == 4.48


@pytest.mark.pdf
def test_nothing_but_the_chosen_pictures_is_loaded():
    note = "<img src='https://example.org/x.png'> <link href='file:///etc/passwd'> {{ content }}"
    shown = words_of(certificate_pdf(replace(content(), look=replace(content().look, note=note))))
    assert note in shown


def test_a_picture_is_drawn_for_the_hash_it_was_kept_under():
    one = kept(colour="#123456")
    assert png_of(one) == one.png
    with pytest.raises(ValueError, match="missing"):
        png_of("0" * 64)


@pytest.mark.pdf
def test_without_a_picture_in_the_store_there_is_no_page():
    from certificates.content import Logo

    look = replace(content().look, logos=[Logo(name="Gone", picture="0" * 64)])
    with pytest.raises(PdfError, match="missing from the store"):
        certificate_pdf(replace(content(), look=look))
