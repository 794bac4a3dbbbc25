"""Two who freeze at the same moment get the next two numbers: real threads, on PostgreSQL and on a SQLite file."""

import pytest

from tests.factories import AccountFactory
from tests.together import asked
from training.models import FrozenReport, TrailEntry
from training.services.reports import freeze_report, save_report
from training.services.roles import ensure_roles

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def managers():
    ensure_roles()
    return [AccountFactory(email=f"manager{n}@example.org", roles=["manager"]) for n in range(2)]


def report_of(manager):
    question = {"title": "Women and men", "address": "rows=sex&columns="}
    return save_report(by=manager, title="Report", audience="internal", threshold=5, questions=[question])


def numbers():
    return list(FrozenReport.objects.order_by("number").values_list("number", "document__number"))


def test_the_first_reports_of_a_year_frozen_at_once_are_numbered_without_a_gap(together, managers):
    reports = [report_of(manager) for manager in managers]
    together.begin()

    def thrice(by, report):
        return [freeze_report(by=by, report=report).label for _again in range(3)]

    labels, errors = together(
        lambda: thrice(managers[0], reports[0]),
        lambda: thrice(managers[1], reports[1]),
    )
    assert errors == []
    assert len({*labels[0], *labels[1]}) == 6
    found = asked(numbers)
    assert [number for number, _label in found] == [1, 2, 3, 4, 5, 6]
    assert sorted([*labels[0], *labels[1]]) == [label for _number, label in found], "each document carries its number"
    assert asked(TrailEntry.objects.filter(action="report frozen").count) == 6


def test_a_form_sent_twice_at_once_freezes_once(together, managers):
    report = report_of(managers[0])
    together.begin()

    def freeze():
        return freeze_report(by=managers[0], report=report, seen=0)

    _results, errors = together(freeze, freeze)
    assert [error.messages[0].startswith("It was frozen meanwhile") for error in errors] == [True]
    assert asked(FrozenReport.objects.count) == 1
