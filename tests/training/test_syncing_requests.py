"""What a device sends, as a request: what it is answered, and what is refused in words it can show."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import AccountFactory, ParticipationFactory, SessionFactory
from tests.together import asked
from tests.training.devices import Phone, post, this_morning
from training.forms.sync import MOST
from training.models import Attendance, AttendanceEvent, Participation, Session, WalkIn
from training.services.closing import sign_off
from training.services.roles import ensure_roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(trainer):
    return SessionFactory(created_by=trainer, start=timezone.localdate() - timedelta(days=1))


@pytest.fixture
def day(session):
    return session.days.get()


@pytest.fixture
def arta(session):
    return ParticipationFactory(session=session)


@pytest.fixture
def phone():
    return Phone()


def test_a_batch_is_answered_mark_by_mark_with_the_register_as_it_stands(client_of, trainer, day, arta, phone):
    morning = this_morning(day)
    walk_in = phone.typed("Besa", "Testi", morning)
    taps = [
        phone.tap(arta, "present", morning),
        phone.tap(walk_in.nonce, "late", morning),
        phone.tap(0, "late", morning),
    ]
    answer = phone.post(client_of(trainer), day, trainer, *taps, walk_ins=[walk_in]).json()
    assert set(answer["kept"]) == {str(walk_in.nonce), str(taps[0].nonce), str(taps[1].nonce)}
    assert set(answer["refused"]) == {str(taps[2].nonce)}
    assert answer["marks"] == {str(arta.pk): "present", str(walk_in.nonce): "late"}
    assert (answer["waiting"], answer["disagreements"]) == (1, 0)
    assert abs(answer["now"] / 1000 - timezone.now().timestamp()) < 60


def test_one_mark_that_is_not_understood_keeps_back_no_other(client_of, trainer, day, arta, phone):
    told = phone.request(
        trainer, phone.tap(arta, "present", this_morning(day)), phone.tap(arta, "late", timezone.now())
    )
    told["taps"][1]["at"] = "yesterday"
    answer = post(client_of(trainer), day, told).json()
    assert answer["kept"] == [told["taps"][0]["nonce"]]
    assert "Reload this page" in answer["refused"][told["taps"][1]["nonce"]]


@pytest.mark.parametrize(
    "broken",
    [
        b"\xff",
        "[]",
        "{}",
        {"sent_at": "2026-05-14T10:00:00"},
        {"account": None},
        {"taps": {"nonce": 1}},
        {"taps": [{"nonce": "1"}]},
        {"taps": [{}] * (MOST + 1)},
    ],
)
def test_what_is_no_batch_is_a_bad_request(client_of, trainer, day, phone, broken):
    told = {**phone.request(trainer), **broken} if isinstance(broken, dict) else broken
    answer = post(client_of(trainer), day, told)
    assert answer.status_code == 400
    assert answer.json()["why"].startswith("Not understood")


anything = st.one_of(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=9)),
    st.sampled_from(["\ud800", "\x00", "=1+1", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00", "late", "F"]),
    st.sampled_from([[], {}, [[]]]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_sent_is_answered(client_of, trainer, day, arta, data):
    phone, morning = Phone(), this_morning(day)
    walk_in = phone.typed("Besa", "Testi", morning, institution="Customs")
    told = phone.request(trainer, phone.tap(arta, "present", morning), walk_ins=[walk_in])
    for part in (told, told["taps"][0], told["walk_ins"][0]):
        for name in data.draw(st.lists(st.sampled_from(sorted(part)), max_size=2), "fields"):
            part[name] = data.draw(anything, name)
    with transaction.atomic():
        answer = post(client_of(trainer), day, told)
        transaction.set_rollback(True)
    assert answer.status_code in {200, 400, 409}, answer.content


def test_marks_of_another_account_are_not_taken_for_ones_own(client_of, trainer, other_trainer, day, arta, phone):
    tap = phone.tap(arta, "present", this_morning(day))
    answer = phone.post(client_of(trainer), day, other_trainer, tap)
    assert answer.status_code == 409
    assert "another account" in answer.json()["why"]
    assert not AttendanceEvent.objects.exists()


def test_a_session_signed_off_meanwhile_says_so_and_takes_nothing(client_of, trainer, session, day, arta, phone):
    sign_off(session=session, by=trainer)
    morning = this_morning(day)
    tap, walk_in = phone.tap(arta, "present", morning), phone.typed("Besa", "Testi", morning)
    answer = phone.post(client_of(trainer), day, trainer, tap, walk_ins=[walk_in])
    assert (answer.status_code, answer.json()["signed_off"]) == (403, True)
    assert "signed off" in answer.json()["why"]
    assert not AttendanceEvent.objects.exists()
    assert not WalkIn.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("other_trainer", 404), ("officer", 404), ("coordinator", 403)])
def test_who_may_not_mark_here_sends_nothing(request, client_of, who, status, day, arta, phone):
    account = request.getfixturevalue(who)
    answer = phone.post(client_of(account), day, account, phone.tap(arta, "present", this_morning(day)))
    assert answer.status_code == status
    assert not AttendanceEvent.objects.exists()


def test_without_a_log_in_or_a_token_nothing_is_taken(trainer, day, arta, phone):
    told = phone.request(trainer, phone.tap(arta, "present", this_morning(day)))
    assert "/login/" in post(Client(), day, told).url
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(trainer)
    assert post(strict, day, told).status_code == 403
    assert not AttendanceEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_twenty_devices_at_once_lose_nothing_and_double_nothing(together):
    ensure_roles()
    trainers = [AccountFactory(email=f"trainer{n}@example.org", roles=["trainer"]) for n in range(4)]
    session = SessionFactory(created_by=trainers[0], start=timezone.localdate(), status="planned")
    session.trainers.set(trainers)
    people = [ParticipationFactory(session=session) for _ in range(20)]
    day, phones = session.days.get(), [Phone() for _ in range(20)]
    clients = [Client(raise_request_exception=False) for _ in phones]
    for number, client in enumerate(clients):
        client.force_login(trainers[number % 4])
    together.begin()

    def work(number):
        """Marks everyone, brings a walk-in, and sends all of it twice."""
        by, phone, now = trainers[number % 4], phones[number], timezone.now()
        walk_in = phone.typed("Besa", "Testi", now)
        taps = [phone.tap(person, "present", now) for person in people] + [phone.tap(walk_in.nonce, "present", now)]
        told = json.dumps(phone.request(by, *taps, walk_ins=[walk_in]))
        return [post(clients[number], day, told).status_code for _time in range(2)]

    statuses, errors = together(*(lambda number=number: work(number) for number in range(20)))
    assert errors == []
    assert statuses == [[200, 200]] * 20
    assert asked(AttendanceEvent.objects.count) == 20 * 21
    assert asked(Attendance.objects.filter(mark="present").count) == 20
    assert asked(WalkIn.objects.count) == 20
    assert asked(Participation.objects.filter(outcome="completed", days_attended=1).count) == 20
    assert asked(Session.objects.get).status == "open"
