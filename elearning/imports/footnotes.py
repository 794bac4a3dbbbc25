"""Footnotes and endnotes. Their numbers in the file change with every edition, so a note's key is made of its words."""

import hashlib
from dataclasses import dataclass, field, replace

from elearning.imports.inline import Found, Words, tidy
from elearning.imports.manual import Text, plain
from elearning.imports.package import Package, W
from elearning.imports.styles import Styles

KINDS = ("footnote", "endnote")
SEPARATORS = {"separator", "continuationSeparator", "continuationNotice"}


@dataclass
class Footnotes:
    keys: dict[str, str] = field(default_factory=dict)  # by kind and number in the file
    texts: dict[str, Text] = field(default_factory=dict)  # by key


def read_footnotes(package: Package, styles: Styles) -> Footnotes:
    notes = Footnotes()
    for kind in KINDS:
        root, targets = package.related(f"{kind}s")
        for note in () if root is None else root.findall(f"{W}{kind}"):
            if note.get(f"{W}type") in SEPARATORS:
                continue
            lines = [tidy(Words(styles, "", targets, Found()).spans(each)) for each in note.iter(f"{W}p")]
            text = _one_line([line for line in lines if line])
            if text:
                key = hashlib.sha256(plain(text).encode()).hexdigest()[:16]
                notes.keys[f"{kind} {note.get(f'{W}id', '')}"] = key
                notes.texts[key] = text
    return notes


def _one_line(lines: list[Text]) -> Text:
    spans: Text = ()
    for line in lines:
        spans += (replace(line[0], text=" ", link="", note=""), *line) if spans else line
    return tuple(span for span in spans if not span.note)
