"""A database of the benchmarks' own: made, used, dropped."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit


@contextmanager
def own_database(folder: Path) -> Iterator[None]:
    """Django set up on an empty register with the facts and the demo data in it. `folder` keeps what lies in files."""
    given = os.environ.get("DATABASE_URL", "")
    with _on_postgresql(given) if given.startswith("postgres") else _on_sqlite(folder) as url:
        os.environ |= {"DATABASE_URL": url, "DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "project.settings.dev"}
        import django  # reads the settings, which read the environment

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from project.static_files import collect_if_changed

        call_command("migrate", interactive=False, verbosity=0)
        collect_if_changed()
        with Path(os.devnull).open("w") as nowhere:
            call_command("load_roadmap", stdout=nowhere)
            call_command("load_demo", stdout=nowhere)
        try:
            yield
        finally:
            connection.close()


@contextmanager
def _on_sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'bench.sqlite3'}"


@contextmanager
def _on_postgresql(given: str) -> Iterator[str]:
    import psycopg

    name = f"evidenca_bench_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
