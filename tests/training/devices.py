"""Devices in a room, for tests: each keeps marks with its own clock and sends them when it likes."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from training.services import syncing
from training.services.walk_ins import Typed


@dataclass
class Phone:
    """A device whose clock is `off` by so much."""

    off: timedelta = timedelta()
    id: uuid.UUID = field(default_factory=uuid.uuid4)

    def tap(self, whose, mark, at, *, before="", **more):
        """A mark given at this moment of the real time."""
        whose = getattr(whose, "pk", whose)
        batch = more.pop("batch", None) or uuid.uuid4()
        nonce = more.pop("nonce", None) or uuid.uuid4()
        return syncing.Tap(nonce=nonce, whose=whose, before=before, mark=mark, at=at + self.off, batch=batch, **more)

    def typed(self, given, family, at, *, sex="F", institution=""):
        names = {"given_name": given, "family_name": family, "sex": sex, "institution_name": institution}
        return Typed(nonce=uuid.uuid4(), at=at + self.off, **names)

    def send(self, day, by, *taps, walk_ins=(), now=None):
        """What the service makes of a request that arrives at once."""
        now = now or timezone.now()
        device = syncing.Device(self.id, now + self.off, now)
        return syncing.take(session=day.session, day=day, device=device, taps=taps, walk_ins=walk_ins, by=by)

    def request(self, account, *taps, walk_ins=()):
        """The same as a device writes it."""
        return {
            "account": account.pk,
            "device": str(self.id),
            "sent_at": (timezone.now() + self.off).isoformat(),
            "taps": [written(tap) for tap in taps],
            "walk_ins": [
                {
                    "nonce": str(one.nonce),
                    "given_name": one.given_name,
                    "family_name": one.family_name,
                    "sex": one.sex,
                    "institution": one.institution_name,
                    "at": one.at.isoformat(),
                }
                for one in walk_ins
            ],
        }

    def post(self, client, day, account, *taps, walk_ins=()):
        return post(client, day, self.request(account, *taps, walk_ins=walk_ins))


def post(client, day, told):
    address = reverse("sync", args=[day.session.key, day.date])
    body = told if isinstance(told, str | bytes) else json.dumps(told)
    return client.post(address, body, content_type="application/json")


def written(tap):
    return {
        "nonce": str(tap.nonce),
        "whose": tap.whose if isinstance(tap.whose, int) else str(tap.whose),
        "before": tap.before,
        "mark": tap.mark,
        "at": tap.at.isoformat(),
        "batch": str(tap.batch),
        "undoes": str(tap.undoes) if tap.undoes else None,
    }


def this_morning(day) -> datetime:
    """Eight o'clock of that day; of a day that is not so old yet, its first minute."""
    midnight = timezone.make_aware(datetime.combine(day.date, datetime.min.time()))
    eight = midnight + timedelta(hours=8)
    return eight if eight < timezone.now() - timedelta(hours=2) else midnight + timedelta(minutes=1)
