"""`make run` prepares the site: the first time it loads everything, later it touches nothing a person has changed."""

from io import StringIO

import pytest
from django.core.management import call_command

from training.models import Account, Project, Session

ROLES = ["administrator", "coordinator", "manager", "trainer", "editor", "auditor", "officer"]


@pytest.fixture
def prepare(db, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = []

    def run():
        output = StringIO()
        call_command("prepare", stdout=output)
        return output.getvalue()

    return run


def test_it_loads_the_facts_and_the_demo_data_and_prints_a_login_for_each_role(prepare):
    output = prepare()
    assert all(f"{role}@demo.example" in output for role in ROLES)
    assert Project.objects.filter(key="cpiat").exists()
    assert Session.objects.filter(project__is_demo=True).exists()


def test_a_second_start_prints_the_logins_and_leaves_what_was_changed(prepare):
    prepare()
    Project.objects.filter(key="cpiat").update(title="As a person wrote it")
    counted = Session.objects.count(), Account.objects.count()
    output = prepare()
    assert all(f"{role}@demo.example" in output for role in ROLES)
    assert Project.objects.get(key="cpiat").title == "As a person wrote it"
    assert (Session.objects.count(), Account.objects.count()) == counted


def test_demo_data_that_somebody_removed_do_not_come_back(prepare):
    prepare()
    call_command("remove_demo", stdout=StringIO())
    output = prepare()
    assert "not loaded again" in output
    assert not Session.objects.filter(project__is_demo=True).exists()
