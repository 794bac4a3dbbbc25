"""Adding, changing and removing targets."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import ProjectFactory, TargetFactory
from training.choices import Measure
from training.models import Target, TrailEntry
from training.services.targets import add_target, change_target, remove_target

pytestmark = pytest.mark.django_db
PROMISE = {
    "measure": Measure.PEOPLE,
    "start": date(2026, 1, 1),
    "end": date(2026, 12, 31),
    "value": 80,
    "women_share": Decimal("33.33"),
}


@pytest.fixture
def project(manager):
    project = ProjectFactory()
    manager.projects.add(project)
    return project


def add(by, project, **other):
    return add_target(by=by, project=project, **{**PROMISE, **other})


def last_entry():
    return TrailEntry.objects.first()


def test_a_manager_adds_a_target_to_a_project_of_theirs(manager, project):
    target = add(manager, project)
    target.refresh_from_db()
    assert {name: getattr(target, name) for name in PROMISE} == PROMISE
    assert (last_entry().action, last_entry().by) == ("target added", manager)
    assert last_entry().records == {"target": [target.pk], "project": [project.pk]}


def test_changing_one_says_in_the_trail_which_fields_and_no_values(manager, project):
    target = add(manager, project)
    changed = change_target(target=target, by=manager, **{**PROMISE, "value": 90, "women_share": None})
    assert (changed.value, changed.women_share) == (90, None)
    assert (last_entry().action, last_entry().detail) == ("target changed", {"fields": ["value", "women_share"]})


def test_removing_one_leaves_its_id_in_the_trail(manager, project):
    target = add(manager, project)
    remove_target(target=target, by=manager)
    assert not Target.objects.exists()
    assert (last_entry().action, last_entry().records["target"]) == ("target removed", [target.pk])


def test_an_administrator_keeps_the_targets_of_every_project(administrator):
    target = add(administrator, ProjectFactory())
    remove_target(target=change_target(target=target, by=administrator, **PROMISE), by=administrator)
    assert not Target.objects.exists()


def test_a_manager_keeps_no_targets_of_other_projects(manager):
    target = TargetFactory()
    for change in (
        lambda: add(manager, target.project),
        lambda: change_target(target=target, by=manager, **PROMISE),
        lambda: remove_target(target=target, by=manager),
    ):
        with pytest.raises(PermissionDenied):
            change()
    assert Target.objects.get().value == target.value
    assert not TrailEntry.objects.exists()


@pytest.mark.parametrize("role", ["trainer", "coordinator", "auditor", "editor", "officer"])
def test_no_other_role_keeps_targets(role, request, project):
    account = request.getfixturevalue(role)
    account.projects.add(project)
    with pytest.raises(PermissionDenied):
        add(account, project)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("measure", "shoes"),
        ("end", date(2025, 12, 31)),
        ("value", 0),
        ("value", 10_000_001),
        ("women_share", Decimal(0)),
        ("women_share", Decimal(101)),
        ("women_share", Decimal("33.333")),
    ],
)
def test_what_no_target_can_be_is_refused_by_field(manager, project, field, value):
    with pytest.raises(ValidationError) as refusal:
        add(manager, project, **{field: value})
    assert list(refusal.value.message_dict) == [field]
    target = add(manager, project)
    with pytest.raises(ValidationError):
        change_target(target=target, by=manager, **{**PROMISE, field: value})
    target.refresh_from_db()
    assert getattr(target, field) == PROMISE[field]


def test_a_measure_has_one_target_in_a_period(manager, project):
    add(manager, project)
    with pytest.raises(ValidationError, match="already"):
        add(manager, project, value=3)
    other = add(manager, project, measure=Measure.PARTICIPATIONS)
    with pytest.raises(ValidationError, match="already"):
        change_target(target=other, by=manager, **PROMISE)
    assert Target.objects.count() == 2


def test_one_that_somebody_else_removed_is_not_there_to_change(manager, project):
    target = add(manager, project)
    Target.objects.all().delete()
    for change in (
        lambda: change_target(target=target, by=manager, **PROMISE),
        lambda: remove_target(target=target, by=manager),
    ):
        with pytest.raises(ValidationError, match="Somebody else removed"):
            change()
