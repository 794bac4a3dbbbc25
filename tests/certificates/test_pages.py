"""The pages: what is due and why, issuing, deciding, one's own, and checking without a log-in."""

import io
import json
import zipfile

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.choices import State
from certificates.models import Certificate
from certificates.serials import new_serial
from certificates.services.checking import statement_in
from certificates.services.revocations import hash_of, read
from tests.factories import AccountFactory, ParticipationFactory
from training.models import Person, TrailEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_asked_yet():
    cache.clear()


def page_of(session):
    return reverse("session_certificates", args=[session.key])


def text(response):
    return response.content.decode()


def test_a_trainer_sees_what_is_due_with_reasons_and_issues_it(client_of, trainer, closed):
    client = client_of(trainer)
    assert page_of(closed) in text(client.get(closed.get_absolute_url()))
    page = text(client.get(page_of(closed)))
    assert "2 certificates to issue" in page
    assert "There on 1 of 3 days; 3 complete it." in page
    assert "development key" in page
    answer = client.post(page_of(closed), follow=True)
    assert "2 certificates issued." in text(answer)
    assert "Everybody who is due a certificate has it." in text(answer)
    assert "0 certificates issued." in text(client.post(page_of(closed), follow=True))
    assert Certificate.objects.count() == 2


def test_before_the_sign_off_the_page_says_why_nothing_can_be_issued(client_of, trainer, delivered):
    client = client_of(trainer)
    assert "once the session is signed off" in text(client.get(page_of(delivered)))
    assert "once the session is signed off" in text(client.post(page_of(delivered), follow=True))
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("role", ["other_trainer", "officer", "auditor", "coordinator", "editor"])
def test_whose_work_it_is_not_gets_no_page_no_zip_and_no_file(client_of, request, issued, closed, role):
    client = client_of(request.getfixturevalue(role))
    addresses = [page_of(closed), reverse("session_certificates_zip", args=[closed.key])]
    addresses.append(reverse("certificate_pdf", args=[issued["Ardita"].serial]))
    addresses.append(reverse("session_certificate", args=[closed.key, issued["Ardita"].participation_id]))
    assert {client.get(address).status_code for address in addresses} <= {403, 404}
    assert client.post(page_of(closed)).status_code in {403, 404}


def test_the_file_and_the_zip_hold_what_was_issued(client_of, trainer, issued, closed):
    client = client_of(trainer)
    with issued["Ardita"].pdf.open("rb") as file:
        wanted = file.read()
    single = client.get(reverse("certificate_pdf", args=[issued["Ardita"].serial]))
    assert (single.content, single.headers["Content-Type"]) == (wanted, "application/pdf")
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{page_of(closed)}zip/").getvalue()))
    named = {name: archive.read(name) for name in archive.namelist()}
    assert len(named) == 2
    assert named[f"Shtegu-Testi Ardita {issued['Ardita'].serial}.pdf"] == wanted
    assert TrailEntry.objects.filter(action="certificate read").count() == 1
    assert len(TrailEntry.objects.get(action="certificates read").records["certificate"]) == 2


def test_the_list_costs_as_many_queries_with_three_people_as_with_one(client_of, trainer, closed):
    client = client_of(trainer)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(page_of(closed))
        return len(captured)

    one = queries()
    for _number in range(3):
        ParticipationFactory(session=closed, days_attended=3, outcome="completed")
    assert queries() == one
    client.post(page_of(closed))
    assert queries() == one


def test_a_manager_decides_against_the_rule_and_a_trainer_cannot(client_of, trainer, manager, closed, person_of):
    address = reverse("session_certificate", args=[closed.key, person_of("Cvetana").pk])
    sent = {"step": "issue", "issue-kind": "attendance", "issue-override_reason": "The list was lost."}
    assert "override_reason" not in text(client_of(trainer).get(address))
    assert client_of(trainer).post(address, sent).status_code == 403
    refused = client_of(manager).post(address, sent | {"issue-override_reason": " "})
    assert "This field is required" in text(refused)
    assert not Certificate.objects.exists()
    client_of(manager).post(address, sent)
    assert Certificate.objects.get().override_reason == "The list was lost."
    assert "against the rule" in text(client_of(manager).get(page_of(closed)))


def test_a_name_put_right_supersedes_and_the_old_paper_leads_to_the_new_one(client_of, client, manager, issued, closed):
    old = issued["Ardita"]
    Person.objects.filter(given_name="Ardita").update(given_name="Arditë")
    address = reverse("session_certificate", args=[closed.key, old.participation_id])
    client_of(manager).post(address, {"step": "supersede", "supersede-reason": "Misspelt."})
    new = Certificate.objects.current().get(participation=old.participation)
    assert (new.content["name"], new.supersedes, new.supersede_reason) == ("Arditë Shtegu-Testi", old, "Misspelt.")
    assert Certificate.objects.get(pk=old.pk).content["name"] == "Ardita Shtegu-Testi"
    page = text(client.get(reverse("verify_serial", args=[old.serial])))
    assert "superseded on" in page
    assert new.serial in page
    again = client_of(manager).post(address, {"step": "supersede", "supersede-reason": "Twice."})
    assert again.status_code == 302
    assert Certificate.objects.count() == 4


def test_a_revoked_one_says_so_to_everybody_and_is_never_revoked_twice(client_of, client, manager, issued, closed):
    address = reverse("session_certificate", args=[closed.key, issued["Ardita"].participation_id])
    sent = {"step": "revoke", "revoke-reason": "Issued to the wrong person."}
    client_of(manager).post(address, sent)
    assert "revoked already" in text(client_of(manager).post(address, sent))
    page = text(client.get(reverse("verify_serial", args=[issued["Ardita"].serial])))
    assert "was revoked on" in page
    assert "wrong person" not in page
    listed = read(json.loads(client.get(reverse("verify_revoked")).content))
    assert list(listed.revoked) == [hash_of(issued["Ardita"].serial)]
    assert TrailEntry.objects.get(action="certificate revoked").detail == {"reason": "Issued to the wrong person."}


def test_an_officer_finds_their_own_certificates_and_no_others(client_of, issued, person_of):
    officer = AccountFactory(roles=["officer"])
    assert "There is none yet" in text(client_of(officer).get(reverse("own_certificates")))
    Person.objects.filter(pk=person_of("Ardita").person_id).update(account=officer)
    page = text(client_of(officer).get(reverse("own_certificates")))
    assert issued["Ardita"].serial in page
    assert issued["Бојан"].serial not in page
    assert client_of(officer).get(reverse("certificate_pdf", args=[issued["Ardita"].serial])).status_code == 200


def test_checking_by_serial_shows_what_it_says_and_no_name(client, issued):
    serial = issued["Ardita"].serial
    answer = client.post(reverse("verify"), {"serial": serial.lower()}, follow=True)
    page = text(answer)
    for said in ("This certificate is valid.", "Weapons categorization", "13 May 2026", "Borders and customs", "18"):
        assert said in page
    assert "Shtegu" not in page
    fits = text(client.post(reverse("verify_serial", args=[serial]), {"name": "Shtegu-Testi Ardita"}))
    assert "This is the name on the certificate." in fits
    wrong = text(client.post(reverse("verify_serial", args=[serial]), {"name": "Somebody Else-Test"}))
    assert "This is not the name on the certificate." in wrong
    assert "Shtegu" not in wrong


def test_what_is_no_serial_and_what_is_unknown_is_said(client):
    assert "This is no serial" in text(client.post(reverse("verify"), {"serial": "12"}))
    unknown = client.get(reverse("verify_serial", args=[new_serial()]))
    assert unknown.status_code == 404
    assert "has no certificate of this serial" in text(unknown)
    assert client.get(reverse("verify_serial", args=["x'; DROP"])).status_code == 404


def test_who_guesses_is_stopped(client, issued):
    codes = [client.get(reverse("verify_serial", args=[new_serial()])).status_code for _guess in range(70)]
    assert set(codes[:60]) == {404}
    assert set(codes[60:]) == {429}


def test_checking_the_file_compares_every_byte(client, issued):
    with issued["Бојан"].pdf.open("rb") as file:
        pdf = file.read()
    good = text(client.post(reverse("verify"), {"file": SimpleUploadedFile("c.pdf", pdf)}))
    assert "byte for byte" in good
    assert issued["Бојан"].content["name"] in good
    changed = pdf.replace(b"/Personal", b"/Qersonal")
    bad = text(client.post(reverse("verify"), {"file": SimpleUploadedFile("c.pdf", changed)}))
    assert "The file was changed after it was signed." in bad
    assert issued["Бојан"].content["name"] not in bad
    assert "no PDF with a signature" in text(
        client.post(reverse("verify"), {"file": SimpleUploadedFile("c.pdf", b"x")})
    )
    large = SimpleUploadedFile("c.pdf", b"x" * 5_000_001)
    assert "at most 5 MB" in text(client.post(reverse("verify"), {"file": large}))


def test_the_published_keys_check_statements_and_tell_no_secret(client, issued):
    from base64 import b64decode

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from certificates import statements

    published = client.get(reverse("verify_keys")).json()["keys"]
    keys = [
        statements.StatementKey(1, Ed25519PublicKey.from_public_bytes(b64decode(k["public"])), None) for k in published
    ]
    with issued["Ardita"].pdf.open("rb") as file:
        assert statements.read(statement_in(file.read()), keys).name == "Ardita Shtegu-Testi"
    assert set(published[0]) == {"id", "algorithm", "public", "signs"}


def test_the_list_of_revocations_beside_the_keys_is_asked_without_the_register(
    issued, manager, settings, tmp_path, django_capture_on_commit_callbacks, django_assert_num_queries
):
    from certificates.services.checking import check_file
    from certificates.services.deciding import revoke

    with django_capture_on_commit_callbacks(execute=True):
        revoke(certificate=issued["Ardita"], by=manager, reason="Wrong person.")
    with issued["Ardita"].pdf.open("rb") as file:
        pdf = file.read()
    with django_assert_num_queries(0):
        assert check_file(pdf, offline=True).state == State.REVOKED
