"""A file of Moodle XML as questions of ours, and what of it we have nothing for, each by its name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from elearning.bank.content import (
    BY_KEY,
    FALSE,
    PLAIN,
    TRUE,
    Accepted,
    Content,
    Option,
    Pair,
    Texts,
    cleaned,
    fresh_key,
)
from elearning.bank.moodle.texts import read_text
from elearning.bank.numbers import readings
from elearning.choices import Difficulty, QuestionKind
from elearning.languages import LANGUAGES

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_QUESTIONS = 2000
LONGEST_NAME = 200
PLACES = Decimal("0.00001")
# What a file of ours says beside what Moodle knows; Moodle passes over it.
KEY, LANGUAGE = "evidenca-key", "evidenca-lang"
GENERAL = {
    "generalfeedback": "general",
    "correctfeedback": "right",
    "partiallycorrectfeedback": "partly",
    "incorrectfeedback": "wrong",
}
Said = dict[str | None, str]


class MoodleError(ValueError):
    """This is no bank of questions; the message says why."""


@dataclass(frozen=True, kw_only=True)
class MoodleQuestion:
    """`place` counts the questions of the file from 1, `key` is its id number, `notes` say what was not taken."""

    place: int
    name: str
    key: str
    content: Content
    is_active: bool = True
    difficulty: int = Difficulty.MEDIUM
    topic: str = ""
    module: str = ""
    source: str = ""
    category: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A question of a kind we do not have, or one that is no question."""

    place: int
    kind: str
    name: str
    why: str


@dataclass
class MoodleBank:
    questions: list[MoodleQuestion] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


class _LeftOutError(Exception):
    """Of one question: the others are read all the same."""


def read_bank(data: bytes, language: str) -> MoodleBank:
    """The questions of a file whose texts are in `language` where they do not say otherwise.

    Raises MoodleError for what is no such file, or tries to reach beyond it.
    """
    bank, category = MoodleBank(), ""
    for place, (kind, element) in enumerate(_questions(_root(data)), start=1):
        if kind == "category":
            category = _path(element)
            continue
        name = cleaned(element.findtext("name/text")).replace("\n", " ") or _("(no name)")
        try:
            read = _Reading(element, kind, language).question(place, name[:LONGEST_NAME])
            bank.questions.append(replace(read, category=category))
        except _LeftOutError as left:
            bank.left_out.append(LeftOut(place, kind, name, str(left)))
    if not bank.questions and not bank.left_out:
        raise MoodleError(_("There is no question in this file."))
    return bank


def _root(data: bytes) -> "Element":
    from defusedxml.common import DefusedXmlException  # only whoever imports a bank needs a parser
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as refused:
        raise MoodleError(_("The file defines entities or refers to other files. That is not taken.")) from refused
    except (ParseError, ValueError, LookupError) as broken:
        raise MoodleError(_("This is no XML, or the file is damaged: %(why)s") % {"why": broken}) from broken
    if root.tag != "quiz":
        raise MoodleError(_("This is no Moodle XML: it begins with <%(tag)s>, not <quiz>.") % {"tag": root.tag[:40]})
    return root


def _questions(root: "Element") -> Iterator[tuple[str, "Element"]]:
    found = root.findall("question")
    if len(found) > MOST_QUESTIONS:
        raise MoodleError(_("A file holds at most %(most)s questions.") % {"most": MOST_QUESTIONS})
    # Categories stand among the questions, and are not counted as such by whoever looks for one in the file.
    return ((one.get("type") or "", one) for one in found)


def _path(element: "Element") -> str:
    """The last part of a category's path: $course$/top/Keeping evidence."""
    return cleaned(element.findtext("category/text")).replace("//", "\0").split("/")[-1].replace("\0", "/")


class _Reading:
    """One question element on its way to content: the texts gather in `texts` while the key is read."""

    def __init__(self, element: "Element", kind: str, language: str) -> None:
        self.element, self.kind, self.language = element, kind, language
        self.texts: dict[str | None, dict[str, Any]] = {}
        self.notes: list[str] = []
        self.keys: set[str] = set()

    def question(self, place: int, name: str) -> MoodleQuestion:
        if self.kind not in _KINDS:
            raise _LeftOutError(_("We have no question of this kind."))
        self._say("stem", self._text(self.element.find("questiontext")))
        if not self.texts:
            raise _LeftOutError(_("It asks nothing: its text is empty."))
        for tag, part in GENERAL.items():
            self._say(part, self._text(self.element.find(tag)))
        content = _KINDS[self.kind](self)
        content = replace(content, points=self._number("defaultgrade", "1"), texts=self._spread())
        self._note_the_rest()
        tags = self._tags()
        return MoodleQuestion(
            place=place, name=name, key=cleaned(self.element.findtext("idnumber")), content=content,
            is_active=not self._is_true("hidden"), difficulty=_difficulty(tags.get("difficulty", "")),
            topic=tags.get("topic", ""), module=tags.get("module", ""), source=tags.get("source", ""),
            notes=tuple(dict.fromkeys(self.notes)),
        )  # fmt: skip

    # ---- texts

    def _text(self, element: "Element | None") -> Said:
        if element is None:
            return {}
        if element.find("file") is not None:
            self.notes.append(_("A file inside its text was left out."))
        read = read_text(element.findtext("text") or "", element.get("format") or "")
        if read.lost:
            self.notes.append(_("A picture or recording inside its text was left out."))
        if "?" in read.said:
            self.notes.append(_("A language courses are not read in was left out."))
        return {code: text for code, text in read.said.items() if code != "?" and text}

    def _say(self, part: str, said: Said, key: str = "") -> None:
        for code, text in said.items():
            place = self.texts.setdefault(code, {})
            if key:
                place.setdefault(part, {})[key] = text
            else:
                place[part] = text

    def _spread(self) -> dict[str, Texts]:
        """What says no language belongs to every one there is; where none is named, to that of the file."""
        common = self.texts.pop(None, {})
        named = [code for code in (self.element.get(LANGUAGE) or "").split() if code in LANGUAGES]
        codes = list(dict.fromkeys([*named, *map(str, self.texts)])) or [self.language]
        return {code: _texts(common, self.texts.get(code, {})) for code in codes}

    # ---- parts

    def key_of(self, element: "Element") -> str:
        key = element.get(KEY) or ""
        key = key if key and key not in self.keys and len(key) <= 40 else fresh_key(self.keys)
        self.keys.add(key)
        return key

    def answers(self) -> list["Element"]:
        return self.element.findall("answer")

    def credit(self, element: "Element") -> Decimal:
        try:
            found = Decimal(element.get("fraction") or "0")
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite():
            raise _LeftOutError(_("An answer has a credit that is no number."))
        return found.quantize(PLACES).normalize() + 0

    def _number(self, tag: str, usual: str) -> Decimal:
        found = readings(self.element.findtext(tag) or usual)
        return found[0].normalize() + 0 if found else Decimal(usual)

    def _is_true(self, tag: str) -> bool:
        return cleaned(self.element.findtext(tag)).lower() in ("1", "true")

    def _tags(self) -> dict[str, str]:
        found = {}
        for tag in self.element.findall("tags/tag/text"):
            name, colon, value = cleaned(tag.text).partition(":")
            if colon and name in ("difficulty", "topic", "module", "source"):
                found[name] = value
            elif name:
                self.notes.append(_("The tag “%(tag)s” was left out.") % {"tag": cleaned(tag.text)})
        return found

    def _note_the_rest(self) -> None:
        if self.element.find("hint") is not None:
            self.notes.append(_("Its hints between tries were left out: an answer is given once."))
        if self.element.find("units/unit") is not None:
            self.notes.append(_("Its units were left out: a number is typed alone."))

    # ---- the kinds

    def choice(self) -> Content:
        kind = QuestionKind.SINGLE if self._is_true("single") else QuestionKind.MULTIPLE
        options = [Option(self._option(element), self.credit(element)) for element in self.answers()]
        return Content(kind=kind, options=tuple(options), shuffle=self._is_true("shuffleanswers"))

    def _option(self, element: "Element") -> str:
        key = self.key_of(element)
        self._say("options", self._text(element), key)
        self._say("feedback", self._text(element.find("feedback")), key)
        return key

    def true_false(self) -> Content:
        worth = {TRUE: Decimal(0), FALSE: Decimal(0)}
        for element in self.answers():
            key = cleaned(element.findtext("text")).lower()
            if key not in worth:
                raise _LeftOutError(_("An answer is neither true nor false."))
            worth[key] = self.credit(element)
            self._say("feedback", self._text(element.find("feedback")), key)
        options = tuple(Option(key, credit) for key, credit in worth.items())
        return Content(kind=QuestionKind.TRUE_FALSE, options=options)

    def number(self) -> Content:
        accepted = []
        for element in self.answers():
            value, tolerance = cleaned(element.findtext("text")), cleaned(element.findtext("tolerance"))
            if value != "*":
                value = _plain_number(value)
                tolerance = _plain_number(tolerance or "0")
            key = self.key_of(element)
            self._say("feedback", self._text(element.find("feedback")), key)
            kept = "" if value == "*" or tolerance == "0" else tolerance
            accepted.append(Accepted(key, self.credit(element), value, kept))
        return Content(kind=QuestionKind.NUMERIC, accepted=tuple(accepted))

    def matching(self) -> Content:
        options: dict[object, str] = {}
        pairs = []
        for element in self.element.findall("subquestion"):
            answer = element.find("answer")
            right = self._text(answer)
            if not right or answer is None:
                raise _LeftOutError(_("A pair has no right side."))
            same = answer.get(KEY) or tuple(sorted(right.items(), key=str))
            if same not in options:
                options[same] = self.key_of(answer)
                self._say("options", right, options[same])
            left = self._text(element)
            if left:  # without a left side it is there to mislead
                pairs.append(Pair(self.key_of(element), options[same]))
                self._say("pairs", left, pairs[-1].key)
        kept = tuple(Option(key) for key in options.values())
        return Content(
            kind=QuestionKind.MATCHING, options=kept, pairs=tuple(pairs), shuffle=self._is_true("shuffleanswers")
        )

    def words(self) -> Content:
        accepted: dict[str, Accepted] = {}
        for element in self.answers():
            text = cleaned(element.findtext("text")).replace("\n", " ")
            known = element.get(KEY) or ""
            key = known if known in accepted else self.key_of(element)
            accepted[key] = Accepted(key, self.credit(element))
            said: Said = {code: text for code in (element.get(LANGUAGE) or "").split() if code in LANGUAGES}
            self._say("accepted", said or {None: text}, key)
            self._say("feedback", self._text(element.find("feedback")), key)
        return Content(
            kind=QuestionKind.SHORT_TEXT, accepted=tuple(accepted.values()), case_sensitive=self._is_true("usecase")
        )


def _texts(common: Mapping[str, Any], own: Mapping[str, Any]) -> Texts:
    parts: dict[str, Any] = {part: own.get(part, common.get(part, "")) for part in PLAIN}
    parts |= {part: {**common.get(part, {}), **own.get(part, {})} for part in BY_KEY}
    return Texts(**parts)


_KINDS = {
    "multichoice": _Reading.choice,
    "truefalse": _Reading.true_false,
    "numerical": _Reading.number,
    "matching": _Reading.matching,
    "shortanswer": _Reading.words,
}


def _plain_number(text: str) -> str:
    found = readings(text)
    if not found:
        raise _LeftOutError(_("“%(text)s” is no number.") % {"text": text[:40]})
    return format(found[0].normalize(), "f")


def _difficulty(text: str) -> int:
    return int(text) if text in map(str, Difficulty.values) else Difficulty.MEDIUM
