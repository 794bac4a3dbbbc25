"""Everything a certificate says, put together once when it is issued and never again."""

import json
import re
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

FORMAT = 2
ACCENT = "#1c4b6c"
# The name without its asterisk, in the spellings of the region; it is always written with it (design §2).
BARE = re.compile(r"\b(Kosovo|Kosova|Kosovë|Kosovu|Косово|Косову)\b(?!\*)")
MARKED = re.compile(r"(?:Kosov|Косов)\w*\*")


@dataclass(frozen=True, kw_only=True)
class Logo:
    """`picture` is the hash of what is shown (pictures.py), `name` says in words what it is."""

    name: str
    picture: str


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """`picture` is the hash of the scanned signature; empty where there is none."""

    name: str
    function: str = ""
    picture: str = ""


@dataclass(frozen=True, kw_only=True)
class Look:
    """What the template gave: its name (empty where there was none), the sentences in the certificate's language."""

    template: str = ""
    layout: str = "landscape"
    accent: str = ACCENT
    heading: str = ""
    given_to: str = ""
    deed: str = ""
    note: str = ""
    logos: list[Logo] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Content:
    """Dates as 2026-05-14, empty where unknown; `hours` as 18 or 12.5. What a file may not hold is not in the texts.

    result: what a certificate of completion rests on (choices.Result), empty for attendance.
    content_revision: which edition of a course was taken; empty where there is none. renews: the serial of the
    certificate that this one prolongs; empty where there is none.
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
    signatories: list[Signatory] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    renews: str = ""
    look: Look = field(default_factory=Look)
    format: int = FORMAT

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Content":
        """As it was stored, in this format or the first, which had neither look nor signatories."""
        look = dict(stored.get("look", {}))
        look["logos"] = [Logo(**logo) for logo in look.get("logos", [])]
        signatories = [Signatory(**one) for one in stored.get("signatories", [])]
        return cls(**{**stored, "look": Look(**look), "signatories": signatories})

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
