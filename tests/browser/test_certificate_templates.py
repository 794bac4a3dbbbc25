"""An editor makes a template of certificates in Wagtail's admin, looks at it, and changes it."""

import pytest

from certificates.models import CertificateTemplate
from tests.browser.conftest import DESKTOP, PHONE
from tests.certificates.papers import picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def upload(**more):
    return {"name": "picture.png", "mimeType": "image/png", "buffer": picture(**more)}


def test_a_template_is_made_previewed_and_changed(visit, editor):
    visitor = visit(DESKTOP)
    visitor.log_in(editor)
    page = visitor.page
    page.goto(f"{visitor.server.url}/admin/certificatetemplate/new/")
    page.locator("#id_name").fill("Regional programme")
    page.locator("#id_layout").select_option("portrait")
    page.locator("#id_accent").fill("#0b5a66")
    for rows in ("logos", "signatories", "texts"):
        page.locator(f"#id_{rows}-ADD").click()
    page.locator("#id_logos-0-name").fill("An agency")
    page.locator("#id_logos-0-picture").set_input_files(upload(colour="#0b5a66"))
    page.locator("#id_signatories-0-name").fill("Ana Petrović-Test")
    page.locator("#id_signatories-0-picture").set_input_files(upload(size=(900, 300)))
    page.locator("#id_signatories-0-translations-ADD").click()
    page.locator("#id_signatories-0-translations-0-language").select_option("sr")
    page.locator("#id_signatories-0-translations-0-name").fill("Ана Петровић-Тест")
    page.locator("#id_texts-0-language").select_option("sr")
    page.locator("#id_texts-0-note").fill("Акредитовано под бројем 12/2026.")
    page.get_by_role("button", name="Create").click()
    page.wait_for_url("**/preview/**")
    page.get_by_label("Language").select_option("sr")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**language=sr**")
    seen = page.get_by_role("img", name="The certificate of Arta Shtegu-Testi")
    width, height = seen.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert height > width > 0
    assert page.get_by_text("missing from the store").count() == 0
    page.set_viewport_size(PHONE)
    visitor.check_width()
    page.get_by_role("link", name="Edit", exact=True).first.click()
    page.wait_for_url("**/edit/**")
    assert page.get_by_role("img", name="The picture as it is kept").count() == 2
    template = CertificateTemplate.objects.get()
    assert (template.layout, template.accent, template.signatories.get().written_in("sr")[0]) == (
        "portrait", "#0b5a66", "Ана Петровић-Тест",
    )  # fmt: skip
    assert visitor.faults == []
