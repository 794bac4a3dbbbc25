"""Reading a course's files: `course.yaml` (its rules), one file for each language (its texts), and `pictures/`.

A language's file has the same modules and blocks as that of the language the course was written in, by the same ids.
Whatever differs is named: a course is loaded whole or not at all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from elearning.content.markup import inline, listed, paragraphs
from elearning.content.questions import read_questions
from elearning.content.reading import CourseFileError, key_of, read_yaml
from elearning.languages import LANGUAGES, SOURCE

COURSES = Path(__file__).parent.parent / "data" / "courses"
Block = dict[str, Any]


@dataclass(frozen=True)
class ModuleFile:
    slug: str
    title: str
    summary: str
    minutes: int | None
    is_restricted: bool
    blocks: list[Block]


@dataclass(frozen=True)
class TextFile:
    """A course in one language. Pictures are still the names of their files."""

    language: str
    title: str
    summary: str
    objectives: str
    for_whom: str
    sources: str
    is_reviewed: bool
    modules: list[ModuleFile]

    def shape(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Which blocks there are, whatever they say."""
        return [(module.slug, [(one["type"], one["id"]) for one in module.blocks]) for module in self.modules]


@dataclass(frozen=True)
class CourseFile:
    slug: str
    rules: Mapping[str, Any]
    texts: Mapping[str, TextFile]
    questions: Sequence[Mapping[str, Any]]
    folder: Path


def course_files(folder: Path = COURSES) -> list[CourseFile]:
    return [read_course(one) for one in sorted(folder.iterdir()) if (one / "course.yaml").is_file()]


def read_course(folder: Path) -> CourseFile:
    """Raises CourseFileError naming file and place."""
    rules = read_yaml(folder / "course.yaml")
    found = {code: folder / f"{code}.yaml" for code in LANGUAGES if (folder / f"{code}.yaml").is_file()}
    texts = {code: _text(folder.name, code, read_yaml(path)) for code, path in found.items()}
    questions = read_questions(folder) if (folder / "questions.yaml").is_file() else []
    for text in texts.values():
        _require_shape(text, texts[SOURCE], folder.name)
    return CourseFile(folder.name, rules, texts, questions, folder)


def _require_shape(text: TextFile, source: TextFile, slug: str) -> None:
    for mine, theirs in zip(text.shape(), source.shape(), strict=False):
        if mine != theirs:
            raise CourseFileError(
                _("%(course)s/%(language)s.yaml: module “%(module)s” has other blocks than the source.")
                % {"course": slug, "language": text.language, "module": mine[0]}
            )
    if len(text.modules) != len(source.modules):
        raise CourseFileError(
            _("%(course)s/%(language)s.yaml: it has other modules than the source.")
            % {"course": slug, "language": text.language}
        )


def _text(slug: str, language: str, told: Mapping[str, Any]) -> TextFile:
    try:
        return TextFile(
            language=language,
            title=told["title"],
            summary=" ".join(told.get("summary", "").split()),
            objectives=listed(told["objectives"]) if told.get("objectives") else "",
            for_whom=told.get("for_whom", ""),
            sources=listed(told["sources"]) if told.get("sources") else "",
            is_reviewed=told.get("reviewed", False),
            modules=[_module(slug, one) for one in told.get("modules", [])],
        )
    except (KeyError, TypeError) as fault:
        raise CourseFileError(f"{slug}/{language}.yaml: {fault!r}") from fault


def _module(slug: str, told: Mapping[str, Any]) -> ModuleFile:
    return ModuleFile(
        slug=told["key"],
        title=told["title"],
        summary=" ".join(told.get("summary", "").split()),
        minutes=told.get("minutes"),
        is_restricted=told.get("restricted", False),
        blocks=list(_blocks(slug, told)),
    )


def _blocks(slug: str, module: Mapping[str, Any]) -> Iterator[Block]:
    for told in module["blocks"]:
        (kind,) = set(told) & READERS.keys()
        block_type, value = READERS[kind](told[kind], told)
        if block_type == "check":
            value = {"question": str(key_of(slug, "question", value))}
        if block_type == "notes":
            place = (slug, module["key"], told["id"])
            value = [
                {"type": "item", "value": note, "id": str(key_of(*place, str(number)))}
                for number, note in enumerate(value)
            ]
        yield {"type": block_type, "value": value, "id": str(key_of(slug, module["key"], told["id"]))}


def _table(told: Mapping[str, Any], _beside: Mapping[str, Any]) -> tuple[str, Block]:
    header = told.get("header", "row")
    merged = [dict(zip(("row", "col", "rowspan", "colspan"), one, strict=True)) for one in told.get("merge", [])]
    value = {
        "data": [[" ".join(str(cell).split()) for cell in row] for row in told["rows"]],
        "table_caption": told.get("caption", ""),
        "table_header_choice": header,
        "first_row_is_table_header": header in {"row", "both"},
        "first_col_is_header": header in {"column", "both"},
        "mergeCells": merged,
    }
    return "table", value


def _picture(told: str, beside: Mapping[str, Any]) -> tuple[str, Block]:
    words = {"alt": beside.get("alt", ""), "caption": beside.get("caption", "")}
    return "image", {"image": told, "decorative": not words["alt"], **words}


def _callout(told: Mapping[str, Any], _beside: Mapping[str, Any]) -> tuple[str, Block]:
    value = {"kind": told.get("kind", "note"), "title": told.get("title", ""), "text": paragraphs(told["text"])}
    return "callout", value


def _case(told: Mapping[str, Any], _beside: Mapping[str, Any]) -> tuple[str, Block]:
    questions = listed(told["questions"]) if told.get("questions") else ""
    return "case", {"title": told["title"], "text": paragraphs(told["text"]), "questions": questions}


def _term(told: Mapping[str, Any], _beside: Mapping[str, Any]) -> tuple[str, Block]:
    return "glossary", {"term": told["term"], "meaning": paragraphs(told["meaning"])}


READERS: dict[str, Callable[[Any, Mapping[str, Any]], tuple[str, Any]]] = {
    "text": lambda told, _beside: ("text", paragraphs(told)),
    "heading": lambda told, beside: ("heading", {"text": told, "level": str(beside.get("level", 2))}),
    "list": lambda told, beside: ("list", listed(told, ordered=beside.get("ordered", False))),
    "image": _picture,
    "table": _table,
    "callout": _callout,
    "glossary": _term,
    "case": _case,
    "check": lambda told, _beside: ("check", told),
    "notes": lambda told, _beside: ("notes", [f"<p>{inline(one)}</p>" for one in told]),
}
