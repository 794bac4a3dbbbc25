"""The pieces of text of a page, each by the place it stands in: what wagtail-localize translates one by one.

A place is a block, by its id, or a field of the page, by its name.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from wagtail.models import Page
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments


class Pair(NamedTuple):
    """A piece of the source, and what a translation of the page says there."""

    path: str
    text: str
    told: str


def pieces_of(page: Page) -> list[tuple[str, str]]:
    """Path and text of each, in order."""
    return [(one.path, one.string.data) for one in extract_segments(page) if isinstance(one, StringSegmentValue)]


def by_path(pieces: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, text in pieces:
        found.setdefault(path, []).append(text)
    return found


def place_of(path: str) -> str:
    field, _dot, rest = path.partition(".")
    return rest.partition(".")[0] if field == "body" else field


def side_by_side(source: Sequence[tuple[str, str]], translated: Sequence[tuple[str, str]]) -> dict[str, list[Pair]]:
    """The pieces of both in pairs, by place; places with other pieces in one than in the other are left out."""
    mine, theirs = by_path(source), by_path(translated)
    found: dict[str, list[Pair]] = {}
    for path, texts in mine.items():
        told = theirs.get(path, [])
        if len(told) != len(texts):
            found[place_of(path)] = []
        elif place_of(path) not in found or found[place_of(path)]:
            found.setdefault(place_of(path), []).extend(map(Pair, [path] * len(texts), texts, told))
    return {place: pairs for place, pairs in found.items() if pairs}


def fingerprint(pairs: Sequence[Pair]) -> str:
    """Another one whenever either side says something else."""
    return sha256(json.dumps(pairs).encode()).hexdigest()[:32]
