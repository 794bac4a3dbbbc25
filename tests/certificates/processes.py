"""Commands as processes of their own, on the database of the tests: PostgreSQL's, or a copy of SQLite's as a file."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

ROOT = Path(__file__).parent.parent.parent


def database_url():
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    who = f"{told['USER']}:{quote(told['PASSWORD'])}@" if told["PASSWORD"] else f"{told['USER']}@"
    return f"postgres://{who}{told['HOST']}:{told['PORT']}/{told['NAME']}"


@pytest.fixture
def start(together, tmp_path, settings):
    """Starts `manage.py` with these words. What is written before the first start is what the processes find."""
    running = []

    def begin(*words, **more):
        if not running:
            together.begin()
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "project.settings.dev",
            "DATABASE_URL": database_url(),
            "DATA_DIR": str(tmp_path),
            "CERTIFICATE_KEYS": str(settings.CERTIFICATE_KEYS),
            "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
            **more,
        }
        command = [sys.executable, "manage.py", *words]
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()
