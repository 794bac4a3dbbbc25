"""Settings come from the environment: production refuses what is unsafe and says why; SQLite serves several users."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, transaction
from django.db.utils import ConnectionHandler

from project import env

ROOT = Path(__file__).parent.parent.parent
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "project.settings.production",
    "SECRET_KEY": "kJ8w2_Rz5vQn7Lx0Tb4Yc9Ud3Ha6Gf1SePiOmWq-XyZrBtNsVl",
    "ALLOWED_HOSTS": "evidenca.example.org",
    "BASE_URL": "https://evidenca.example.org",
}


def manage(*arguments, environment):
    """Run manage.py in an environment that holds nothing else of ours."""
    ours = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-W", "error::Warning", "manage.py", *arguments],
        cwd=ROOT,
        env=ours | environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS is '*'"),
        ({"BASE_URL": ""}, "BASE_URL is not set"),
        ({"BASE_URL": "http://evidenca.example.org"}, "starts with https://"),
        ({"DATABASE_URL": "mysql://db/evidenca"}, "DATABASE_URL starts with 'mysql'"),
        ({"RETAIN_PEOPLE_DAYS": "0"}, "it takes a number of days, at least 1"),
        ({"EMAIL_PORT": "smtp"}, "EMAIL_PORT is 'smtp'; it takes a whole number"),
        ({"TASK_BACKEND": "celery"}, "TASK_BACKEND is 'celery'; it takes immediate, database"),
        ({"SECURE_SSL_REDIRECT": "perhaps"}, "SECURE_SSL_REDIRECT is 'perhaps'"),
    ],
)
def test_production_refuses_to_start_and_says_why(change, reason, tmp_path):
    done = manage("check", environment=PRODUCTION | {"DATA_DIR": str(tmp_path)} | change)
    assert done.returncode != 0
    assert reason in done.stderr


def test_production_passes_the_deployment_check_clean(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", environment=PRODUCTION | {"DATA_DIR": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_production_makes_no_key_of_its_own(tmp_path):
    manage("check", environment=PRODUCTION | {"DATA_DIR": str(tmp_path), "SECRET_KEY": ""})
    assert list(tmp_path.iterdir()) == []


def test_an_own_machine_makes_its_key_once_and_keeps_it_to_its_owner(tmp_path):
    for _start in range(2):
        done = manage("check", environment={"DATA_DIR": str(tmp_path)})
        assert done.returncode == 0, done.stderr
    key = tmp_path / "secret-key"
    assert len(key.read_text()) >= 50
    assert key.stat().st_mode & 0o777 == 0o600


def connections_to(path, **options):
    entry = env.sqlite(str(path))
    entry["OPTIONS"] |= options
    return ConnectionHandler({"default": entry})


@pytest.fixture
def file_database(tmp_path, django_db_blocker):
    with django_db_blocker.unblock():
        handler = connections_to(tmp_path / "file.sqlite3")
        yield handler["default"]
        handler.close_all()


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("synchronous", 1)])
def test_sqlite_is_opened_for_several_processes(file_database, pragma, value):
    with file_database.cursor() as cursor:
        assert cursor.execute(f"PRAGMA {pragma}").fetchone() == (value,)


def test_sqlite_takes_the_write_lock_when_a_transaction_starts(file_database, tmp_path):
    other = connections_to(tmp_path / "file.sqlite3", timeout=0)["default"]
    begin = transaction.Atomic(using="default", savepoint=True, durable=False)
    assert begin is not None
    file_database.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    try:
        with pytest.raises(OperationalError, match="locked"):
            other.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    finally:
        file_database.rollback()
        file_database.set_autocommit(True)
        other.close()


def test_a_path_with_odd_letters_stays_the_path_it_was(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert env.database("DATABASE_URL", "sqlite:////srv/data%231/a%20b.sqlite3")["NAME"] == "/srv/data#1/a b.sqlite3"


def test_a_postgresql_address_is_read_with_its_options(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://ana:p%40ss@db.example.org:5433/evidenca?sslmode=require")
    entry = env.database("DATABASE_URL", "")
    assert {name: entry[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")} == {
        "NAME": "evidenca",
        "USER": "ana",
        "PASSWORD": "p@ss",
        "HOST": "db.example.org",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize(("written", "read"), [("1", True), ("Yes", True), ("off", False), ("", False)])
def test_a_flag_is_a_yes_or_a_no(monkeypatch, written, read):
    monkeypatch.setenv("BEHIND_PROXY", written)
    assert env.flag("BEHIND_PROXY", default=not read) is read


def test_a_flag_that_is_neither_is_refused(monkeypatch):
    monkeypatch.setenv("BEHIND_PROXY", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="BEHIND_PROXY is 'perhaps'"):
        env.flag("BEHIND_PROXY", default=False)


def test_env_example_lists_every_variable_that_is_read_and_no_other():
    reads = re.compile(r"""env\.(?:text|flag|number|days|words|one_of|database)\(\s*["']([A-Z_]+)["']""")
    sources = [
        path
        for package in ("project", "training", "elearning", "certificates")
        for path in ROOT.glob(f"{package}/**/*.py")
    ]
    read = {name for path in sources for name in reads.findall(path.read_text())}
    example = (ROOT / ".env.example").read_text()
    listed = set(re.findall(r"^#?([A-Z_]+)=", example, flags=re.MULTILINE))
    assert listed - read == {"DJANGO_SETTINGS_MODULE", "PORT"}
    assert read - listed == set()
