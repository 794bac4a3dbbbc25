"""Reading a course's questions: `questions.yaml` says what is right, `questions.LANGUAGE.yaml` what is asked.

What is right stands in one place, so that no translation can have another key.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from elearning.content.reading import CourseFileError, read_yaml
from elearning.languages import LANGUAGES

Told = Mapping[str, Any]


def read_questions(folder: Path) -> list[dict[str, Any]]:
    """Each question with its `content` as bank/content.py has it. Raises CourseFileError for what does not fit."""
    found = {code: folder / f"questions.{code}.yaml" for code in LANGUAGES}
    texts = {code: read_yaml(path) for code, path in found.items() if path.is_file()}
    questions = read_yaml(folder / "questions.yaml")
    keys = {question["key"] for question in questions}
    for code, told in texts.items():
        if told.keys() != keys:
            odd = ", ".join(sorted(told.keys() ^ keys))
            raise CourseFileError(f"{folder.name}/questions.{code}.yaml: {odd}")
    return [{**question, "content": _content(question, texts)} for question in questions]


def _content(question: Told, texts: Mapping[str, Told]) -> dict[str, Any]:
    content: dict[str, Any] = {
        "kind": question["kind"],
        "texts": {code: _text(question, told[question["key"]]) for code, told in texts.items()},
    }
    right = question.get("right")
    rights = set(right) if isinstance(right, list) else {right}
    if question["kind"] == "true_false":
        content["options"] = [{"key": key, "correct": key in rights} for key in ("true", "false")]
    elif "pairs" in question:
        content["options"] = [{"key": key} for key in question["options"]]
        content["pairs"] = [{"key": key, "option": option} for key, option in question["pairs"].items()]
    elif "options" in question:
        content["options"] = [{"key": key, "correct": key in rights} for key in question["options"]]
    elif question["kind"] == "numeric":
        content["accepted"] = [{"key": "number", "credit": 100, **question["accepted"]}]
    else:
        content["accepted"] = [{"key": key, "credit": 100} for key in _variants(question)]
    return content


def _text(question: Told, told: Told) -> dict[str, Any]:
    text = {name: told[name] for name in ("stem", "options", "pairs", "feedback", "general") if name in told}
    if question["kind"] == "short_text":
        text["accepted"] = dict(zip(_variants(question), told["accepted"], strict=True))
    return text


def _variants(question: Told) -> list[str]:
    """Keys of what is accepted; every language has as many, in both scripts where it has two."""
    return [f"v{number}" for number in range(question["variants"])]
