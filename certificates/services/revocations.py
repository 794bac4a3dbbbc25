"""The list of certificates that no longer stand: dated, signed, and telling nothing to who does not hold the paper.

It names serials by their hash. `{"list": TEXT, "key": ID, "signature": BASE64}`; TEXT is JSON again, as it was signed:
`{"as_of": TIME, "revoked": {HASH: DAY}, "superseded": {HASH: DAY}}`. Beside the keys stands the last one published.
"""

import json
import os
import tempfile
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from django.utils import timezone

from certificates.choices import State
from certificates.keys import folder, signing_key, statement_keys
from certificates.models import Certificate

SIGNED_AS = b"evidenca-revocations"
FILE = "revoked.json"


@dataclass(frozen=True)
class Revocations:
    """A list whose signature was found right."""

    as_of: str
    revoked: dict[str, str]
    superseded: dict[str, str]

    def state_of(self, serial: str) -> State:
        """VALID where the list says nothing of it."""
        named = hash_of(serial)
        if named in self.revoked:
            return State.REVOKED
        return State.SUPERSEDED if named in self.superseded else State.VALID


def hash_of(serial: str) -> str:
    return sha256(serial.encode()).hexdigest()


def signed_list() -> dict[str, str]:
    """The list as of now, signed. Two queries."""
    revoked = Certificate.objects.filter(revoked_at__isnull=False).order_by("serial")
    superseded = Certificate.objects.filter(superseded_at__isnull=False).order_by("serial")
    text = json.dumps(
        {
            "as_of": timezone.now().isoformat(timespec="seconds"),
            "revoked": _days(revoked.values_list("serial", "revoked_at")),
            "superseded": _days(superseded.values_list("serial", "superseded_at")),
        },
        separators=(",", ":"),
    )
    key = signing_key()
    if key.private is None:
        raise ValueError("There is no key to sign with.")
    signature = key.private.sign(SIGNED_AS + text.encode())
    return {"list": text, "key": key.id, "signature": b64encode(signature).decode()}


def publish() -> None:
    """Keep the list beside the keys, for checks that ask no database."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=folder(), prefix=".new-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(signed_list(), file)
    Path(name).replace(folder() / FILE)


def published() -> Revocations | None:
    """The list beside the keys; None where there is none yet, or its signature is not one of ours."""
    try:
        return read(json.loads((folder() / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def read(signed: Any) -> Revocations:
    """Raises ValueError for a list that is not ours or was changed."""
    try:
        key = {key.id: key for key in statement_keys()}[signed["key"]]
        key.public.verify(b64decode(signed["signature"]), SIGNED_AS + signed["list"].encode())
        found = json.loads(signed["list"])
        return Revocations(found["as_of"], found["revoked"], found["superseded"])
    except (KeyError, TypeError, InvalidSignature) as wrong:
        raise ValueError("This list of revoked certificates is not ours, or was changed.") from wrong


def _days(found: Any) -> dict[str, str]:
    return {hash_of(serial): _day(moment) for serial, moment in found}


def _day(moment: datetime) -> str:
    return timezone.localdate(moment).isoformat()
