"""Erasing a person takes name and file from their certificates. What was handed out can still be checked."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from certificates.choices import State
from certificates.models import Certificate
from certificates.models.certificates import private_storage
from certificates.services.checking import check_file, check_serial, check_statement, statement_in
from certificates.services.reading import read_pdf
from training.services.erasure import erase_person
from training.services.held import held_about

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def certificate(issued):
    return issued["Бојан"]


@pytest.fixture
def pdf(certificate, trainer):
    return read_pdf(certificate=certificate, by=trainer)


@pytest.fixture
def erased(certificate, pdf, administrator, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person=certificate.participation.person, by=administrator)
    return Certificate.objects.get(pk=certificate.pk)


def test_name_and_file_go_and_all_else_stays(certificate, erased, issued):
    assert erased.content == {**certificate.content, "name": ""}
    assert not private_storage().exists(certificate.pdf.name)
    kept = ("serial", "content_sha256", "pdf_sha256", "state", "issued_at", "expires_on")
    assert [getattr(erased, name) for name in kept] == [getattr(certificate, name) for name in kept]
    other = Certificate.objects.get(pk=issued["Ardita"].pk)
    assert other.content == issued["Ardita"].content
    assert private_storage().exists(other.pdf.name)


def test_paper_file_and_serial_are_still_worth_what_they_were(erased, pdf):
    for answer in (check_serial(erased.serial), check_statement(statement_in(pdf)), check_file(pdf)):
        assert (answer.state, answer.is_good, answer.problem) == (State.VALID, True, "")
    assert check_serial(erased.serial, name="Anybody").name_fits is None


def test_the_file_is_not_handed_out_any_more(erased, administrator):
    with pytest.raises(ValidationError, match="was erased"):
        read_pdf(certificate=erased, by=administrator)


@pytest.mark.parametrize(
    "change", ["content = '{}', pdf = ''", "pdf = ''", "serial = 'other'", "content_sha256 = '', pdf = ''"]
)
def test_the_database_lets_nothing_else_through(certificate, erased, issued, change):
    for pk in (erased.pk, issued["Ardita"].pk):
        if change == "pdf = ''" and pk == erased.pk:
            continue  # so it is already
        with pytest.raises(DatabaseError, match="stays as it was issued"), transaction.atomic():
            connection.cursor().execute(f"UPDATE certificates_certificate SET {change} WHERE id = %s", [pk])  # noqa: S608


def test_nobody_who_is_not_erased_loses_a_name(certificate):
    with pytest.raises(DatabaseError, match="stays as it was issued"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(content={**certificate.content, "name": ""}, pdf="")


def test_the_zip_and_the_folder_hold_the_others(client_of, trainer, erased, issued, closed, tmp_path):
    answer = client_of(trainer).get(f"/sessions/{closed.key}/certificates/zip/")
    names = zipfile.ZipFile(io.BytesIO(answer.getvalue())).namelist()
    assert [name.split()[-1] for name in names] == [f"{issued['Ardita'].serial}.pdf"]
    call_command("issue_certificates", closed.key, output=tmp_path / "out", stdout=io.StringIO())
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"{issued['Ardita'].serial}.pdf"]


def test_certificates_are_among_what_is_held_about_somebody(certificate, administrator):
    sections = {
        section.key: section for section in held_about(by=administrator, person=certificate.participation.person)
    }
    [row] = sections["certificates"].rows
    assert (row["serial"], row["name"]) == (certificate.serial, certificate.content["name"])
