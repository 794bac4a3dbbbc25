"""What devices in the room cost: sixty marks through the sync endpoint, beside a view that does the least."""

from itertools import cycle

from django.test import override_settings
from django.utils import timezone

from tests.benchmarks.devices import Sending
from tests.benchmarks.measuring import Figure, Run, medians
from tests.benchmarks.pages import client_of_the_trainer, session_with
from training.choices import Mark
from training.models import AttendanceEvent

BATCH = 60


@override_settings(ROOT_URLCONF="tests.benchmarks.bare")
def figures(run: Run) -> list[Figure]:
    phone, session = Sending(client_of_the_trainer()), session_with(BATCH)
    day = session.days.get(date=timezone.localdate())
    ids = list(session.participations.values_list("pk", flat=True))
    marks, told = cycle([("", Mark.PRESENT), (Mark.PRESENT, Mark.LATE)]), [""]

    def prepare() -> None:
        """Outside what is measured: a batch is written on the device, and the history is as long in every round."""
        AttendanceEvent.objects.filter(day=day).delete()
        told[0] = phone.batch(ids, *next(marks))

    ours, theirs = medians(
        lambda: phone.post("sync", [session.key, day.date], told[0]),
        lambda: phone.post("bare_bulk_create", [day.pk], told[0]),
        rounds=run.rounds(60),
        before=prepare,
    )
    if day.attendance.filter(mark__in=Mark.there()).count() != BATCH:
        raise AssertionError("The sync endpoint did not mark sixty people.")
    note = f"sync {BATCH / ours:.0f} marks a second, a view with one bulk_create {BATCH / theirs:.0f}"
    return [Figure("sync_ratio", ours / theirs, "times", note)]
