"""Questions of ours as a file that Moodle reads, and that reading.py makes the same questions of again.

Where a question has several languages, its texts carry them all, marked as Moodle's filter for languages expects.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from elearning.bank.content import Content
from elearning.bank.moodle.reading import GENERAL, KEY, LANGUAGE
from elearning.bank.moodle.texts import write_text
from elearning.choices import QuestionKind

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

TYPES = {
    QuestionKind.SINGLE: "multichoice",
    QuestionKind.MULTIPLE: "multichoice",
    QuestionKind.TRUE_FALSE: "truefalse",
    QuestionKind.NUMERIC: "numerical",
    QuestionKind.MATCHING: "matching",
    QuestionKind.SHORT_TEXT: "shortanswer",
}


@dataclass(frozen=True, kw_only=True)
class BankQuestion:
    """A question to write: what of it is no content goes into Moodle's tags and its id number."""

    name: str
    key: str
    content: Content
    is_active: bool = True
    tags: Mapping[str, str]
    category: str = ""


def write_bank(questions: Iterable[BankQuestion], languages: list[str] | None = None) -> bytes:
    """A file of Moodle XML, in these languages where they are given, else in all there are."""
    root, category = ET.Element("quiz"), None
    for one in questions:
        if one.category and one.category != category:
            category = one.category
            _category(root, category)
        _question(root, one, languages)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _category(root: "Element", name: str) -> None:
    element = ET.SubElement(root, "question", type="category")
    _text(ET.SubElement(element, "category"), f"$course$/top/{name.replace('/', '//')}")


def _question(root: "Element", one: BankQuestion, languages: list[str] | None) -> None:
    content = one.content
    codes = [code for code in content.languages if languages is None or code in languages]
    element = ET.SubElement(root, "question", {"type": TYPES[content.kind], LANGUAGE: " ".join(codes)})
    _text(ET.SubElement(element, "name"), one.name)
    said = {code: content.texts[code] for code in codes}
    _said(element, "questiontext", {code: texts.stem for code, texts in said.items()}, codes)
    for tag, part in GENERAL.items():
        if tag == "generalfeedback" or content.kind in (
            QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.MATCHING,
        ):  # fmt: skip
            _said(element, tag, {code: getattr(texts, part) for code, texts in said.items()}, codes)
    for tag, value in _facts(one):
        ET.SubElement(element, tag).text = value
    _Parts(element, content, codes).write()
    if one.tags:
        tags = ET.SubElement(element, "tags")
        for name, value in one.tags.items():
            _text(ET.SubElement(tags, "tag"), f"{name}:{value}")


def _facts(one: BankQuestion) -> list[tuple[str, str]]:
    content = one.content
    facts = [("defaultgrade", _plain(content.points)), ("penalty", "0"), ("hidden", "0" if one.is_active else "1")]
    facts.append(("idnumber", one.key))
    if content.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
        facts.append(("single", "true" if content.kind == QuestionKind.SINGLE else "false"))
    if content.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.MATCHING):
        facts.append(("shuffleanswers", "true" if content.shuffle else "false"))
    if content.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
        facts.append(("answernumbering", "none"))
    if content.kind == QuestionKind.SHORT_TEXT:
        facts.append(("usecase", "1" if content.case_sensitive else "0"))
    return facts


class _Parts:
    """The answers of one question, of whichever kind."""

    def __init__(self, element: "Element", content: Content, codes: list[str]) -> None:
        self.element, self.content, self.codes = element, content, codes
        self.said = {code: content.texts[code] for code in codes}

    def write(self) -> None:
        if self.content.kind == QuestionKind.MATCHING:
            self._pairs()
        elif self.content.kind == QuestionKind.SHORT_TEXT:
            self._words()
        elif self.content.kind == QuestionKind.NUMERIC:
            for one in self.content.accepted:
                answer = self._answer(one.key, one.credit, one.value)
                if one.value != "*":
                    ET.SubElement(answer, "tolerance").text = one.tolerance or "0"
        elif self.content.kind == QuestionKind.TRUE_FALSE:
            for option in self.content.options:
                self._answer(option.key, option.credit, option.key)
        else:
            for option in self.content.options:
                texts = {code: texts.options.get(option.key, "") for code, texts in self.said.items()}
                written = write_text(texts, self.codes)
                self._answer(option.key, option.credit, written.text, form=written.form)

    def _answer(self, key: str, credit: Decimal, text: str, form: str = "plain_text") -> "Element":
        answer = ET.SubElement(self.element, "answer", {"fraction": _plain(credit), "format": form, KEY: key})
        _text(answer, text)
        feedback = {code: texts.feedback.get(key, "") for code, texts in self.said.items()}
        _said(answer, "feedback", feedback, self.codes)
        return answer

    def _words(self) -> None:
        """One answer for each text; languages that accept the same one share it."""
        for one in self.content.accepted:
            by_text: dict[str, list[str]] = {}
            for code, texts in self.said.items():
                if one.key in texts.accepted:
                    by_text.setdefault(texts.accepted[one.key], []).append(code)
            for text, codes in by_text.items():
                self._answer(one.key, one.credit, text).set(LANGUAGE, " ".join(codes))

    def _pairs(self) -> None:
        used = {pair.option for pair in self.content.pairs}
        rows = [(pair.key, pair.option) for pair in self.content.pairs]
        rows += [("", option.key) for option in self.content.options if option.key not in used]
        for key, option in rows:
            left = {code: texts.pairs.get(key, "") for code, texts in self.said.items()}
            written = write_text(left, self.codes)
            attributes = {"format": written.form} | ({KEY: key} if key else {})
            element = ET.SubElement(self.element, "subquestion", attributes)
            _text(element, written.text)
            right = write_text({code: texts.options.get(option, "") for code, texts in self.said.items()}, self.codes)
            answer = ET.SubElement(element, "answer", {"format": right.form, KEY: option})
            _text(answer, right.text)


def _said(parent: "Element", tag: str, texts: Mapping[str, str], codes: list[str]) -> None:
    written = write_text(texts, codes)
    _text(ET.SubElement(parent, tag, format=written.form), written.text)


def _text(parent: "Element", text: str) -> None:
    ET.SubElement(parent, "text").text = text


def _plain(value: Decimal) -> str:
    return format(value.normalize() + 0, "f")
