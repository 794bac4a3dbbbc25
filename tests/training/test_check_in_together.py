"""Phones that check in at the same moment: real threads, on PostgreSQL and on a SQLite file."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.factories import AccountFactory, ParticipationFactory, SessionFactory
from tests.together import asked
from training.models import Attendance, CheckIn, CheckInNumber
from training.services.attendance import mark_all
from training.services.check_in import check_in, confirm
from training.services.check_in_numbers import give_numbers, number_of
from training.services.closing import sign_off
from training.services.roles import ensure_roles

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def trainer():
    ensure_roles()
    return AccountFactory(email="trainer@example.org", roles=["trainer"])


@pytest.fixture
def day(trainer):
    return SessionFactory(created_by=trainer, start=timezone.localdate()).days.get()


@pytest.fixture
def numbers(day, trainer):
    people = ParticipationFactory.create_batch(6, session=day.session)
    give_numbers(session=day.session, by=trainer)
    return [number_of(CheckInNumber.objects.get(participation=one)) for one in people]


def test_one_number_on_many_phones_is_there_once(together, day, numbers):
    together.begin()
    tries = [lambda n=n: check_in(day=day, device=f"phone {n}", number=numbers[0]) for n in range(4)]
    results, errors = together(*tries)
    assert errors == []
    assert sorted(result.again for result in results) == [False, True, True, True]
    assert asked(CheckIn.objects.count) == 1


def test_many_numbers_on_one_phone_are_one_person(together, day, numbers):
    together.begin()
    results, errors = together(*(lambda n=n: check_in(day=day, device="phone", number=n) for n in numbers[:4]))
    assert [error.code for error in errors] == ["device"] * 3
    assert len([result for result in results if result]) == 1
    assert asked(CheckIn.objects.count) == 1


def test_a_whole_row_at_once_is_all_there_and_confirmed_once(together, day, numbers, trainer):
    together.begin()
    tries = [lambda n=n, one=one: check_in(day=day, device=f"phone {n}", number=one) for n, one in enumerate(numbers)]
    _results, errors = together(*tries)
    assert errors == []
    ids = asked(lambda: list(CheckIn.objects.values_list("participation", flat=True)))
    assert len(ids) == 6
    all_of_them = {"session": day.session, "day": day, "participation_ids": ids, "by": trainer}
    results, errors = together(lambda: confirm(**all_of_them), lambda: confirm(**all_of_them))
    assert errors == []
    assert sorted(map(len, results)) == [0, 6]
    assert asked(Attendance.objects.filter(way="code").count) == 6


def test_a_sign_off_and_a_phone_at_the_same_moment_leave_no_open_check_in(together, day, numbers, trainer):
    mark_all(session=day.session, day=day, mark="present", by=trainer)
    together.begin()
    _results, errors = together(
        lambda: sign_off(session=day.session, by=trainer),
        lambda: check_in(day=day, device="phone", number=numbers[0]),
    )
    assert all(isinstance(error, ValidationError) and error.code == "closed" for error in errors)
    assert asked(CheckInNumber.objects.count) == 0
    assert asked(CheckIn.objects.exclude(device="").count) == 0
