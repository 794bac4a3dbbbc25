"""Static files: named by what is in them, and collected again only when one changed, for that takes a while."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

MODULES = "training/attendance/*.js"


class NamedByContent(CompressedManifestStaticFilesStorage):
    """Modules of ours that import each other do so by these names too: an update never mixes old ones with new.

    Not all of them: what Wagtail brings is not written for it. A page asks for the addresses of several files, each
    time the same; they are worked out once.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (MODULES, CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: dict[str, str] = {}

    def url(self, name: str | None, force: bool = False) -> str:
        if force or settings.DEBUG or not name:
            return super().url(name, force)
        if name not in self.known:
            self.known[name] = super().url(name)
        return self.known[name]


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
