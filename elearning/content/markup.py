"""The few marks our course files use, as the HTML Wagtail keeps: **strong**, *stressed*, [words](https://…)."""

import re
from collections.abc import Iterable

from django.utils.html import escape

STRONG = re.compile(r"\*\*(.+?)\*\*")
STRESSED = re.compile(r"\*(.+?)\*")
LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+|mailto:[^)\s]+)\)")


def inline(text: str) -> str:
    """One line of text. What is not a mark stays as it is, escaped."""
    marked = str(escape(" ".join(text.split())))
    marked = LINK.sub(r'<a href="\2">\1</a>', marked)
    return STRESSED.sub(r"<i>\1</i>", STRONG.sub(r"<b>\1</b>", marked))


def paragraphs(text: str) -> str:
    """Paragraphs divided by empty lines; lines that begin with "- " are a list."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    return "".join(_part(part) for part in parts)


def listed(items: Iterable[str], *, ordered: bool = False) -> str:
    tag = "ol" if ordered else "ul"
    return f"<{tag}>{''.join(f'<li>{inline(item)}</li>' for item in items)}</{tag}>"


def _part(part: str) -> str:
    if part.startswith("- "):
        return listed(re.split(r"^- ", part, flags=re.M)[1:])
    return f"<p>{inline(part)}</p>"
