"""Checking in by code: who is there says so, a trainer confirms it, and nothing but that makes a mark."""

import json
import logging
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import AccountFactory, ParticipationFactory, PersonFactory, SessionFactory, signed_off
from training.models import Account, Attendance, AttendanceEvent, CheckIn, CheckInNumber, Participation, TrailEntry
from training.services import attendance, check_in_codes
from training.services.check_in import check_in, confirm, scan, shown_code, still_here
from training.services.check_in_codes import ALPHABET, code_at, is_code, number_from, read
from training.services.check_in_numbers import give_numbers, number_of
from training.services.check_list import what_is_missing
from training.services.closing import reopen, sign_off
from training.services.registering import withdraw

pytestmark = pytest.mark.django_db
DEVICE, OTHER = "one device", "another device"


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands at noon today, in the first second of a half-minute, until it is moved."""
    now = {"at": timezone.localtime().replace(hour=12, minute=0, second=1, microsecond=0)}
    monkeypatch.setattr(timezone, "now", lambda: now["at"])

    def forward(**by):
        now["at"] += timedelta(**by)

    return forward


@pytest.fixture
def session(trainer):
    return SessionFactory(created_by=trainer, start=timezone.localdate())


@pytest.fixture
def day(session):
    return session.days.get()


@pytest.fixture
def arta(session, officer):
    return ParticipationFactory(session=session, person=PersonFactory(account=officer))


@pytest.fixture
def besim(session):
    return ParticipationFactory(session=session, person=PersonFactory(given_name="Besim"))


def code_of(day, by):
    return shown_code(session=day.session, day=day, by=by).code


def number_for(participation, by):
    give_numbers(session=participation.session, by=by)
    return number_of(CheckInNumber.objects.get(participation=participation))


def refused(why, **what):
    with pytest.raises(ValidationError) as refusal:
        check_in(**({"device": DEVICE} | what))
    assert refusal.value.code == why
    return " ".join(refusal.value.messages)


# ---- the code


def test_a_code_is_taken_in_its_half_minute_and_the_one_after(clock, trainer, day):
    code = code_of(day, trainer)
    assert len(code) == 6
    assert set(code) <= set(ALPHABET)
    assert scan(code) == day
    clock(seconds=28)
    assert code_of(day, trainer) == code
    clock(seconds=1)
    assert code_of(day, trainer) != code
    clock(seconds=29)
    assert scan(code) == day, "half a minute of grace"
    clock(seconds=1)
    with pytest.raises(ValidationError, match="has run out") as refusal:
        scan(code)
    assert refusal.value.code == "code"


def test_a_code_is_read_however_it_is_typed(clock, trainer, day):
    code = code_of(day, trainer)
    assert scan(f" {code[:3].lower()}-{code[3:]} ") == day
    assert read("асе нкм") == "ACEHKM", "typed on a keyboard in Cyrillic"


def test_a_code_of_one_session_is_none_of_another(clock, trainer, day):
    other = SessionFactory(created_by=trainer, start=timezone.localdate()).days.get()
    assert scan(code_of(other, trainer)) == other
    assert code_of(other, trainer) != code_of(day, trainer)


def test_a_code_of_yesterday_is_none_of_today(clock, trainer, day):
    yesterday = code_at(session=day.session_id, day=day.date - timedelta(days=1), at=timezone.now())
    with pytest.raises(ValidationError):
        scan(yesterday)


def test_no_code_is_shown_but_on_the_day_and_to_whoever_marks(clock, trainer, other_trainer, officer, day):
    tomorrow = SessionFactory(created_by=trainer, start=timezone.localdate() + timedelta(days=1)).days.get()
    with pytest.raises(ValidationError, match="another day"):
        code_of(tomorrow, trainer)
    for stranger in (other_trainer, officer):
        with pytest.raises(PermissionDenied):
            code_of(day, stranger)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=ALPHABET, min_size=6, max_size=6), st.integers(1, 10**6), st.datetimes(), st.integers(0, 300))
def test_any_other_letters_and_any_other_minute_are_no_code(typed, session, at, late):
    at = at.replace(tzinfo=timezone.get_default_timezone())
    code = code_at(session=session, day=at.date(), at=at)
    later = at + timedelta(seconds=late)
    still = later.timestamp() // 30 - at.timestamp() // 30 <= 1
    assert is_code(code, session=session, day=at.date(), at=later) == still
    assert is_code(typed, session=session, day=at.date(), at=at) == (
        typed in {code, code_at(session=session, day=at.date(), at=at - check_in_codes.STEP)}
    )
    assert not is_code(code, session=session + 1, day=at.date(), at=at)


def test_a_thousand_guesses_give_nothing(clock, trainer, day, arta, besim):
    number_for(besim, trainer)
    guesses = [number_from(CheckInNumber(participation=besim).seed) for _n in range(1000)]
    for guess in guesses:
        with pytest.raises(ValidationError):
            scan(guess[:6])
        refused("number", day=day, number=guess)
    assert not CheckIn.objects.exists()
    assert len(ALPHABET) ** 6 > 100_000_000


# ---- who


def test_an_officer_of_the_roster_checks_in_once(clock, trainer, officer, day, arta):
    first = check_in(day=day, device=DEVICE, by=officer)
    clock(seconds=20)
    again = check_in(day=day, device=OTHER, by=officer)
    assert (first.again, again.again, again.at) == (False, True, first.at)
    kept = CheckIn.objects.get()
    assert (kept.participation, kept.way, DEVICE in kept.device) == (arta, "log_in", False)
    entry = TrailEntry.objects.get(action="checked in")
    assert (entry.by, entry.session) == (officer, day.session)


def test_somebody_without_an_account_checks_in_with_their_number(clock, trainer, day, besim):
    number = number_for(besim, trainer)
    assert not check_in(day=day, device=DEVICE, number=number.lower().replace(" ", "-")).again
    assert CheckIn.objects.get().participation == besim
    assert check_in(day=day, device=DEVICE, number=number).again


def test_one_person_a_device_and_nothing_is_told_of_other_numbers(clock, trainer, officer, day, arta, besim):
    number = number_for(besim, trainer)
    check_in(day=day, device=DEVICE, by=officer)
    said = {refused("device", day=day, number=one) for one in (number, "ACDF 3479", "")}
    assert len(said) == 1
    check_in(day=day, device=OTHER, number=number)
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckIn.objects.update(device="same")


def test_the_same_device_may_be_used_the_next_day(clock, trainer, day, besim):
    number = number_for(besim, trainer)
    check_in(day=day, device=DEVICE, number=number)
    assert CheckIn.objects.exclude(device="").values("device").distinct().count() == 1
    clock(days=1)
    day.session.end = timezone.localdate()
    day.session.save()
    other = day.session.days.create(date=timezone.localdate())
    check_in(day=other, device=DEVICE, number=number)
    assert CheckIn.objects.values("device").distinct().count() == 2, "and nobody sees that it is the same"


def test_the_same_is_said_of_every_number_that_is_none_here(clock, trainer, day, arta, besim):
    elsewhere = ParticipationFactory(session=SessionFactory(created_by=trainer, start=day.date))
    gone = ParticipationFactory(session=day.session)
    numbers = ["", "ACDF 3479", number_for(elsewhere, trainer), number_for(gone, trainer)]
    withdraw(participation=gone, by=trainer)
    assert len({refused("number", day=day, number=number) for number in numbers}) == 1


def test_whoever_may_not_is_told_why(clock, trainer, officer, day, arta):
    refused("role", day=day, by=trainer)
    refused("roster", day=day, by=AccountFactory(roles=["officer"]))
    withdraw(participation=arta, by=trainer)
    assert "withdrawn" in refused("withdrawn", day=day, by=officer)


@pytest.mark.parametrize(
    ("status", "why"),
    [("planned", None), ("open", None), ("delivered", None), ("closed", "closed"), ("cancelled", "cancelled")],
)
def test_the_state_of_the_session_counts(clock, trainer, officer, day, arta, status, why):
    code = code_of(day, trainer)
    type(day.session).objects.update(status=status)
    day.session.refresh_from_db()
    if why is None:
        check_in(day=day, device=DEVICE, by=officer)
        return
    refused(why, day=day, by=officer)
    with pytest.raises(ValidationError) as refusal:
        scan(code)
    assert refusal.value.code == why


def test_a_scan_says_for_five_minutes_that_somebody_is_in_the_room(clock, day):
    scanned_at = timezone.now()
    clock(minutes=5)
    assert still_here(day.pk, scanned_at) == day
    clock(seconds=1)
    assert still_here(day.pk, scanned_at) is None


def test_a_scan_of_yesterday_is_of_no_use(clock, officer, day, arta):
    scanned_at = timezone.now() + timedelta(hours=12)
    clock(hours=12)
    assert still_here(day.pk, scanned_at) is None
    refused("day", day=day, by=officer)


def test_each_refusal_is_in_the_security_log_without_what_was_tried(clock, trainer, day, besim, caplog):
    number, security = number_for(besim, trainer), logging.getLogger("evidenca.security")
    security.addHandler(caplog.handler)
    refused("number", day=day, number="ACDF 3479")
    with pytest.raises(ValidationError):
        scan("ACDF34")
    check_in(day=day, device=DEVICE, number=number)
    security.removeHandler(caplog.handler)
    lines = [json.loads(record.getMessage()) for record in caplog.records]
    assert [(line["event"], line["why"]) for line in lines] == [("check-in refused", why) for why in ("number", "code")]
    assert "ACDF" not in caplog.text


# ---- confirming


def test_checked_in_alone_counts_nowhere_until_it_is_confirmed(clock, trainer, officer, session, day, arta, besim):
    check_in(day=day, device=DEVICE, by=officer)
    assert (Attendance.objects.count(), AttendanceEvent.objects.count()) == (0, 0)
    assert Participation.objects.get(pk=arta.pk).outcome == "registered"
    waiting = CheckIn.objects.visible_to(trainer).to_confirm(day)
    assert [one.participation for one in waiting] == [arta]
    assert confirm(session=session, day=day, participation_ids=[arta.pk, besim.pk], by=trainer) == [arta.pk]
    event = AttendanceEvent.objects.get()
    assert (event.after, event.way, event.by) == ("present", "code", trainer)
    assert Participation.objects.get(pk=arta.pk).outcome != "registered"
    assert not CheckIn.objects.to_confirm(day)


def test_whoever_is_marked_by_then_stays_as_they_are_and_an_undo_lets_them_wait_again(
    clock, trainer, officer, session, day, arta, besim
):
    check_in(day=day, device=DEVICE, by=officer)
    check_in(day=day, device=OTHER, number=number_for(besim, trainer))
    attendance.mark(session=session, day=day, participation_ids=[besim.pk], mark="absent", by=trainer)
    assert confirm(session=session, day=day, participation_ids=[arta.pk, besim.pk], by=trainer) == [arta.pk]
    assert Attendance.objects.get(participation=besim).mark == "absent"
    attendance.undo(session=session, day=day, by=trainer)
    assert [one.participation for one in CheckIn.objects.to_confirm(day)] == [arta]


def test_only_those_who_mark_confirm(clock, officer, other_trainer, session, day, arta):
    check_in(day=day, device=DEVICE, by=officer)
    for account in (officer, other_trainer):
        with pytest.raises(PermissionDenied):
            confirm(session=session, day=day, participation_ids=[arta.pk], by=account)
    assert not Attendance.objects.exists()


def test_it_takes_as_many_queries_for_one_person_as_for_three(clock, trainer, officer, session, day, arta):
    Account.objects.system()  # made when it is first needed

    def confirmed():
        give_numbers(session=session, by=trainer, anew=True)
        people = session.participations.order_by("pk")
        with CaptureQueriesContext(connection) as checking:
            scan(code_of(day, trainer))
            check_in(day=day, device=DEVICE, number=number_of(CheckInNumber.objects.get(participation=arta)))
        for one in people[1:]:
            check_in(day=day, device=f"{one.pk}", number=number_of(CheckInNumber.objects.get(participation=one)))
        with CaptureQueriesContext(connection) as confirming:
            confirm(session=session, day=day, participation_ids=[one.pk for one in people], by=trainer)
        assert Attendance.objects.count() == len(people)
        Attendance.objects.all().delete()
        CheckIn.objects.all().delete()
        return len(checking), len(confirming)

    one = confirmed()
    ParticipationFactory.create_batch(2, session=session)
    assert confirmed() == one


# ---- the sign-off


def test_who_was_not_confirmed_is_on_the_check_list(clock, trainer, officer, session, day, arta, besim):
    check_in(day=day, device=DEVICE, by=officer)
    sentence = f"{date_format(day.date, 'l j F')}: 1 person checked in by code, and nobody has confirmed it."
    assert sentence in [missing.sentence for missing in what_is_missing(session)]
    confirm(session=session, day=day, participation_ids=[arta.pk], by=trainer)
    assert "check_ins" not in [missing.check for missing in what_is_missing(session)]


def test_a_sign_off_takes_numbers_and_devices_away_and_keeps_who_checked_in(
    clock, trainer, administrator, officer, session, day, arta, besim
):
    check_in(day=day, device=DEVICE, number=number_for(besim, trainer))
    attendance.mark_all(session=session, day=day, mark="present", by=trainer)
    closed = sign_off(session=session, by=trainer)
    assert not CheckInNumber.objects.exists()
    assert list(CheckIn.objects.values_list("participation", "device")) == [(besim.pk, "")]
    for deed in (
        lambda: CheckIn.objects.update(at=timezone.now() + timedelta(hours=1)),
        lambda: CheckIn.objects.all().delete(),
        lambda: CheckIn.objects.create(participation=arta, day=day, way="log_in"),
        lambda: CheckInNumber.objects.create(participation=arta),
    ):
        with pytest.raises(IntegrityError, match="This session is signed off"), transaction.atomic():
            deed()
    reopen(session=closed, by=administrator, reason="A list turned up.")
    CheckIn.objects.all().delete()


def test_numbers_of_a_session_that_is_over_cannot_be_changed_even_if_some_are_left(trainer, session, besim):
    give_numbers(session=session, by=trainer)
    signed_off(session)
    for deed in (lambda: CheckInNumber.objects.update(sent_at=timezone.now()), CheckInNumber.objects.all().delete):
        with pytest.raises(IntegrityError, match="This session is signed off"), transaction.atomic():
            deed()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from(["log-in", "number", "wrong"]), st.integers(0, 2)),
        max_size=12,
    )
)
def test_whatever_is_tried_nobody_is_there_twice_and_no_device_is_two_people(trainer, session, day, tries):
    with transaction.atomic():
        people = [
            ParticipationFactory(session=session, person=PersonFactory(account=AccountFactory(roles=["officer"])))
            for _n in range(3)
        ]
        give_numbers(session=session, by=trainer)
        numbers = {one.participation_id: number_of(one) for one in CheckInNumber.objects.all()}
        of_device, of_person = {}, {}
        for device, how, which in tries:
            person = people[which]
            who = {
                "log-in": {"by": person.person.account},
                "number": {"number": numbers[person.pk]},
                "wrong": {"number": "ACDF3479"},
            }[how]
            expected = "number" if how == "wrong" else ""
            if device in of_device and (how == "wrong" or of_device[device] != person.pk):
                expected = "device"
            if expected:
                refused(expected, day=day, device=device, **who)
                continue
            answer = check_in(day=day, device=device, **who)
            assert answer.again == (person.pk in of_person)
            if not answer.again:
                of_device[device], of_person[person.pk] = person.pk, device
        assert set(CheckIn.objects.values_list("participation", flat=True)) == set(of_person)
        assert CheckIn.objects.values("device").distinct().count() == len(of_person)
        assert not Attendance.objects.exists()
        transaction.set_rollback(True)
