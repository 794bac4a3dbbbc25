"""Small typed readers of the environment. A value that cannot be read stops the start with its name and what fits."""

import os
from pathlib import Path
from urllib.parse import ParseResult, parse_qsl, unquote, urlparse

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """The variable as it stands; without a default it has to be there and not empty."""
    value = os.environ.get(name, "")
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. It has no default here: set it in the environment.")
    return default


def flag(name: str, default: bool) -> bool:
    """A yes or no: 1/0, true/false, yes/no, on/off."""
    if name not in os.environ:
        return default
    value = os.environ[name].strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; it takes 1, true, yes, on or 0, false, no, off.")


def number(name: str, default: int) -> int:
    """A whole number."""
    value = os.environ.get(name, "")
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; it takes a whole number.") from None


def days(name: str, default: int) -> int:
    """A number of days, at least one."""
    value = number(name, default)
    if value < 1:
        raise ImproperlyConfigured(f"{name} is {value}; it takes a number of days, at least 1.")
    return value


def one_of(name: str, choices: tuple[str, ...]) -> str:
    """One of these words; the first if unset."""
    value = os.environ.get(name, "") or choices[0]
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}; it takes {', '.join(choices)}.")
    return value


def words(name: str, default: list[str]) -> list[str]:
    """A list separated by commas."""
    value = os.environ.get(name, "")
    return [word.strip() for word in value.split(",") if word.strip()] if value else default


def database(name: str, default: str) -> dict[str, object]:
    """`sqlite:////absolute/path` or `postgres://user:password@host:port/name?option=value`, as Django takes it."""
    url = urlparse(text(name, default))
    if url.scheme == "sqlite":
        return sqlite(unquote(url.path.removeprefix("/")))
    if url.scheme in {"postgres", "postgresql"}:
        return postgresql(url)
    raise ImproperlyConfigured(
        f"{name} starts with {url.scheme!r}; it takes sqlite:////absolute/path or postgres://user@host:port/name."
    )


def sqlite(path: str) -> dict[str, object]:
    """SQLite for several processes at once: WAL, writers queue instead of failing, foreign keys checked."""
    return {
        "ENGINE": "project.sqlite",
        "NAME": path if path == ":memory:" else str(Path(path)),
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456"
            ),
        },
    }


def postgresql(url: ParseResult) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.removeprefix("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(url.query)),
    }
