"""A progress list as a file: 1,200 people over nine sessions, through Django's test client and every middleware."""

from datetime import date, timedelta

from django.test import Client
from django.urls import reverse

from tests.benchmarks.measuring import Figure, Run, medians
from training.choices import Outcome, SessionKind, SessionStatus
from training.models import Account, Participation, Person, Project, Session, Topic
from training.permissions import RoleName

PEOPLE, ITEMS = 1200, 9
OUTCOMES = [Outcome.COMPLETED, Outcome.COMPLETED, Outcome.ATTENDED, Outcome.ABSENT]


def figures(run: Run) -> list[Figure]:
    client = Client(SERVER_NAME="localhost", raise_request_exception=True)
    client.force_login(Account.objects.get(email=f"{RoleName.MANAGER}@demo.example"))
    address = reverse("progress_csv", args=["series", _series().key])
    lines = client.get(address).content.count(b"\r\n")
    if lines != PEOPLE + 1:
        raise AssertionError(f"The file has {lines} lines for {PEOPLE} people.")
    seconds = medians(lambda: client.get(address), rounds=run.rounds(9))[0]
    return [Figure("progress_csv_s", seconds, "s", f"{PEOPLE} people over {ITEMS} items, as a CSV")]


def _series() -> Session:
    """A series of the demo manager's own project with everybody on each of its rosters."""
    manager = Account.objects.get(email=f"{RoleName.MANAGER}@demo.example")
    project = Project.objects.filter(managers=manager).first()
    told = {"topic": Topic.objects.first(), "project": project, "status": SessionStatus.DELIVERED}
    series = Session.objects.create(key="bench-progress", title="Benchmark", kind=SessionKind.SERIES, **told)
    days = [date(2026, 2, 2) + timedelta(weeks=n) for n in range(ITEMS)]
    items = Session.objects.bulk_create(
        Session(key=f"bench-progress-{n}", title=f"Item {n}", parent=series, start=day, end=day, **told)
        for n, day in enumerate(days, 1)
    )
    people = list(Person.objects.filter(is_demo=True).order_by("pk")[:PEOPLE])
    Participation.objects.bulk_create(
        (
            Participation(
                session=item,
                person=person,
                jurisdiction_id=person.jurisdiction_id,
                institution_id=person.institution_id,
                outcome=OUTCOMES[(person.pk + item.pk) % len(OUTCOMES)],
            )
            for item in items
            for person in people
        ),
        batch_size=1000,
    )
    return series
