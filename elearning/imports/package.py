"""The parts of a Word document, found the way Word finds them: by relationship. Nothing outside the file is read.

Read with lxml alone: the libraries for Word files give no footnotes, take changes that were never accepted for text,
and refuse a file for a relationship that leads nowhere, of which manuals in use have many.
"""

import io
import posixpath
import zipfile
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from lxml import etree

from elearning.imports.safety import check_manual, damaged, not_word
from training.imports.refusal import RefusedError
from training.imports.safety import BROKEN

Element: TypeAlias = Any  # lxml has no types of its own
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
TITLE = "{http://purl.org/dc/elements/1.1/}title"


@dataclass(frozen=True)
class Target:
    """Where a relationship leads: a part of the file, or an address elsewhere."""

    address: str
    elsewhere: bool
    use: str  # the last word of its type: image, hyperlink, footnotes …


class Package:
    """An opened Word document. Raises RefusedError for one that is not safe, or cannot be read."""

    def __init__(self, data: bytes) -> None:
        check_manual(data)
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._names = set(self._archive.namelist())

    @cached_property
    def document(self) -> str:
        """The name of the part with the text."""
        for target in self.targets("").values():
            if target.use == "officeDocument" and target.address in self._names:
                return target.address
        raise RefusedError(not_word())

    @cached_property
    def body(self) -> Element:
        body = self._root(self.document).find(f"{W}body")
        if body is None:
            raise RefusedError(not_word())
        return body

    @cached_property
    def title(self) -> str:
        """What the file's properties call it; often nothing, or what it was copied from."""
        root = self.optional("docProps/core.xml")
        found = None if root is None else root.findtext(TITLE)
        return " ".join((found or "").split())

    def related(self, use: str) -> tuple[Element | None, dict[str, Target]]:
        """The part the document uses for `use` (styles, numbering, footnotes, endnotes), and its relationships."""
        for target in self.targets(self.document).values():
            if target.use == use and not target.elsewhere:
                return self.optional(target.address), self.targets(target.address)
        return None, {}

    def targets(self, part: str) -> dict[str, Target]:
        """The relationships of a part, or of the whole file (""), by their id."""
        folder, name = posixpath.split(part)
        root = self.optional(posixpath.join(folder, "_rels", f"{name}.rels"))
        return {} if root is None else {each.get("Id", ""): _target(each, folder) for each in root.iter(RELATIONSHIPS)}

    def bytes_of(self, name: str) -> bytes | None:
        return self._archive.read(name) if name in self._names else None

    def optional(self, name: str) -> Element | None:
        return self._root(name) if name in self._names else None

    def _root(self, name: str) -> Element:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            return etree.fromstring(self._archive.read(name), parser)
        except (*BROKEN, etree.XMLSyntaxError) as problem:
            raise RefusedError(damaged()) from problem


def _target(relationship: Element, folder: str) -> Target:
    address, use = relationship.get("Target", ""), relationship.get("Type", "").rpartition("/")[2]
    if relationship.get("TargetMode") == "External":
        return Target(address, True, use)
    return Target(posixpath.normpath(posixpath.join("/", folder, address)).lstrip("/"), False, use)
