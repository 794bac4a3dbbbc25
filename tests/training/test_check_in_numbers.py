"""Numbers to check in with: at random, one a person and session, nowhere stored, gone when they are of no use."""

import io
from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers import serialize
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from tests.factories import (
    AccountFactory,
    InstitutionFactory,
    JurisdictionFactory,
    ParticipationFactory,
    PersonFactory,
    SessionFactory,
)
from training.models import CheckIn, CheckInNumber, Person, TrailEntry
from training.services import check_in_numbers
from training.services.attendance import mark_all
from training.services.check_in import check_in
from training.services.check_in_numbers import badges, give_numbers, how_many, number_of, send_numbers
from training.services.closing import sign_off
from training.services.erasure import erase_person
from training.services.held import held_about
from training.services.person_merging import merge_people, undo_person_merge
from training.services.registering import withdraw
from training.services.retention import apply_retention

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(trainer):
    return SessionFactory(key="skopje", title="Weapons", created_by=trainer, start=timezone.localdate())


@pytest.fixture
def day(session):
    return session.days.get()


def on_roster(session, **person):
    return ParticipationFactory(session=session, person=PersonFactory(**person))


def number(participation):
    return number_of(CheckInNumber.objects.get(participation=participation))


def test_everybody_gets_one_of_their_own_and_keeps_it(session, trainer):
    people = [on_roster(session) for _n in range(30)]
    assert give_numbers(session=session, by=trainer) == 30
    before = {one.pk: number(one) for one in people}
    assert len(set(before.values())) == 30
    late = on_roster(session)
    assert give_numbers(session=session, by=trainer) == 1
    assert {one.pk: number(one) for one in people} == before
    assert number(late) not in before.values()


def test_of_two_sessions_somebody_has_two(session, trainer):
    one = on_roster(session)
    other = ParticipationFactory(session=SessionFactory(created_by=trainer), person=one.person)
    for participation in (one, other):
        give_numbers(session=participation.session, by=trainer)
    assert number(one) != number(other)


def test_what_is_stored_is_no_number_and_another_server_makes_others_of_it(session, trainer, settings):
    one = on_roster(session)
    give_numbers(session=session, by=trainer)
    kept, here = serialize("json", CheckInNumber.objects.all()), number(one)
    assert here.replace(" ", "") not in kept.upper()
    settings.SECRET_KEY = "another secret, as long as it has to be" * 2
    assert number(one) != here


def test_made_anew_the_old_ones_are_none_any_more(session, day, trainer):
    one = on_roster(session)
    give_numbers(session=session, by=trainer)
    before = number(one)
    assert give_numbers(session=session, by=trainer, anew=True) == 1
    with pytest.raises(ValidationError):
        check_in(day=day, device="d", number=before)
    check_in(day=day, device="d", number=number(one))


def test_only_those_who_mark_make_them_and_only_while_somebody_may_check_in(session, trainer, other_trainer):
    for deed in (give_numbers, badges, send_numbers):
        with pytest.raises(PermissionDenied):
            deed(session=session, by=other_trainer)
    type(session).objects.update(status="cancelled")
    with pytest.raises(ValidationError, match="cancelled"):
        give_numbers(session=session, by=trainer)


def test_a_badge_has_name_unit_and_number_in_every_script_and_nobody_who_withdrew(session, trainer):
    police = InstitutionFactory(name="Министерство за внатрешни работи")
    people = [
        on_roster(session, given_name="Ѓорѓи", family_name="Петров-Тест", institution=police),
        on_roster(session, given_name="Shpëtim", family_name="Çela-Test"),
        *(on_roster(session) for _n in range(12)),
    ]
    gone = on_roster(session, family_name="Gone-Test")
    withdraw(participation=gone, by=trainer)
    pdf = badges(session=session, by=trainer)
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert all(word in text for word in ("Ѓорѓи Петров-Тест", "Министерство за внатрешни работи", "Shpëtim Çela-Test"))
    assert all(number(one) in text for one in people)
    assert "Gone-Test" not in text
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2, "ten to a sheet"
    entry = TrailEntry.objects.get(action="check-in badges printed")
    assert sorted(entry.records["participation"]) == sorted(one.pk for one in people)


def test_a_letter_goes_to_whoever_has_an_address_once_and_in_their_language(session, trainer):
    own = AccountFactory(email="own@example.org", roles=["officer"], language="sq")
    reader = on_roster(session, account=own, email="old@example.org")
    other = on_roster(session, email="service@example.org")
    on_roster(session, email="")
    assert send_numbers(session=session, by=trainer).letters == 2
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert set(letters) == {"own@example.org", "service@example.org"}
    assert number(reader) in letters["own@example.org"].body
    assert number(other) in letters["service@example.org"].body
    assert f"http://127.0.0.1:8000{reverse('check_in')}" in letters["service@example.org"].body
    assert "scan the code" in letters["service@example.org"].body
    assert "skanoni kodin" in letters["own@example.org"].body
    assert letters["own@example.org"].subject == "Numri juaj për Weapons"
    assert send_numbers(session=session, by=trainer).letters == 0
    counted = how_many(session)
    assert (counted.roster, counted.numbers, counted.sent, counted.without_email) == (3, 3, 2, 1)


def test_where_the_mail_server_refuses_the_rest_goes_out_the_next_time(session, trainer, monkeypatch):
    for n in range(3):
        on_roster(session, email=f"t{n}@example.org")
    send = check_in_numbers.EmailMessage.send

    def refuse(letter):
        if mail.outbox:
            raise SMTPServerDisconnected
        return send(letter)

    with monkeypatch.context() as broken:
        broken.setattr(check_in_numbers.EmailMessage, "send", refuse)
        first = send_numbers(session=session, by=trainer)
    assert (first.letters, first.stopped, how_many(session).sent) == (1, True, 1)
    assert send_numbers(session=session, by=trainer).letters == 2
    assert sorted(letter.to[0] for letter in mail.outbox) == [f"t{n}@example.org" for n in range(3)]


def test_the_page_prints_sends_and_makes_anew(client_of, trainer, session):
    one = on_roster(session, email="t@example.org")
    client, address = client_of(trainer), reverse("check_in_numbers", args=[session.key])
    assert client.get(address).status_code == 200
    assert not CheckInNumber.objects.exists()
    answer = client.post(address, {"do": "badges"})
    assert (answer.headers["Content-Type"], answer.content[:4]) == ("application/pdf", b"%PDF")
    before = number(one)
    assert "1 letter sent." in client.post(address, {"do": "send"}, follow=True).content.decode()
    assert "1 new number." in client.post(address, {"do": "anew"}, follow=True).content.decode()
    assert number(one) != before
    type(session).objects.update(status="cancelled")
    assert "nobody needs a number" in client.post(address, {"do": "badges"}, follow=True).content.decode()


def test_it_takes_as_many_queries_for_one_person_as_for_three(client_of, trainer, session):
    def queries():
        counted = []
        for deed in (lambda: give_numbers(session=session, by=trainer, anew=True), lambda: how_many(session)):
            with CaptureQueriesContext(connection) as captured:
                deed()
            counted.append(len(captured))
        with CaptureQueriesContext(connection) as captured:
            badges(session=session, by=trainer)
        return [*counted, len(captured)]

    on_roster(session)
    give_numbers(session=session, by=trainer)
    one = queries()
    on_roster(session)
    on_roster(session)
    give_numbers(session=session, by=trainer)
    assert queries() == one


# ---- people


def test_a_merge_takes_number_and_check_in_along_and_its_undo_too(session, day, trainer, administrator):
    keep, away = PersonFactory(), on_roster(session)
    give_numbers(session=session, by=trainer)
    given = number(away)
    check_in(day=day, device="d", number=given)
    merge = merge_people(keep=keep, away=away.person, by=administrator)
    assert CheckIn.objects.get().participation.person == keep
    assert check_in(day=day, device="d", number=given).again
    undo_person_merge(merge=merge, by=administrator)
    assert CheckIn.objects.get().participation.person == away.person
    assert number(away) == given


def test_numbers_that_come_and_go_do_not_stand_in_the_way_of_an_undo(session, day, trainer, administrator):
    away = on_roster(session)
    mark_all(session=session, day=day, mark="present", by=trainer)
    merge = merge_people(keep=PersonFactory(), away=away.person, by=administrator)
    give_numbers(session=session, by=trainer)
    sign_off(session=session, by=trainer)
    undo_person_merge(merge=merge, by=administrator)
    away.refresh_from_db()
    assert away.person.merged_into is None


def test_a_merge_of_somebody_who_checked_in_changes_no_signed_off_row(session, day, trainer, administrator):
    away = on_roster(session)
    give_numbers(session=session, by=trainer)
    check_in(day=day, device="d", number=number(away))
    mark_all(session=session, day=day, mark="present", by=trainer)
    sign_off(session=session, by=trainer)
    before = list(CheckIn.objects.values())
    merge = merge_people(keep=PersonFactory(), away=away.person, by=administrator)
    undo_person_merge(merge=merge, by=administrator)
    assert list(CheckIn.objects.values()) == before


@pytest.mark.parametrize("closed", [False, True])
def test_erasing_somebody_takes_their_number_and_leaves_that_one_was_there(
    session, day, trainer, administrator, closed
):
    one, other = on_roster(session), on_roster(session)
    give_numbers(session=session, by=trainer)
    check_in(day=day, device="d", number=number(one))
    mark_all(session=session, day=day, mark="present", by=trainer)
    if closed:
        sign_off(session=session, by=trainer)
    erase_person(person=one.person, by=administrator)
    assert list(CheckInNumber.objects.values_list("participation", flat=True)) == ([] if closed else [other.pk])
    assert CheckIn.objects.get().participation == one
    assert Person.objects.get(pk=one.person_id).erased_at


def test_what_is_held_says_when_somebody_checked_in_and_not_their_number(session, day, trainer, officer):
    one = on_roster(session, account=officer)
    give_numbers(session=session, by=trainer)
    check_in(day=day, device="d", number=number(one))
    sections = {section.key: section.rows for section in held_about(by=officer)}
    assert [(row["session"], row["day"]) for row in sections["check_ins"]] == [("Weapons", day.date)]
    assert [(row["session"], row["sent"]) for row in sections["check_in_numbers"]] == [("Weapons", None)]
    assert number(one) not in str(sections)


def test_numbers_and_devices_of_a_session_nobody_signed_off_end_after_their_period(trainer, administrator, settings):
    settings.RETENTION_DAYS = settings.RETENTION_DAYS | {"check_ins": 30}
    for days in (31, 29):
        session = SessionFactory(created_by=trainer, start=timezone.localdate() - timedelta(days=days))
        one = ParticipationFactory(session=session, person=PersonFactory(jurisdiction=JurisdictionFactory()))
        give_numbers(session=session, by=trainer)
        at = timezone.now() - timedelta(days=days)
        CheckIn.objects.create(participation=one, day=session.days.get(), at=at, way="number", device="d")
    apply_retention(by=administrator)
    assert [number.participation for number in CheckInNumber.objects.all()] == [one]
    assert [check_in.device for check_in in CheckIn.objects.order_by("at")] == ["", "d"]
