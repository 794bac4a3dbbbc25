"""Elements of IATI's XML: texts in narratives, nothing that XML forbids."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from training.printing.letters import clean


def element(name: str, attributes: Mapping[str, str] | None = None) -> Element:
    return Element(name, {key: clean(value) for key, value in (attributes or {}).items()})


def add(
    parent: Element, name: str, attributes: Mapping[str, str] | None = None, *, text: str = "", narrative: str = ""
) -> Element:
    """A new last child, with its text, or with its text in a narrative as the standard has most of them."""
    child = SubElement(parent, name, {key: clean(value) for key, value in (attributes or {}).items()})
    if text:
        child.text = clean(text)
    if narrative:
        SubElement(child, "narrative").text = clean(narrative)
    return child


def said(text: str) -> str:
    """A text for a comment, which may not hold two hyphens in a row, nor end in one."""
    return f" {re.sub('-(?=-)', '- ', clean(text))} "
