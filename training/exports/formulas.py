"""Cells that a spreadsheet would run instead of show (OWASP: CSV injection)."""

from typing import Any

STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless(value: Any) -> Any:
    """A text that begins like a formula with an apostrophe before it; anything else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(STARTS) else value
