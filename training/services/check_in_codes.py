"""The letters of checking in: the code on the trainer's screen, and the numbers people were given. Plain functions.

Nothing of them is stored. Each is worked out of the server's secret: a code of the session, its day and the half-
minute, a number of the seed that is kept for it.
"""

import hmac
import uuid
from datetime import date, datetime, timedelta

from django.utils.crypto import salted_hmac

# Without those that are taken for one another: 0 O Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V.
ALPHABET = "3479ACDEFGHJKMNPRTVWXY"
CODE_LETTERS, NUMBER_LETTERS = 6, 8
STEP = timedelta(seconds=30)
GRACE = 1  # half-minutes for which a code that is gone from the screen is still taken

# On a keyboard in Cyrillic these look like ours.
_LOOK_ALIKE = str.maketrans("АВСЕНЈКМРТХУЗ", "ABCEHJKMPTXY3")
_BETWEEN = str.maketrans("", "", " -–—.\u00a0\t\r\n")


def code_at(*, session: int, day: date, at: datetime) -> str:
    """The code of that session and day in the half-minute of `at`."""
    return _letters(_code(session, day, _step(at)), CODE_LETTERS)


def is_code(typed: str, *, session: int, day: date, at: datetime) -> bool:
    """Whether `typed`, read by `read`, is that code, or was it in the half-minute before."""
    found = False
    for back in range(GRACE + 1):
        own = _letters(_code(session, day, _step(at) - back), CODE_LETTERS)
        found |= hmac.compare_digest(own.encode(), typed.encode())
    return found


def left(at: datetime) -> timedelta:
    """How long the code of `at` stays on the screen."""
    return STEP - timedelta(seconds=at.timestamp() % STEP.total_seconds())


def number_from(seed: uuid.UUID) -> str:
    return _letters(salted_hmac("evidenca.check-in.number", seed.hex, algorithm="sha256").digest(), NUMBER_LETTERS)


def is_number(typed: str, seed: uuid.UUID) -> bool:
    return hmac.compare_digest(number_from(seed).encode(), typed.encode())


def read(typed: str) -> str:
    """What somebody typed, as codes and numbers are written: capitals, nothing between them, in Latin letters."""
    return typed[:40].upper().translate(_BETWEEN).translate(_LOOK_ALIKE)


def in_groups(letters: str) -> str:
    """As people read it: in two halves."""
    half = len(letters) // 2
    return f"{letters[:half]} {letters[half:]}"


def _step(at: datetime) -> int:
    return int(at.timestamp() // STEP.total_seconds())


def _code(session: int, day: date, step: int) -> bytes:
    own = salted_hmac("evidenca.check-in.day", f"{session} {day.isoformat()}", algorithm="sha256").digest()
    return hmac.digest(own, str(step).encode(), "sha256")


def _letters(digest: bytes, length: int) -> str:
    number, letters = int.from_bytes(digest), []
    for _place in range(length):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)
