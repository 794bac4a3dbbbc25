"""Collecting the static files again only when one of them changed: hashing and compressing them all takes a while."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_if_changed() -> bool:
    """Fill STATIC_ROOT unless it already holds these very files. True if it had to."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / ".collected"
    wanted = fingerprint()
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    root.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    return True


def fingerprint() -> str:
    """One line that changes when a file is added, removed or written."""
    parts = [settings.STORAGES["staticfiles"]["BACKEND"]]
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            parts.append(f"{name} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()
