"""What is wrong with a file: of the whole of it, or cell by cell."""

from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError


class RefusedError(Exception):
    """The file cannot be read as a list at all. The message is a sentence for whoever brought it."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong, where it is, and what would be accepted. `row` counts as a spreadsheet does; none: the file."""

    message: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class BadValueError(Exception):
    """A cell that cannot be read. The message says what would be accepted; the caller knows where it stands."""


def sentence(refusal: Exception) -> str:
    """What a refused import says, in one line."""
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
