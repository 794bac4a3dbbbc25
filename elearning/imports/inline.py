"""The words of a paragraph: emphasis, links, marks of footnotes, fields, and changes that were tracked."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from elearning.imports.manual import Span, Text
from elearning.imports.package import Element, R, Target, W
from elearning.imports.styles import Styles, size, switch, value

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
SAFE = {"http", "https", "mailto"}
THROUGH = {f"{W}{name}" for name in ("ins", "moveTo", "smartTag", "customXml", "fldSimple", "dir", "bdo", "sdtContent")}
BREAKS = {f"{W}br", f"{W}cr"}
DRAWN = {f"{W}drawing", f"{W}pict", f"{W}object"}
LINK = re.compile(r'\s*HYPERLINK\s+(?:\\[a-z]\s+)*"([^"]+)"', re.IGNORECASE)
CONTENTS = re.compile(r"\s*(TOC|INDEX|TOA|BIBLIOGRAPHY)\b", re.IGNORECASE)
LEFT_OUT = re.compile(r"\s*(PAGE|NUMPAGES|PAGEREF|SECTIONPAGES)\b", re.IGNORECASE)


@dataclass
class Look:
    """How the letters of a paragraph look: how many there are of each size, and how many are bold."""

    sizes: dict[float, int] = field(default_factory=dict)
    bold: int = 0

    def add(self, letters: int, points: float, *, bold: bool) -> None:
        self.sizes[points] = self.sizes.get(points, 0) + letters
        self.bold += letters if bold else 0

    @property
    def letters(self) -> int:
        return sum(self.sizes.values())

    @property
    def size(self) -> float:
        return max(self.sizes, key=lambda points: (self.sizes[points], points), default=0)


@dataclass
class Field:
    """A field while it is open: its instruction, then its result."""

    instruction: str = ""
    result: bool = False


@dataclass
class Found:
    """What the inline parts of a document say beside its words."""

    fields: list[Field] = field(default_factory=list)  # open ones: a table of contents runs over many paragraphs
    counts: dict[str, int] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)  # keys of footnotes by kind and number

    def note(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    @property
    def in_contents(self) -> bool:
        return any(CONTENTS.match(each.instruction) for each in self.fields)

    @property
    def silent(self) -> bool:
        return any(not each.result or LEFT_OUT.match(each.instruction) for each in self.fields)

    @property
    def link(self) -> str:
        found = [match.group(1) for each in self.fields if (match := LINK.match(each.instruction))]
        return safe_link(found[-1]) if found else ""


@dataclass
class Words:
    """Reads one paragraph. What it meets on the way gathers in `look`, `pictures`, `drawn` and `found`."""

    styles: Styles
    style: str
    targets: dict[str, Target]
    found: Found
    look: Look = field(default_factory=Look)
    drawn: list[Element] = field(default_factory=list)

    def spans(self, paragraph: Element) -> list[Span]:
        """What it says, as it stands there; `tidy` makes words of it."""
        return list(self._inside(paragraph, ""))

    def _inside(self, parent: Element, link: str) -> Iterator[Span]:
        for child in parent:
            if child.tag == f"{W}r":
                yield from self._run(child, link)
            elif child.tag == f"{W}hyperlink":
                target = self.targets.get(child.get(f"{R}id", ""))
                yield from self._inside(child, safe_link(target.address) if target and target.elsewhere else "")
            elif child.tag == f"{W}sdt":
                yield from self._inside(child, link)
            elif child.tag in THROUGH:
                self._tracked(child)
                yield from self._simple_field(child, link)
            elif child.tag in {f"{W}del", f"{W}moveFrom"}:
                self._tracked(child)
            elif child.tag in {f"{M}oMath", f"{M}oMathPara"}:
                self.found.note("formula")
                yield Span("".join(child.itertext(f"{M}t")), link=link)
            elif child.tag == f"{MC}AlternateContent":
                yield from self._inside(preferred(child), link)

    def _tracked(self, element: Element) -> None:
        if element.tag in {f"{W}{name}" for name in ("ins", "del", "moveTo", "moveFrom")}:
            self.found.note("tracked")

    def _simple_field(self, element: Element, link: str) -> Iterator[Span]:
        instruction = element.get(f"{W}instr", "")
        if LEFT_OUT.match(instruction) or CONTENTS.match(instruction):
            return
        named = LINK.match(instruction)
        yield from self._inside(element, safe_link(named.group(1)) if named else link)

    def _run(self, run: Element, link: str) -> Iterator[Span]:
        letters = run.find(f"{W}rPr")
        if switch(letters, "vanish"):
            self.found.note("hidden")
            return
        span = self._span(letters, link)
        for child in run:
            for each in self._piece(child, span):
                self._look_at(each, letters)
                yield each

    def _span(self, letters: Element | None, link: str) -> Span:
        style = value(letters, "rStyle")
        bold, italic = switch(letters, "b"), switch(letters, "i")
        underlined = value(letters, "u") not in {"", "none"} and not (link or self.found.link)
        return Span(
            "",
            bold=bool(self.styles.bold(style) if bold is None else bold),
            italic=bool(self.styles.italic(style) if italic is None else italic) or underlined,
            raised={"superscript": "sup", "subscript": "sub"}.get(value(letters, "vertAlign"), ""),
            link=link,
        )

    def _look_at(self, span: Span, letters: Element | None) -> None:
        seen = len("".join(span.text.split()))
        if not seen:
            return
        style = value(letters, "rStyle")
        own = size(letters) or next((each.size for each in self.styles.chain(style) if each.size), None)
        bold = switch(letters, "b")
        if bold is None:
            bold = bool(self.styles.bold(style)) or bool(self.styles.bold(self.style))
        self.look.add(seen, own or self.styles.size_of(self.style), bold=bold)

    def _piece(self, child: Element, span: Span) -> Iterator[Span]:
        if child.tag == f"{W}fldChar":
            self._field(child.get(f"{W}fldCharType", ""))
        elif child.tag == f"{W}instrText" and self.found.fields:
            self.found.fields[-1].instruction += child.text or ""
        elif child.tag in DRAWN:
            self.drawn.append(child)
        elif child.tag == f"{MC}AlternateContent":
            self.drawn.extend(each for each in preferred(child) if each.tag in DRAWN)
        elif child.tag == f"{W}commentReference":
            self.found.note("comment")
        elif not self.found.silent:
            yield from self._letters(child, replace(span, link=span.link or self.found.link))

    def _letters(self, child: Element, span: Span) -> Iterator[Span]:
        if child.tag == f"{W}t":
            yield replace(span, text=child.text or "")
        elif child.tag in {f"{W}tab", f"{W}ptab"}:
            yield replace(span, text="\t")
        elif child.tag in BREAKS and child.get(f"{W}type", "textWrapping") == "textWrapping":
            yield replace(span, text="\n")
        elif child.tag == f"{W}noBreakHyphen":
            yield replace(span, text="\N{NON-BREAKING HYPHEN}")
        elif child.tag == f"{W}sym":
            self.found.note("symbol")
        elif child.tag in {f"{W}footnoteReference", f"{W}endnoteReference"}:
            kind = "footnote" if child.tag == f"{W}footnoteReference" else "endnote"
            if key := self.found.notes.get(f"{kind} {child.get(f'{W}id', '')}"):
                yield Span("", note=key)

    def _field(self, kind: str) -> None:
        fields = self.found.fields
        if kind == "begin":
            fields.append(Field())
        elif kind == "separate" and fields:
            fields[-1].result = True
        elif kind == "end" and fields:
            fields.pop()


def preferred(alternatives: Element) -> Element:
    """Of content written several ways for several programs, the first: what Word of today shows."""
    found = alternatives.find(f"{MC}Choice")
    if found is None:
        found = alternatives.find(f"{MC}Fallback")
    return alternatives if found is None else found


def safe_link(address: str) -> str:
    """The address, if a page may lead there; "" otherwise."""
    address = address.strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme.lower() not in SAFE or any(letter.isspace() or ord(letter) < 32 for letter in address):
        return ""
    return address if parts.netloc or parts.scheme.lower() == "mailto" else ""


def tidy(spans: Iterable[Span]) -> Text:
    """Spans that look alike joined, spaces made one, ends trimmed, what is not a letter left out."""
    joined: list[Span] = []
    for span in spans:
        clean = replace(span, text=_printable(span.text))
        if not clean.text and not clean.note:
            continue
        if joined and not joined[-1].note and joined[-1].alike(clean):
            joined[-1] = replace(clean, text=joined[-1].text + clean.text)
        else:
            joined.append(clean)
    return _spaced(joined)


def _spaced(spans: list[Span]) -> Text:
    """No space at the ends of the paragraph or of its lines, and none beside another."""
    kept: list[Span] = []
    before = "\n"
    for span in spans:
        if span.note:
            kept.append(span)
            continue
        text = re.sub(r" *\n *", "\n", re.sub(r"[ \t]+", " ", span.text))
        if before in " \n":
            text = text.lstrip(" \n" if before == "\n" and not kept else " ")
        if text:
            kept.append(replace(span, text=text))
            before = text[-1]
    while kept and not kept[-1].note and not kept[-1].text.rstrip():
        kept.pop()
    if kept and not kept[-1].note:
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return tuple(kept)


def _printable(text: str) -> str:
    return "".join(c for c in text if c in "\t\n" or (ord(c) >= 32 and c not in "\u00ad\ufeff\ufffe\uffff\u200b"))
