"""Issuing certificates: laid out, with QR code and signature (EC P-256), stored. Alone, and with two processes at once.

As a module it is one of the processes: `python -m tests.benchmarks.certifying SESSION` gets ready, says so, waits for a
line on its standard input, issues, and prints the seconds it took.
"""

import subprocess
import sys
from datetime import date
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from tests.benchmarks.measuring import Figure, Run

if TYPE_CHECKING:
    from training.models import Session

PEOPLE = 60
NAMES = (("Анѓа", "Ќерамидска-Тест"), ("Shkëlzen", "Çeliku-Testi"), ("Đurđa", "Džepić-Test"), ("Ђорђе", "Џбунић-Тест"))


def figures(run: Run) -> list[Figure]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    people = run.rounds(PEOPLE)
    issue(session_of("bench-certificates-warm", 1))
    session = session_of("bench-certificates", people)
    started = process_time()
    issue(session)
    alone = (process_time() - started) / people * 1000
    with CaptureQueriesContext(connection) as nobody:
        issue(session)
    others = session_of("bench-certificates-queries", 10)
    with CaptureQueriesContext(connection) as ten:
        issue(others)
    return [
        Figure("certificate_ms", alone, "ms", f"processor time of one of {people}, with QR code and signature, stored"),
        Figure("certificate_queries", (len(ten) - len(nobody)) / 10, "queries", "of one more in a session"),
        Figure("certificate_two_workers", _two_against_one(people), "times", "two processes at once against one"),
    ]


def issue(session: "Session") -> None:
    from certificates.services.issuing import issue_session
    from training.models import Account

    done = issue_session(session=session, by=Account.objects.system())
    if done.failed:
        raise AssertionError(done.failed[0][1])


def session_of(key: str, people: int) -> "Session":
    """A signed-off session that so many people completed."""
    from training.choices import Outcome, SessionStatus
    from training.models import Jurisdiction, Participation, Person, Project, Session, SessionDay, Topic

    day = date(2026, 5, 13)
    told = {"topic": Topic.objects.first(), "project": Project.objects.first(), "status": SessionStatus.CLOSED}
    session = Session.objects.create(key=key, title="Benchmark", start=day, end=day, place="Skopje", **told)
    SessionDay.objects.create(session=session, date=day)
    place = Jurisdiction.objects.get(code="MK")
    made = Person.objects.bulk_create(
        Person(given_name=given, family_name=family, jurisdiction=place).derive_keys()
        for given, family in (NAMES[number % len(NAMES)] for number in range(people))
    )
    Participation.objects.bulk_create(
        Participation(session=session, person=one, jurisdiction=place, outcome=Outcome.COMPLETED, days_attended=1)
        for one in made
    )
    return session


def _two_against_one(people: int) -> float:
    """How many times as many certificates a second two processes issue, each in a session of its own."""
    one = _seconds([session_of("bench-certificates-one", people).key])
    two = _seconds([session_of(f"bench-certificates-two-{number}", people).key for number in (1, 2)])
    return 2 * one / two


def _seconds(keys: list[str]) -> float:
    """Until the slowest is done."""
    command = [sys.executable, "-m", "tests.benchmarks.certifying"]
    workers = [
        subprocess.Popen([*command, key], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for key in keys
    ]
    for worker in workers:
        worker.stdout.readline()
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return max(float(worker.communicate()[0]) for worker in workers)


def _work(key: str) -> None:
    import django

    django.setup()
    from training.models import Session

    issue(session_of(f"{key}-warm", 1))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    started = perf_counter()
    issue(Session.objects.get(key=key))
    sys.stdout.write(f"{perf_counter() - started}\n")


if __name__ == "__main__":
    _work(sys.argv[1])
