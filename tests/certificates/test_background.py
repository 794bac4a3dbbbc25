"""Issuing behind the page: how far it is, one letter each, and a worker that is killed at any moment."""

import random
import re
import time

import pytest
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from certificates.models import Certificate, CertificateLetter, IssuingRun
from certificates.services import background, letters
from certificates.services.issuing import issue_session
from tests.factories import AccountFactory, ParticipationFactory, PersonFactory, SessionFactory
from tests.together import asked
from training.choices import SessionStatus
from training.models import Account, Person

PEOPLE = 200
DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def addressed(closed):
    for person in Person.objects.filter(participations__session=closed):
        person.email = f"{person.pk}@police.example"
        person.save()
    return closed


@pytest.mark.django_db
def test_each_gets_one_letter_with_a_link_and_no_document(addressed, trainer, person_of):
    account = AccountFactory(roles=["officer"], email="ardita@police.example")
    Person.objects.filter(pk=person_of("Ardita").person_id).update(account=account)
    for _again in range(2):
        background.start(session=addressed, by=trainer)
    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        [account.email, f"{person_of('Бојан').person_id}@police.example"]
    )
    for message in mail.outbox:
        assert reverse("own_certificates") in message.body
        assert message.attachments == []
        assert "Shtegu" not in message.body
        assert not any(serial in message.body for serial in Certificate.objects.values_list("serial", flat=True))


@pytest.mark.django_db
def test_a_mail_server_that_refuses_holds_up_no_certificate_and_the_letters_follow(addressed, trainer, monkeypatch):
    def refuse(*_args):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(letters.EmailMessage, "send", refuse)
        run = background.start(session=addressed, by=trainer)
    run.refresh_from_db()
    assert run.finished_at
    assert (Certificate.objects.count(), CertificateLetter.objects.count()) == (2, 0)
    background.start(session=addressed, by=trainer)
    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_whom_a_run_could_not_serve_stands_on_the_page_with_the_reason(client_of, closed, trainer, person_of):
    Person.objects.filter(pk=person_of("Ardita").person_id).update(given_name="Ardita漢")
    page = client_of(trainer).post(reverse("session_certificates", args=[closed.key]), follow=True).content.decode()
    assert "1 certificate issued." in page
    assert "no font here has 漢" in page


@pytest.mark.django_db
def test_the_page_shows_how_far_a_worker_is_and_starts_no_second_run(client_of, closed, trainer, settings):
    settings.TASKS = DATABASE
    client, address = client_of(trainer), reverse("session_certificates", args=[closed.key])
    for _twice in range(2):
        page = client.post(address, follow=True).content.decode()
        assert "0 of 2 are there." in page
    assert IssuingRun.objects.count() == 1
    progress = reverse("session_certificates_progress", args=[closed.key])
    assert "HX-Refresh" not in client.get(progress).headers
    background.issue_run.call(IssuingRun.objects.get().pk)
    assert client.get(progress).headers["HX-Refresh"] == "true"
    assert "Everybody who is due a certificate has it." in client.get(address).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_at_any_moment_ends_with_each_certificate_and_each_letter_once(start, tmp_path):
    cache.clear()
    session = SessionFactory(status=SessionStatus.CLOSED)
    for number in range(PEOPLE):
        person = PersonFactory(email=f"{number}@police.example")
        ParticipationFactory(session=session, person=person, days_attended=1, outcome="completed")
    IssuingRun.objects.create(session=session, by=Account.objects.system())
    settings = {
        "TASK_BACKEND": "database",
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(tmp_path / "mail"),
    }
    worker = start("work", "--batch", **settings)
    enough = random.randrange(5, PEOPLE - 5)  # noqa: S311 (a moment, no secret)
    while asked(Certificate.objects.count) < enough:
        assert worker.poll() is None, worker.communicate()
        time.sleep(random.random() / 20)  # noqa: S311
    worker.kill()
    worker.wait()
    assert asked(Certificate.objects.count) < PEOPLE
    again = start("work", "--batch", **settings)
    _out, errors = again.communicate()
    assert again.returncode == 0, errors
    assert asked(Certificate.objects.count) == PEOPLE
    assert asked(Certificate.objects.values("serial").distinct().count) == PEOPLE
    assert asked(Certificate.objects.values("participation").distinct().count) == PEOPLE
    assert asked(IssuingRun.objects.get).finished_at
    written = "".join(path.read_text() for path in (tmp_path / "mail").iterdir())
    sent = re.findall(r"^To: (.+)$", written, flags=re.MULTILINE)
    assert len(sent) == len(set(sent)) == PEOPLE


@pytest.mark.django_db
def test_nothing_waits_for_a_letter_without_an_address(closed, trainer):
    issue_session(session=closed, by=trainer)
    assert letters.send_letters(closed) == 0
