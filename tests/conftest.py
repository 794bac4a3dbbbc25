"""The cast every test may call on: one account for each role, and a stranger beside the trainer."""

import importlib
import io

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings

from project import catalogues
from tests.factories import AccountFactory

pytest_plugins = ["tests.programs", "tests.iati_schemas", "tests.together", "tests.certificates.processes"]


def pytest_configure():
    """The suite runs in a checkout nothing was installed in, too."""
    catalogues.compile_all()


def _cast(name, role):
    @pytest.fixture(name=name)
    def account(db):
        return AccountFactory(email=f"{name.replace('_', '-')}@example.org", roles=[role])

    return account


administrator = _cast("administrator", "administrator")
coordinator = _cast("coordinator", "coordinator")
manager = _cast("manager", "manager")
trainer = _cast("trainer", "trainer")
other_trainer = _cast("other_trainer", "trainer")
editor = _cast("editor", "editor")
auditor = _cast("auditor", "auditor")
officer = _cast("officer", "officer")


@pytest.fixture
def client_of():
    """A logged-in test client for an account: `client_of(trainer).get(...)`."""

    def log_in(account):
        client = Client()
        client.force_login(account)
        return client

    return log_in


@pytest.fixture(scope="module")
def published(django_db_setup, django_db_blocker):
    """The published facts, loaded once for all tests of a module; what a test changes is gone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_roadmap", stdout=io.StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The databases of the suite. PostgreSQL drops none that somebody is connected to, so what is left is ended first:
    a thread of the tests' server may still be closing down when the last test of its process is over."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session", autouse=True)
def signing_keys(tmp_path_factory):
    """Keys of the suite's own; a test of keys takes a folder to itself."""
    with override_settings(CERTIFICATE_KEYS=tmp_path_factory.mktemp("keys")):
        yield


GUARDS = [
    importlib.import_module(name)
    for name in (
        "training.migrations.0004_trail",
        "training.migrations.0007_frozen_reports",
        "certificates.migrations.0006_renewal",
        "training.migrations.0013_signed_off",
        "training.migrations.0014_sign_offs",
        "training.migrations.0016_check_in",
        "training.migrations.0017_paper",
    )
]
UNGUARDED = pytest.StashKey()


@pytest.fixture(autouse=True)
def guarded_tables_that_can_be_emptied(request):
    """A test that commits is cleaned up by emptying every table, which the guards of what stays would refuse."""
    marker = request.node.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction"))
    if not commits and not {"transactional_db", "live_server"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("transactional_db")
    request.node.stash[UNGUARDED] = request.getfixturevalue("django_db_blocker")
    yield
    with connection.schema_editor() as editor:
        for guard in GUARDS:
            guard.unguard(None, editor)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Once the tables are empty, the guards stand again. After the last test there is no database but a kept one."""
    yield
    if UNGUARDED in item.stash and (nextitem is not None or item.config.getvalue("reuse_db")):
        with item.stash[UNGUARDED].unblock(), connection.schema_editor() as editor:
            for guard in GUARDS:
                guard.guard(None, editor)
