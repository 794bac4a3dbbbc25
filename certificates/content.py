"""Everything a certificate says, put together once when it is issued and never again."""

import json
import re
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

FORMAT = 1
# The name without its asterisk, in the spellings of the region; it is always written with it (design §2).
BARE = re.compile(r"\b(Kosovo|Kosova|Kosovë|Kosovu|Косово|Косову)\b(?!\*)")
MARKED = re.compile(r"(?:Kosov|Косов)\w*\*")


@dataclass(frozen=True, kw_only=True)
class Content:
    """Dates as 2026-05-14, empty where unknown; `hours` as 18 or 12.5. What a file may not hold is not in the texts.

    result: what a certificate of completion rests on (choices.Result), empty for attendance.
    content_revision: which revision of a course was taken; empty where there is none.
    """

    serial: str
    kind: str
    language: str
    name: str
    title: str
    training_version: str
    session: str
    session_title: str
    project: str
    agencies: list[str]
    funders: list[str]
    place: str
    modality: str
    start: str
    end: str
    hours: str
    days_attended: int | None
    days: int | None
    result: str
    issued_on: str
    expires_on: str
    issuer: str
    content_revision: str = ""
    signatories: list[str] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    format: int = FORMAT

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def sha256(self) -> str:
        return fingerprint(self.as_json())


def fingerprint(content: dict[str, Any]) -> str:
    """The hash of a content as it is stored: of its JSON with sorted keys."""
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def with_asterisk(text: str) -> str:
    return BARE.sub(r"\1*", text)


def needs_footnote(*texts: str) -> bool:
    return any(MARKED.search(text) for text in texts)
