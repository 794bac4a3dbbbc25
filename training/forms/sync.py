"""Reading what a device sends: the marks and walk-ins it kept, as JSON (docs/attendance.md has the shape)."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from training.choices import Sex
from training.names import tidied
from training.services.syncing import Device, Tap
from training.services.walk_ins import Typed

YEARS = range(2000, 2100)
MOST = 500  # entries in one request; a device sends the rest in the next


class NotUnderstoodError(ValueError):
    """What came is no batch at all: nothing in it can be answered by itself."""


@dataclass
class Sent:
    """A batch as it was read: what could not be understood is refused by itself, by its nonce, with the reason."""

    account: int
    device: Device
    taps: list[Tap] = field(default_factory=list)
    walk_ins: list[Typed] = field(default_factory=list)
    refused: dict[uuid.UUID, str] = field(default_factory=dict)


def read_sent(body: bytes) -> Sent:
    """Raises NotUnderstoodError for what is no batch, or has too many entries."""
    try:
        told = json.loads(body)
        sent = Sent(int(told["account"]), Device(uuid.UUID(told["device"]), _time(told["sent_at"])))
        taps, walk_ins = [*told.get("taps", [])], [*told.get("walk_ins", [])]
        if len(taps) + len(walk_ins) > MOST:
            raise NotUnderstoodError(_("At most %(n)s marks are taken at once.") % {"n": MOST})
        _read(taps, _tap, sent.taps, sent.refused)
        _read(walk_ins, _typed, sent.walk_ins, sent.refused)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as problem:
        raise NotUnderstoodError(str(problem) or problem.__class__.__name__) from problem
    return sent


def _read(entries: list, reader: Callable, good: list, refused: dict[uuid.UUID, str]) -> None:
    for entry in entries:
        nonce = uuid.UUID(entry["nonce"])
        try:
            good.append(reader(nonce, entry))
        except (KeyError, TypeError, ValueError, AttributeError):
            refused[nonce] = _("Not understood. Reload this page, so that it is the newest.")


def _tap(nonce: uuid.UUID, entry: dict) -> Tap:
    whose = entry["whose"]
    return Tap(
        nonce=nonce,
        whose=whose if isinstance(whose, int) and not isinstance(whose, bool) else uuid.UUID(whose),
        before=_text(entry["before"]),
        mark=_text(entry["mark"]),
        at=_time(entry["at"]),
        batch=uuid.UUID(entry["batch"]),
        undoes=uuid.UUID(entry["undoes"]) if entry.get("undoes") else None,
    )


def _typed(nonce: uuid.UUID, entry: dict) -> Typed:
    return Typed(
        nonce=nonce,
        given_name=tidied(_text(entry["given_name"])),
        family_name=tidied(_text(entry["family_name"])),
        sex=_text(entry.get("sex") or Sex.NOT_RECORDED),
        institution_name=tidied(_text(entry.get("institution") or "")),
        at=_time(entry["at"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    value.encode()  # halves of letters, which JSON can spell, are a ValueError
    return value


def _time(value: object) -> datetime:
    at = datetime.fromisoformat(_text(value))
    if at.tzinfo is None or at.year not in YEARS:
        raise ValueError("no time of a mark, or without its zone")
    return at
