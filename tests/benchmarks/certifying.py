"""Issuing certificates: laid out with a template's pictures, QR code and signature (EC P-256), stored. Alone, and by
two processes at once.

As a module it is one of the processes: `python -m tests.benchmarks.certifying` gets ready, says so, and for each line
on its standard input, the key of a session, issues there and prints the seconds it took.
"""

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from tests.benchmarks.measuring import Figure, Run

if TYPE_CHECKING:
    from certificates.models import CertificateTemplate
    from training.models import Session

PEOPLE, TOGETHER, ROUNDS = 60, 20, 5
NAMES = (("Анѓа", "Ќерамидска-Тест"), ("Shkëlzen", "Çeliku-Testi"), ("Đurđa", "Džepić-Test"), ("Ђорђе", "Џбунић-Тест"))


def figures(run: Run) -> list[Figure]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    people = run.rounds(PEOPLE)
    template = _template()
    alone = max(_milliseconds(template, layout, people) for layout in ("landscape", "portrait"))
    session = session_of("bench-certificates-nobody", 1)
    issue(session)
    with CaptureQueriesContext(connection) as nobody:
        issue(session)
    others = session_of("bench-certificates-queries", 10)
    with CaptureQueriesContext(connection) as ten:
        issue(others)
    note = f"processor time of one of {people}, with logos, signatures, QR code and signature, stored"
    rounds, together = run.rounds(ROUNDS), run.rounds(TOGETHER)
    best = f"two processes at once against one, the best of {rounds} rounds each"
    return [
        Figure("certificate_ms", alone, "ms", note),
        Figure("certificate_queries", (len(ten) - len(nobody)) / 10, "queries", "of one more in a session"),
        Figure("certificate_two_workers", _two_against_one(rounds, together), "times", best),
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
    told = {"topic": Topic.objects.first(), "project": Project.objects.first(), "status": SessionStatus.DELIVERED}
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
    session.status = SessionStatus.CLOSED  # last: from here on nothing changes in it
    session.save(update_fields=["status"])
    return session


def _template() -> "CertificateTemplate":
    """The default: two logos, two signatories with scanned signatures."""
    from certificates.models import CertificateTemplate, TemplateLogo, TemplateSignatory

    template = CertificateTemplate.objects.create(name="Benchmark", is_default=True)
    for number in range(2):
        TemplateLogo.objects.create(template=template, name="An agency", picture=_picture(number, (1200, 480)))
        TemplateSignatory.objects.create(
            template=template, name="Ana Petrović-Test", function="Head", picture=_picture(number + 2, (900, 300))
        )
    return template


def _picture(seed: int, size: tuple[int, int]) -> str:
    """As a logo is: areas of few colours with edges between them."""
    from PIL import Image, ImageDraw

    from certificates.pictures import keep, read_upload

    out, picture = io.BytesIO(), Image.new("RGB", size, "white")
    drawn = ImageDraw.Draw(picture)
    for step in range(24):
        place = (step * 37 + seed * 11) % size[0]
        drawn.ellipse((place, step * 9, place + 160, step * 9 + 160), fill=(step * 9, 90 + seed * 20, 200 - step * 6))
    picture.save(out, "PNG")
    found = read_upload(out.getvalue())
    keep(found)
    return found


def _milliseconds(template: "CertificateTemplate", layout: str, people: int) -> float:
    template.layout = layout
    template.save()
    issue(session_of(f"bench-certificates-warm-{layout}", 1))
    session = session_of(f"bench-certificates-{layout}", people)
    started = process_time()
    issue(session)
    return (process_time() - started) / people * 1000


def _two_against_one(rounds: int, people: int) -> float:
    """How many times as many certificates a second two processes issue, each in a session of its own.

    In turn, and the best of each: whatever else the machine does can only take time away.
    """
    alone, both = [], []
    with _worker() as one, _worker() as other:
        for number in range(rounds):
            keys = [session_of(f"bench-certificates-{name}-{number}", people).key for name in ("a", "b", "c")]
            alone.append(_seconds([(one, keys[0])]))
            both.append(_seconds([(one, keys[1]), (other, keys[2])]))
    return 2 * min(alone) / min(both)


@contextmanager
def _worker() -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-m", "tests.benchmarks.certifying"]
    # In a session of its own, as workers run that are services: on a busy machine Linux gives each session its share.
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
    worker.stdout.readline()
    try:
        yield worker
    finally:
        worker.communicate()


def _seconds(work: list[tuple[subprocess.Popen, str]]) -> float:
    """Until the slowest is done."""
    for worker, key in work:
        worker.stdin.write(f"{key}\n")
        worker.stdin.flush()
    return max(float(worker.stdout.readline()) for worker, _key in work)


def _work() -> None:
    import os

    import django

    django.setup()
    from training.models import Session

    issue(session_of(f"bench-certificates-warm-{os.getpid()}", 1))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        started = perf_counter()
        issue(Session.objects.get(key=line.strip()))
        sys.stdout.write(f"{perf_counter() - started}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _work()
