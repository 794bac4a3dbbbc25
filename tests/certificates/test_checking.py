"""Checking: what a serial, a name, a statement and a file are worth, and what none of them gives away."""

import json

import pytest
from django.utils import timezone

from certificates.choices import State
from certificates.models import Certificate
from certificates.pdf.document import certificate_pdf
from certificates.serials import new_serial
from certificates.services.checking import check_file, check_serial, check_statement, statement_in
from certificates.services.reading import read_pdf
from tests.certificates.papers import content

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(issued):
    return issued["Бојан"]


@pytest.fixture
def pdf(certificate, trainer):
    return read_pdf(certificate=certificate, by=trainer)


def test_a_serial_is_found_however_it_is_typed_and_its_name_compared_in_either_script(certificate):
    assert check_serial(certificate.serial.lower().replace("-", " ")).is_good
    assert check_serial(certificate.serial, name=certificate.content["name"]).name_fits
    assert check_serial(certificate.serial, name="Kjeramiđi-Test Bojan").name_fits
    assert not check_serial(certificate.serial, name="Bojana Kjeramiđi-Test").is_good
    assert check_serial(certificate.serial).name_fits is None


def test_ten_thousand_guesses_find_nothing(issued):
    assert all(check_serial(new_serial()).state == State.UNKNOWN for _guess in range(10_000))


def test_the_statement_of_a_certificate_is_good_with_and_without_the_register(certificate, pdf):
    statement = statement_in(pdf)
    assert check_statement(statement).is_good
    alone = check_statement(statement, offline=True)
    assert alone.is_good
    assert (alone.certificate, alone.statement.name) == (None, certificate.content["name"])


def test_a_statement_of_ours_without_a_certificate_is_unknown(certificate):
    pdf = certificate_pdf(content())
    answer = check_statement(statement_in(pdf))
    assert (answer.state, answer.is_good) == (State.UNKNOWN, False)
    assert check_file(pdf).state == State.UNKNOWN


def test_the_file_is_the_one_issued_byte_for_byte(pdf, certificate):
    assert check_file(pdf).certificate == certificate
    assert check_file(pdf).is_good
    assert check_file(pdf, offline=True).is_good
    assert not check_file(pdf + b"\n").is_good
    assert check_file(b"no pdf").problem == "The file is no PDF with a signature."


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"superseded_at": timezone.now()}, State.SUPERSEDED),
        ({"revoked_at": timezone.now(), "revoked_reason": "Wrong person."}, State.REVOKED),
    ],
)
def test_what_became_of_a_certificate_is_the_answer(certificate, pdf, manager, change, state):
    who = {"revoked_by": manager} if "revoked_at" in change else {}
    Certificate.objects.filter(pk=certificate.pk).update(**change, **who)
    for answer in (check_serial(certificate.serial), check_statement(statement_in(pdf)), check_file(pdf)):
        assert (answer.state, answer.is_good) == (state, False)


def test_an_expired_certificate_says_so_without_the_register_too():
    pdf = certificate_pdf(content(expires_on="2020-01-31"))
    assert check_file(pdf, offline=True).state == State.EXPIRED


def test_no_answer_takes_more_than_one_query(certificate, pdf, django_assert_max_num_queries):
    for check in (lambda: check_serial(certificate.serial), lambda: check_file(pdf)):
        with django_assert_max_num_queries(1):
            check()


def test_a_serial_alone_is_reported_without_the_name(certificate, capsys):
    from django.core.management import call_command

    call_command("verify_certificate", certificate.serial, report="json")
    found = json.loads(capsys.readouterr().out)
    assert found["valid"]
    assert "name" not in found["content"]
    assert certificate.content["name"] not in json.dumps(found, ensure_ascii=False)
