"""What the answers say about the questions: how hard each is, whether it tells those who know from those who do not,
what was chosen, and how it differs by language.

Counted is each person's first answer to the question as it is asked now, in attempts that have ended: later attempts
know it already, and another version is another question. Pure figures; nobody is named.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from elearning.bank.content import CHOSEN, Content
from elearning.bank.gaps import whole_languages
from elearning.bank.marking import is_right, mark
from elearning.choices import QuestionKind
from elearning.languages import own_name
from elearning.models import AttemptQuestion, Course, Question
from training.models import Account
from training.permissions import Action, require

if TYPE_CHECKING:
    from pandas import DataFrame, Series

# Below it a figure says more about chance than about the question.
SMALL = 20
MOST_TYPED = 10


@dataclass(frozen=True)
class Choice:
    """How many gave this answer. `credit` is what it is worth, per cent; `is_right`: all of it, or a part of the whole
    where several are right."""

    text: str
    n: int
    share: float
    credit: Decimal | None
    is_right: bool


@dataclass(frozen=True)
class InLanguage:
    language: str
    n: int
    easiness: float


@dataclass(frozen=True)
class ItemFigures:
    """`easiness`: mean credit, per cent. `discrimination`: correlation of the credit with the rest of the attempt, from
    -1 to 1; None where nothing varies. `older` counts answers to earlier versions, which are not in the figures."""

    question: Question
    n: int
    older: int
    easiness: float | None
    discrimination: float | None
    unanswered: int
    choices: Sequence[Choice]
    languages: Sequence[InLanguage]

    @property
    def is_small(self) -> bool:
        return self.n < SMALL

    @property
    def misleads(self) -> bool:
        """Who does well elsewhere does worse here: the key may be wrong."""
        return self.discrimination is not None and self.discrimination < 0 and not self.is_small


def item_analysis(course: Course, account: Account) -> list[ItemFigures]:
    """Of every question that is asked, in the order of the bank. Two queries, whatever the number of answers."""
    require(account, Action.KEEP_COURSES)
    questions = list(Question.objects.of(course).asked())
    frame = _answers(course)
    groups = dict(list(frame.groupby("question"))) if len(frame) else {}
    return [_figures(one, groups.get(one.pk)) for one in questions]


def _answers(course: Course) -> "DataFrame":
    """One row for each person and question: the first time they had it. `rest` is their credit for everything else."""
    import pandas as pd  # slow to import, and only this page needs it

    fields = {
        "attempt": "attempt", "person": "attempt__enrolment__participation__person", "question": "version__question",
        "version": "version", "credit": "credit", "response": "response", "answered_in": "answered_in",
        "language": "attempt__language", "ended": "attempt__ended_at", "points": "version__content__points",
    }  # fmt: skip
    asked = AttemptQuestion.objects.filter(attempt__enrolment__edition__course=course, attempt__ended_at__isnull=False)
    rows = asked.order_by("attempt__ended_at", "pk").values_list(*fields.values())
    frame = pd.DataFrame(list(rows), columns=list(fields))
    if frame.empty:
        return frame
    frame["points"] = frame["points"].fillna(1).astype(float)
    frame["credit"] = frame["credit"].fillna(0).astype(float)
    frame["earned"] = frame["credit"] * frame["points"]
    totals = frame.groupby("attempt")[["earned", "points"]].transform("sum")
    others = totals["points"] - frame["points"]
    frame["rest"] = (totals["earned"] - frame["earned"]) / others.where(others > 0)
    frame["language"] = frame["answered_in"].where(frame["answered_in"] != "", frame["language"])
    return frame.drop_duplicates(["person", "question", "version"])


def _figures(question: Question, frame: "DataFrame | None") -> ItemFigures:
    if frame is None:
        return ItemFigures(question, 0, 0, None, None, 0, _choices(question.content, []), ())
    now = frame[frame["version"] == question.current_id]
    responses = list(now["response"])
    return ItemFigures(
        question=question,
        n=len(now),
        older=len(frame) - len(now),
        easiness=_percent(now["credit"].mean()) if len(now) else None,
        discrimination=_correlation(now["credit"], now["rest"]),
        unanswered=sum(not response for response in responses),
        choices=_choices(question.content, responses),
        languages=_by_language(now),
    )


def _correlation(credit: "Series[float]", rest: "Series[float]") -> float | None:
    """None for fewer than three, or where one of them is the same for everybody."""
    known = rest.notna()
    credit, rest = credit[known], rest[known]
    if len(credit) < 3 or credit.nunique() < 2 or rest.nunique() < 2:
        return None
    return round(float(credit.corr(rest)), 2)


def _by_language(now: "DataFrame") -> list[InLanguage]:
    found = [
        InLanguage(own_name(str(code)), len(rows), _percent(rows["credit"].mean()))
        for code, rows in now.groupby("language")
    ]
    return sorted(found, key=lambda one: (-one.n, one.language))


def _choices(content: Content, responses: Sequence[Mapping[str, Any]]) -> list[Choice]:
    given = [response for response in responses if response]
    if content.kind == QuestionKind.MATCHING:
        return _pairs(content, given)
    if content.kind in CHOSEN:
        return _options(content, given)
    return _typed(content, given)


def _options(content: Content, given: Sequence[Mapping[str, Any]]) -> list[Choice]:
    """Every option, chosen or not. Of several, one person may choose more than one."""
    code = whole_languages(content)[0]
    chosen = Counter(key for one in given for key in one.get("options", [one.get("option")]))
    return [
        Choice(
            content.option_text(code, option.key), chosen[option.key], _share(chosen[option.key], len(given)),
            option.credit, is_right(content.kind, option.credit),
        )
        for option in content.options
    ]  # fmt: skip


def _pairs(content: Content, given: Sequence[Mapping[str, Any]]) -> list[Choice]:
    """Each left side with the right side it was put to, the right one first."""
    texts = content.texts[whole_languages(content)[0]]
    found = []
    for pair in content.pairs:
        put = Counter(one["pairs"].get(pair.key) for one in given)
        options = sorted((one.key for one in content.options), key=lambda key: (key != pair.option, -put[key]))
        for key in options:
            if put[key] or key == pair.option:
                text = f"{texts.pairs.get(pair.key, '')} → {texts.options.get(key, '')}"
                found.append(Choice(text, put[key], _share(put[key], len(given)), None, key == pair.option))
    return found


def _typed(content: Content, given: Sequence[Mapping[str, Any]]) -> list[Choice]:
    """What was typed most often, whatever the capital letters, with what it counted for."""
    typed = Counter(str(one["text"]).casefold() for one in given)
    found = []
    for text, n in typed.most_common(MOST_TYPED):
        credit = mark(content, {"text": text}).credit
        found.append(Choice(text, n, _share(n, len(given)), credit * 100, credit == 1))
    return found


def _share(part: int, whole: int) -> float:
    return _percent(part / whole) if whole else 0.0


def _percent(of_one: float) -> float:
    return round(100 * float(of_one), 1)
