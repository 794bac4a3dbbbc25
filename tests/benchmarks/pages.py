"""The session page and the day register, through Django's test client and every middleware."""

from datetime import timedelta
from itertools import cycle

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.benchmarks.devices import Sending, ok
from tests.benchmarks.measuring import Figure, Run, medians, process_time
from training.choices import Mark, SessionStatus
from training.models import (
    Account,
    Attendance,
    AttendanceEvent,
    Person,
    Project,
    Session,
    SessionDay,
    Topic,
)
from training.permissions import RoleName
from training.services.attendance import mark
from training.services.outcomes import recompute
from training.services.registering import Registration, register_many

TRAINER = f"{RoleName.TRAINER}@demo.example"


@override_settings(ROOT_URLCONF="tests.benchmarks.bare")
def figures(run: Run) -> list[Figure]:
    return [*_of_the_session_page(run), _sixty_marks(run), _one_mark(run)]


def client_of_the_trainer() -> Client:
    client = Client(SERVER_NAME="localhost", raise_request_exception=True)
    client.force_login(Account.objects.get(email=TRAINER))
    return client


def session_with(people: int) -> Session:
    """An open session of three days around today with so many people, a trainer's own."""
    today, system = timezone.localdate(), Account.objects.system()
    session = Session.objects.create(
        key=f"bench-{people}-people-{Session.objects.count()}",
        title=f"Benchmark with {people} people",
        topic=Topic.objects.first(),
        project=Project.objects.filter(is_demo=True).first(),
        status=SessionStatus.OPEN,
        start=today - timedelta(days=1),
        end=today + timedelta(days=1),
    )
    SessionDay.objects.bulk_create(SessionDay(session=session, date=today + timedelta(days=n)) for n in (-1, 0, 1))
    session.trainers.add(Account.objects.get(email=TRAINER))
    demo = Person.objects.filter(is_demo=True).select_related("jurisdiction", "institution").order_by("pk")[:people]
    register_many(session=session, registrations=[Registration(person=person) for person in demo], by=system)
    yesterday = session.days.first()
    ids = list(session.participations.values_list("pk", flat=True))
    mark(session=session, day=yesterday, participation_ids=ids, mark=Mark.PRESENT, by=system)
    return session


def _of_the_session_page(run: Run) -> list[Figure]:
    client = client_of_the_trainer()
    address = {people: session_with(people).get_absolute_url() for people in (10, 60, 300)}
    found = [
        Figure(f"session_queries_{people}", _queries(client, address[people]), "queries", f"{people} participants")
        for people in (10, 300)
    ]
    seconds = medians(lambda: ok(client.get(address[60])), rounds=run.rounds(25), clock=process_time)[0]
    return [*found, Figure("session_cpu_ms", seconds * 1000, "ms", "processor time, 60 participants")]


def _queries(client: Client, address: str) -> int:
    ok(client.get(address))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ok(client.get(address))
    return len(queries)


def _sixty_marks(run: Run) -> Figure:
    phone, session = Sending(client_of_the_trainer()), session_with(60)
    day = session.days.get(date=timezone.localdate())
    ids = list(session.participations.values_list("pk", flat=True))
    told: list[str] = []

    def clear() -> None:
        AttendanceEvent.objects.filter(day=day).delete()
        Attendance.objects.filter(day=day).delete()
        recompute(session)
        told[:] = [phone.batch(ids, "", Mark.PRESENT)]

    def send() -> None:
        phone.post("sync", [session.key, day.date], told[0])

    seconds = medians(send, rounds=run.rounds(25), clock=process_time, before=clear)[0]
    if Attendance.objects.filter(day=day, mark=Mark.PRESENT).count() != 60:
        raise AssertionError("The request did not mark 60 people.")
    return Figure("attendance_60_cpu_ms", seconds * 1000, "ms", "processor time, 60 people marked in one request")


def _one_mark(run: Run) -> Figure:
    phone, session = Sending(client_of_the_trainer()), session_with(60)
    day = session.days.get(date=timezone.localdate())
    pk = session.participations.values_list("pk", flat=True).first()
    standing = session.participations.first().attendance.first()
    bare = reverse("bare_update", args=[standing.pk])
    ours, theirs = cycle([Mark.PRESENT.value, Mark.LATE.value]), cycle([Mark.PRESENT.value, Mark.LATE.value])
    tap, update = medians(
        lambda: phone.post("sync", [session.key, day.date], phone.batch([pk], "", next(ours))),
        lambda: ok(phone.client.post(bare, {"mark": next(theirs)})),
        rounds=run.rounds(60),
    )
    note = f"a tap {tap * 1000:.1f} ms, a view with one UPDATE {update * 1000:.1f} ms"
    return Figure("mark_ratio", tap / update, "times", note)
