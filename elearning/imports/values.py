"""A manual's blocks as a module page keeps them: the names and values of elearning/models/blocks.py."""

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.html import escape

from elearning.imports.manual import (
    Block,
    Callout,
    Cell,
    Heading,
    Item,
    Listing,
    Notes,
    Paragraph,
    Picture,
    Span,
    Table,
    Text,
    plain,
)

DEEPEST_HEADING = 4
LONGEST_TITLE, LONGEST_CAPTION = 200, 300
NOTES = uuid.UUID("2b2a4d9c-3c1e-5f7b-8f0e-7a1f5a4f7c11")
EDITOR_KEYS = re.compile(r' data-block-key="[^"]*"')

# What editors set beside what a manual says, by the type of block.
THEIRS = {
    "image": ("alt", "decorative"),
    "callout": ("kind", "title"),
    "table": ("first_row_is_table_header", "first_col_is_header", "table_header_choice"),
}

Raw = dict[str, Any]
ImageOf = Callable[[Picture], int]


def raw_body(blocks: Sequence[Block], image_of: ImageOf) -> list[Raw]:
    """The blocks of one module, footnotes numbered by its last block. `image_of` gives the id of a picture's record."""
    numbers = note_numbers(blocks)
    return [raw_block(block, numbers, image_of) for block in blocks]


def note_numbers(blocks: Sequence[Block]) -> dict[str, int]:
    """The numbers of footnotes by their keys."""
    notes = [block.content for block in blocks if isinstance(block.content, Notes)]
    return {key: number for each in notes for number, key in enumerate(each.keys, start=1)}


def raw_block(block: Block, numbers: Mapping[str, int], image_of: ImageOf) -> Raw:
    return {"type": str(block.kind), "value": _value(block, numbers, image_of), "id": block.id}


def trace(raw: Raw) -> str:
    """What tells whether somebody edited what the manual says: the same value, opened in the editor or not."""
    value = raw["value"]
    if raw["type"] in THEIRS:
        value = {name: each for name, each in value.items() if name not in THEIRS[raw["type"]]}
    written = EDITOR_KEYS.sub("", json.dumps(value, sort_keys=True, ensure_ascii=False).replace('\\"', '"'))
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def with_theirs(fresh: Raw, now: Raw, *, changed: bool) -> Raw:
    """The value of this edition with what editors had set beside it; words for a picture that changed are its own."""
    if fresh["type"] not in THEIRS:
        return fresh
    kept = {name: now["value"][name] for name in THEIRS[fresh["type"]] if name in now["value"]}
    if not kept.get("alt") or (changed and fresh["value"].get("alt")):
        kept.pop("alt", None)
    return {**fresh, "value": {**fresh["value"], **kept}}


def _value(block: Block, numbers: Mapping[str, int], image_of: ImageOf) -> Any:
    content = block.content
    match content:
        case Heading():
            return {"text": content.plain[:LONGEST_TITLE], "level": str(max(2, min(content.level, DEEPEST_HEADING)))}
        case Paragraph():
            return _paragraph(content.text, numbers)
        case Listing():
            return _list(content.items, numbers)
        case Table():
            return _table(content, numbers)
        case Picture():
            return {
                "image": image_of(content),
                "alt": content.alt[:LONGEST_CAPTION],
                "caption": plain(content.caption)[:LONGEST_CAPTION],
                "decorative": False,
            }
        case Callout():
            return {"kind": "note", "title": "", "text": "".join(_paragraph(line, numbers) for line in content.lines)}
        case Notes():
            return [_note(key, line, numbers) for key, line in zip(content.keys, content.lines, strict=True)]


def _note(key: str, line: Text, numbers: Mapping[str, int]) -> Raw:
    return {"type": "item", "value": _paragraph(line, numbers), "id": str(uuid.uuid5(NOTES, key))}


# ---- rich text


def _paragraph(text: Text, numbers: Mapping[str, int]) -> str:
    return f"<p>{html(text, numbers)}</p>"


def html(text: Text, numbers: Mapping[str, int]) -> str:
    return "".join(_span(span, numbers) for span in text)


def _span(span: Span, numbers: Mapping[str, int]) -> str:
    if span.note:
        return f"<sup>{numbers.get(span.note, '*')}</sup>"
    written = escape(span.text).replace("\n", "<br/>")
    if span.raised == "sup":
        written = f"<sup>{written}</sup>"
    if span.italic:
        written = f"<i>{written}</i>"
    if span.bold:
        written = f"<b>{written}</b>"
    return f'<a href="{escape(span.link)}">{written}</a>' if span.link else written


def _list(items: Sequence[Item], numbers: Mapping[str, int]) -> str:
    """Nested lists; at each depth a list of another kind begins another."""
    written = ""
    opened: list[str] = []
    for item in items:
        while opened and (len(opened) > item.depth + 1 or (len(opened) == item.depth + 1 and _other(opened, item))):
            written += f"</li></{opened.pop()}>"
        if len(opened) == item.depth + 1:
            written += "</li>"
        while len(opened) < item.depth + 1:
            tag = "ol" if item.numbered else "ul"
            start = f' start="{item.number}"' if item.numbered and item.number > 1 else ""
            written += f"<{tag}{start}>"
            opened.append(tag)
        written += f"<li>{html(item.text, numbers)}"
    return written + "".join(f"</li></{tag}>" for tag in reversed(opened))


def _other(opened: list[str], item: Item) -> bool:
    return opened[-1] != ("ol" if item.numbered else "ul")


# ---- tables


def _table(table: Table, numbers: Mapping[str, int]) -> Raw:
    """As Wagtail keeps one: every place of the grid, and what is merged. Cells are plain words there."""
    data = [[""] * table.width for _row in table.rows]
    merged, covered = [], set()
    for row, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            while (row, column) in covered:
                column += 1
            if column >= table.width:
                break
            rows, columns = min(cell.rows, len(table.rows) - row), min(cell.columns, table.width - column)
            covered |= {(row + down, column + right) for down in range(rows) for right in range(columns)}
            data[row][column] = _words(cell, numbers)
            if rows > 1 or columns > 1:
                merged.append({"row": row, "col": column, "rowspan": rows, "colspan": columns})
            column += columns
    return {
        "data": data,
        "mergeCells": merged,
        "cell": [],
        "first_row_is_table_header": table.head > 0,
        "first_col_is_header": False,
        "table_header_choice": "row" if table.head else "neither",
        "table_caption": plain(table.caption)[:LONGEST_CAPTION],
    }


def _words(cell: Cell, numbers: Mapping[str, int]) -> str:
    return "\n".join(_marked(line, numbers) for line in cell.lines)


def _marked(line: Iterable[Span], numbers: Mapping[str, int]) -> str:
    return "".join(f" [{numbers.get(span.note, '*')}]" if span.note else span.text for span in line)
