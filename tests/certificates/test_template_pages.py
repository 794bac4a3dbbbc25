"""Templates in Wagtail's admin: kept by editors, shown as they will look, and what is refused there."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from certificates import statements
from certificates.models import CertificateTemplate, TemplateLogo, TemplateProject
from certificates.pictures import png_of
from certificates.services import previews
from certificates.services.previews import NAMES
from tests.certificates.papers import code_of, picture, words_of
from tests.factories import AccountFactory, ProjectFactory
from training.models import TrailEntry

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]


def filled(**more):
    """What the form sends: no rows in any list but those given."""
    lists = ("projects", "logos", "signatories", "texts")
    empty = {f"{name}-{what}": "0" for name in lists for what in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return {"name": "Regional programme", "layout": "portrait", "accent": "#0b5a66", "language": "", **empty, **more}


def upload(data, name="logo.png"):
    return SimpleUploadedFile(name, data, content_type="image/png")


def row(list_, number=0, /, **fields):
    return {f"{list_}-TOTAL_FORMS": str(number + 1)} | {
        f"{list_}-{number}-{field}": value for field, value in fields.items()
    }


SIGNATORY = {
    **row("signatories", name="Ana Petrović-Test", function="Head of office"),
    "signatories-0-translations-TOTAL_FORMS": "1",
    "signatories-0-translations-INITIAL_FORMS": "0",
    "signatories-0-translations-0-language": "sr",
    "signatories-0-translations-0-name": "Ана Петровић-Тест",
}


def test_an_editor_makes_a_template_and_sees_what_it_looks_like(client_of, editor):
    client, project = client_of(editor), ProjectFactory()
    sent = filled(
        is_default="on",
        **row("projects", project=project.pk),
        **row("logos", name="An agency", picture=upload(picture(colour="#0b5a66") + b"not a picture")),
        **row("texts", language="en", note="Accredited under 12/2026."),
        **SIGNATORY,
        **{"signatories-0-picture": upload(picture(size=(900, 300)))},
    )
    answer = client.post(reverse("certificatetemplate:add"), sent)
    template = CertificateTemplate.objects.get()
    assert answer.url == reverse("certificatetemplate:preview", args=[template.pk])
    assert template.projects.get().project == project
    assert b"not a picture" not in png_of(template.logos.get().picture)
    assert template.signatories.get().written_in("sr") == ("Ана Петровић-Тест", "Head of office")
    assert TrailEntry.objects.get().records == {"certificatetemplate": [template.pk]}
    page = client.get(answer.url).content.decode()
    assert page.count("data:image/png;base64,") == len(NAMES) + 1
    assert "Arta &lt;b&gt;&amp;amp;&lt;/b&gt; Testi" in page


def test_the_preview_as_a_pdf_holds_every_name_and_proves_nothing(client_of, editor):
    template = CertificateTemplate.objects.create(name="Plain")
    address = reverse("certificatetemplate:preview_pdf", args=[template.pk])
    pdf = client_of(editor).get(address, {"language": "mk", "kind": "attendance"}).content
    assert len(PdfReader(io.BytesIO(pdf)).pages) == len(NAMES) + 1
    shown = words_of(pdf)
    assert "Потврда за присуство" in shown
    assert shown.count("A preview: this is no certificate.") == len(NAMES) + 1
    together = "".join(shown.split())
    assert all("".join(name.split()) in together for name in NAMES)
    assert b"/ByteRange" not in pdf
    with pytest.raises(statements.StatementError):
        statements.read(code_of(pdf).partition("#")[2])


def test_a_preview_says_of_each_example_why_it_cannot_be_made(client_of, editor):
    template = CertificateTemplate.objects.create(name="Broken")
    TemplateLogo.objects.create(template=template, name="Gone", picture="0" * 64)
    client, address = client_of(editor), reverse("certificatetemplate:preview", args=[template.pk])
    assert client.get(address).content.decode().count("missing from the store") == len(NAMES) + 1
    answer = client.get(reverse("certificatetemplate:preview_pdf", args=[template.pk]), follow=True)
    assert answer.redirect_chain == [(address, 302)]


def test_what_a_preview_asks_the_database_does_not_grow_with_what_the_template_has(client_of, editor, monkeypatch):
    monkeypatch.setattr(previews, "NAMES", NAMES[:1])
    client, counts = client_of(editor), []
    for number in (1, 3):
        template = CertificateTemplate.objects.create(name=f"With {number}")
        for _each in range(number):
            template.signatories.create(name="Ana Petrović-Test")
            template.texts.create(language=["en", "sr", "mk"][_each])
        client.get(reverse("certificatetemplate:index"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("certificatetemplate:preview", args=[template.pk]))
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"accent": "#e8a200"}, "Too light on white paper"),
        ({"accent": "teal"}, "A colour is written as"),
        (row("logos", name="An agency", picture=upload(b"<svg/>")), "use PNG or JPEG"),
        (row("logos", name="An agency"), "This field is required."),
        (row("texts", language="en", note="n" * 301), "at most 300 characters"),
        (row("texts", language="en") | row("texts", 1, language="en"), "correct the duplicate data"),
    ],
)
def test_what_cannot_be_on_a_certificate_is_refused_and_nothing_is_kept(client_of, editor, sent, why):
    answer = client_of(editor).post(reverse("certificatetemplate:add"), filled(**sent))
    assert answer.status_code == 200
    assert why in answer.content.decode()
    assert not CertificateTemplate.objects.exists()


def test_a_project_that_has_a_template_is_not_taken_from_it(client_of, editor):
    project = ProjectFactory()
    TemplateProject.objects.create(template=CertificateTemplate.objects.create(name="First"), project=project)
    answer = client_of(editor).post(reverse("certificatetemplate:add"), filled(**row("projects", project=project.pk)))
    assert "This project has another template already" in answer.content.decode()


def test_a_new_default_takes_the_place_of_the_old_one(client_of, editor):
    CertificateTemplate.objects.create(name="Old", is_default=True)
    client_of(editor).post(reverse("certificatetemplate:add"), filled(is_default="on"))
    assert CertificateTemplate.objects.get(is_default=True).name == "Regional programme"


def test_editing_shows_the_picture_keeps_it_and_removes_it_when_asked(client_of, editor):
    client = client_of(editor)
    client.post(
        reverse("certificatetemplate:add"),
        filled(**SIGNATORY, **{"signatories-0-picture": upload(picture(size=(900, 300)))}),
    )
    template, signatory = CertificateTemplate.objects.get(), CertificateTemplate.objects.get().signatories.get()
    address = reverse("certificatetemplate:edit", args=[template.pk])
    assert "data:image/png;base64," in client.get(address).content.decode()
    again = filled(**row("signatories", id=signatory.pk, name="Ana Petrović-Test"))
    again |= {"signatories-INITIAL_FORMS": "1", "signatories-0-translations-TOTAL_FORMS": "0"}
    again |= {"signatories-0-translations-INITIAL_FORMS": "0"}
    client.post(address, again)
    assert template.signatories.get().picture == signatory.picture
    client.post(address, again | {"signatories-0-picture-clear": "on"})
    assert CertificateTemplate.objects.get().signatories.get().picture == ""


def test_a_template_that_a_rule_names_cannot_be_deleted(client_of, editor, training):
    from certificates.models import CertificateRule

    template = CertificateTemplate.objects.create(name="Named")
    CertificateRule.objects.create(training=training, template=template)
    answer = client_of(editor).post(reverse("certificatetemplate:delete", args=[template.pk]), follow=True)
    assert "other records rest on it" in answer.content.decode()
    assert CertificateTemplate.objects.exists()


def test_demo_projects_go_although_a_template_names_them():
    project = ProjectFactory(is_demo=True)
    template = CertificateTemplate.objects.create(name="Of the demo")
    TemplateProject.objects.create(template=template, project=project)
    call_command("remove_demo", stdout=io.StringIO())
    assert list(template.projects.all()) == []


@pytest.mark.parametrize("role", ["trainer", "manager", "coordinator", "auditor", "officer"])
def test_nobody_else_keeps_templates_or_sees_the_signatures_in_them(client_of, role):
    template = CertificateTemplate.objects.create(name="Ours")
    client = client_of(AccountFactory(roles=[role]))
    for name in ("edit", "preview", "preview_pdf"):
        address = reverse(f"certificatetemplate:{name}", args=[template.pk])
        assert client.get(address, follow=True).status_code == 403
