"""Files between upload and import: kept on the server, one account's own, gone once used or after a day."""

import json
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings

from training.imports.workbook import Upload
from training.models import Account, Session

KEPT_SECONDS = 24 * 60 * 60
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


@dataclass
class Kept:
    """One file waiting to be imported, and what has been decided about its columns and near matches.

    `session` is the one a roster is for; None: the file brings sessions of its own.
    """

    token: str
    session: int | None
    account: int
    name: str
    columns: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)

    @property
    def upload(self) -> Upload:
        return Upload(self.name, _path(self.token, "file").read_bytes())

    @property
    def chosen_columns(self) -> dict[int, str]:
        return {int(index): choice for index, choice in self.columns.items()}

    @property
    def decided_rows(self) -> dict[int, str]:
        return {int(row): decision for row, decision in self.decisions.items()}

    def save(self) -> None:
        _write(_path(self.token, "json"), json.dumps(asdict(self)).encode())

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Claim the file, so that a second click finds nothing; False if somebody has it already.

        Whatever goes wrong, it is there to be tried again afterwards, unless it was discarded in between.
        """
        ready, taken = _path(self.token, "json"), _path(self.token, "taken")
        try:
            ready.rename(taken)
        except FileNotFoundError:
            yield False
            return
        try:
            yield True
        finally:
            with suppress(FileNotFoundError):
                taken.rename(ready)

    def discard(self) -> None:
        for kind in ("file", "json", "taken"):
            _path(self.token, kind).unlink(missing_ok=True)


def keep(*, by: Account, upload: Upload, session: Session | None = None) -> Kept:
    """Keep a file for this account and session under a token nobody can guess. Sweeps out what is a day old."""
    sweep()
    kept = Kept(secrets.token_urlsafe(24), session.pk if session else None, by.pk, upload.name)
    _write(_path(kept.token, "file"), upload.data)
    kept.save()
    return kept


def find(*, token: str, by: Account, session: Session | None = None) -> Kept | None:
    """The kept file, if it is this account's and for this session, is whole and has not been used."""
    if not TOKEN.fullmatch(token):
        return None
    try:
        kept = Kept(**json.loads(_path(token, "json").read_bytes()))
    except FileNotFoundError:
        return None
    if (kept.session, kept.account) != (session.pk if session else None, by.pk) or not _path(token, "file").exists():
        return None
    return kept


def _folder() -> Path:
    folder = Path(settings.DATA_DIR) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _path(token: str, kind: str) -> Path:
    return _folder() / f"{token}.{kind}"


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all, readable by the server's own account only."""
    fresh = path.with_suffix(f".{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    fresh.write_bytes(data)
    fresh.rename(path)


def discard_all() -> None:
    """Remove every waiting file, whoever uploaded it."""
    for path in list(_folder().iterdir()):
        path.unlink(missing_ok=True)


def sweep() -> None:
    """Remove what is a day old: all files of a token together, by its oldest, which is the one uploaded."""
    oldest: dict[str, float] = {}
    paths = list(_folder().iterdir())
    for path in paths:
        try:
            changed = path.stat().st_mtime
        except FileNotFoundError:
            continue
        token = path.name.partition(".")[0]
        oldest[token] = min(changed, oldest.get(token, changed))
    for path in paths:
        if oldest.get(path.name.partition(".")[0], time.time()) < time.time() - KEPT_SECONDS:
            path.unlink(missing_ok=True)
