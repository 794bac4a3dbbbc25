"""Searching a course: its published words, in the language its reader gets, whatever the script and the diacritics."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator

from elearning.models import ModulePage
from elearning.texts import CourseText, ModuleText
from training.names import search_key

MOST = 50
SHOWN = 240  # letters of a block


@dataclass(frozen=True)
class Found:
    """A block that has every word; `block` is its id."""

    module: ModuleText
    block: str
    text: str


def search(text: CourseText, typed: str) -> list[Found]:
    """Blocks in the order of the course, 50 at the most. One query for all bodies; none for nothing typed."""
    words = search_key(typed).split()
    if not words:
        return []
    bodies = ModulePage.objects.in_bulk([module.page.pk for module in text.modules])
    found = []
    for module in text.modules:
        for block in bodies[module.page.pk].body:
            said = " ".join(_words_of(block))
            if _has_all(said, words):
                found.append(Found(module, str(block.id), Truncator(said).chars(SHOWN)))
    return found[:MOST]


def _words_of(block: Any) -> Sequence[str]:
    return [" ".join(str(part).split()) for part in block.block.get_searchable_content(block.value)]


def _has_all(said: str, words: Sequence[str]) -> bool:
    """Whether some word of the text begins like each of those typed."""
    key = f" {search_key(said)}"
    return all(f" {word}" in key for word in words)
