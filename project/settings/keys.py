"""The secret key of the embedded default: made once, kept beside the database, readable by its owner alone."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def key_kept_in(path: Path) -> str:
    """The key in `path`, made first if there is none. Two processes that start together end with the same key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        key = get_random_secret_key()
        file.write(key)
    return key
