"""Work at the same moment: real threads with connections of their own, on PostgreSQL and on a SQLite file."""

import sqlite3
import threading

import pytest
from django.db import connection


def in_thread(work):
    """What `work` returns or raises, from a thread with a connection of its own."""
    outcome = {}

    def run():
        try:
            outcome["result"] = work()
        except Exception as error:
            outcome["error"] = error
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


@pytest.fixture
def together(tmp_path):
    """Runs pieces of work at the same moment. A SQLite database in memory is first copied into a file, as in use."""
    name = connection.settings_dict["NAME"]

    def run(*works):
        barrier = threading.Barrier(len(works))

        def at_once(work):
            barrier.wait()
            return work()

        running = [in_thread(lambda work=work: at_once(work)) for work in works]
        for thread, _outcome in running:
            thread.join()
        errors = [outcome["error"] for _thread, outcome in running if "error" in outcome]
        return [outcome.get("result") for _thread, outcome in running], errors

    def copied():
        if connection.vendor == "sqlite" and connection.is_in_memory_db():
            file = sqlite3.connect(tmp_path / "together.sqlite3")
            connection.connection.backup(file)
            # Going over to WAL waits for nobody, so two first connections to a fresh file could not do it at once.
            file.execute("PRAGMA journal_mode=WAL")
            file.close()
            connection.settings_dict["NAME"] = str(tmp_path / "together.sqlite3")

    run.begin = copied
    yield run
    connection.settings_dict["NAME"] = name


def asked(work):
    """The answer of the database the threads work on."""
    thread, outcome = in_thread(work)
    thread.join()
    if "error" in outcome:
        raise outcome["error"]
    return outcome["result"]
