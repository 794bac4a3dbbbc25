"""The two commands: what they write, how they report, and how they end."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from certificates.models import Certificate
from certificates.services.checking import statement_in
from training.choices import SessionStatus
from training.models import Session, TrailEntry

pytestmark = pytest.mark.django_db


def run(*words, **options):
    out = io.StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def refused(*words, **options):
    with pytest.raises(CommandError) as caught:
        run(*words, **options)
    return caught.value.returncode, str(caught.value)


def test_a_session_is_signed_off_issued_and_written_to_a_folder(delivered, tmp_path):
    out = run("issue_certificates", delivered.key, "--sign-off", "--output", str(tmp_path / "out"), "--report", "json")
    report = json.loads(out)
    assert [one["kind"] for one in report["issued"]] == ["attendance", "completion"]
    assert (report["had_one"], report["not_due"], report["failed"]) == (0, 1, [])
    assert {path.name for path in (tmp_path / "out").iterdir()} == {f"{one['serial']}.pdf" for one in report["issued"]}
    assert Session.objects.get(pk=delivered.pk).status == SessionStatus.CLOSED
    assert TrailEntry.objects.filter(action="certificate issued", origin="command issue_certificates").count() == 2


def test_issuing_again_adds_none_and_writes_the_same_bytes(delivered, tmp_path):
    def files():
        run("issue_certificates", delivered.key, "--sign-off", "--output", str(tmp_path))
        return {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    assert files() == files()
    assert Certificate.objects.count() == 2


def test_what_cannot_be_done_is_said_with_its_status(delivered, other_trainer):
    assert refused("issue_certificates", "no-such-session")[0] == 2
    status, why = refused("issue_certificates", delivered.key)
    assert status == 1
    assert "signed off" in why
    assert refused("issue_certificates", delivered.key, "--as", other_trainer.email)[0] == 2
    assert not Certificate.objects.exists()


def test_a_certificate_is_verified_by_file_serial_statement_and_address(issued, tmp_path):
    certificate = issued["Ardita"]
    file = tmp_path / "certificate.pdf"
    file.write_bytes(certificate.pdf.open("rb").read())
    statement = statement_in(file.read_bytes())
    for what in (str(file), certificate.serial, statement, f"https://example.org/verify/EV#{statement}"):
        assert json.loads(run("verify_certificate", what, "--report", "json"))["valid"]
    for what in (str(file), statement):
        assert run("verify_certificate", what, "--offline").startswith("Valid")


def test_what_does_not_stand_ends_with_status_1_and_says_why(issued, tmp_path):
    file = tmp_path / "certificate.pdf"
    good = issued["Ardita"].pdf.open("rb").read()
    file.write_bytes(good.replace(b"/Personal", b"/Qersonal"))
    assert refused("verify_certificate", str(file)) == (1, "The file was changed after it was signed.")
    statement = statement_in(good)
    other = "A" if statement[100] != "A" else "B"
    assert refused("verify_certificate", statement[:100] + other + statement[101:], "--offline")[0] == 1
    assert refused("verify_certificate", "EV-0000-0000-0000-0000")[0] == 1
    assert refused("verify_certificate", "nothing at all")[0] == 1
    assert refused("verify_certificate", issued["Ardita"].serial, "--offline")[0] == 2


def test_the_certificates_of_demo_sessions_go_with_them(transactional_db):
    for command in ("load_roadmap", "load_demo"):
        run(command)
    run("issue_certificates", "demo-electronic-evidence")
    assert Certificate.objects.exists()
    run("remove_demo")
    assert not Certificate.objects.exists()
    assert not Session.objects.filter(key="demo-electronic-evidence").exists()
