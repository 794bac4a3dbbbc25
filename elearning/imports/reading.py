"""A Word file as a manual: opened safely, read whole, with a remark on everything that could not be taken."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from elearning.imports.body import Body
from elearning.imports.footnotes import read_footnotes
from elearning.imports.headings import mark, without_contents
from elearning.imports.inline import Found
from elearning.imports.manual import Block, Heading, Manual, Remark, Text, texts
from elearning.imports.numbering import read_numbering
from elearning.imports.outline import Outline, outline
from elearning.imports.package import Package
from elearning.imports.pictures import Album
from elearning.imports.safety import damaged
from elearning.imports.styles import read_styles
from training.imports.refusal import RefusedError

MAX_BLOCKS = 20_000
GENERIC = re.compile(
    r"(?:untitled|document|dokument|документ|doc|template|title|naslov|наслов)[\W\d]*|microsoft word.*", re.IGNORECASE
)


def read_manual(data: bytes, name: str) -> Manual:
    """The manual in a Word document. Raises RefusedError, with a sentence for people, for what is none."""
    package = Package(data)
    try:
        return _read(package, name)
    except RecursionError as problem:
        raise RefusedError(damaged()) from problem


def _read(package: Package, name: str) -> Manual:
    styles = read_styles(package.related("styles")[0])
    notes = read_footnotes(package, styles)
    album = Album(package)
    body = Body(
        package=package,
        styles=styles,
        numbering=read_numbering(package.related("numbering")[0]),
        album=album,
        targets=package.targets(package.document),
        found=Found(notes=notes.keys),
    )
    pieces = without_contents(list(body.pieces(package.body)))
    by_look = mark(pieces)
    made = outline(pieces, fallback=_title(package.title, name))
    if not made.blocks:
        raise RefusedError(_("The document has no text."))
    if len(made.blocks) > MAX_BLOCKS:
        raise RefusedError(_("The document has more than %(limit)s paragraphs.") % {"limit": MAX_BLOCKS})
    return Manual(
        title=made.title,
        blocks=made.blocks,
        chapters=made.chapters,
        notes=_marked(made.blocks, notes.texts),
        pictures=album.kept,
        remarks=(*_of_headings(made, by_look=by_look), *_of_found(body.found.counts), *_of_pictures(album)),
    )


def _marked(blocks: tuple[Block, ...], notes: dict[str, Text]) -> dict[str, Text]:
    used = {span.note for block in blocks for text in texts(block.content) for span in text if span.note}
    return {key: text for key, text in notes.items() if key in used}


def _title(stated: str, name: str) -> str:
    """The title of a manual that names none: what its properties say, if that is a title; else the file's name."""
    stem = re.sub(r"[\s_]+", " ", PurePath(name).stem).strip()
    return stated if stated and not GENERIC.fullmatch(stated) else stem or _("Manual")


def _of_headings(made: Outline, *, by_look: bool) -> Iterator[Remark]:
    headings = [block for block in made.blocks if isinstance(block.content, Heading)]
    if not headings:
        yield Remark(_("No headings were found: the whole manual is one module. Split it where its chapters begin."))
    elif by_look:
        yield Remark(
            _("The manual uses no heading styles. Headings were told by the size and weight of letters: check them.")
        )


def _of_found(counts: dict[str, int]) -> Iterator[Remark]:
    for what, message in _messages(counts).items():
        if counts.get(what):
            yield Remark(message)


def _messages(counts: dict[str, int]) -> dict[str, str]:
    boxes, comments, formulas = counts.get("box", 0), counts.get("comment", 0), counts.get("formula", 0)
    return {
        "tracked": _("The manual has tracked changes. It was read as if all of them were accepted."),
        "comment": ngettext("%(count)s comment was left out.", "%(count)s comments were left out.", comments)
        % {"count": comments},
        "hidden": _("Text marked as hidden was left out."),
        "box": ngettext(
            "%(count)s text box became a callout where it was anchored: check its place.",
            "%(count)s text boxes became callouts where they were anchored: check their places.",
            boxes,
        )
        % {"count": boxes},
        "nested": _("A table inside a table became lines of its cell."),
        "in cell": _("Pictures in cells of a table were put below the table."),
        "formula": ngettext(
            "%(count)s formula was read as plain letters: check it.",
            "%(count)s formulas were read as plain letters: check them.",
            formulas,
        )
        % {"count": formulas},
        "symbol": _("Letters of symbol fonts (such as Wingdings) were left out."),
        "embedded": _("A document embedded in the manual was left out."),
    }


def _of_pictures(album: Album) -> Iterator[Remark]:
    for message, count in Counter(album.left_out).items():
        yield Remark(message if count == 1 else f"{message} (× {count})")
