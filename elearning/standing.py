"""How far somebody is: in each of their courses, in one of them, in its modules. Plain data for pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from elearning.languages import SOURCE
from elearning.models import Course, CourseEdition, Enrolment
from elearning.opening import progress_in
from elearning.texts import CourseText, ModuleText, texts_of
from training.choices import Outcome
from training.models import Account


@dataclass(frozen=True)
class Step:
    """A module in the order of the course: read, opened, or still ahead."""

    module: ModuleText
    is_read: bool
    is_open: bool


@dataclass(frozen=True)
class Standing:
    """Where a person is in a course; `enrolment` is None for whoever does not take it."""

    course: Course
    text: CourseText | None
    is_open: bool
    enrolment: Enrolment | None
    steps: Sequence[Step]

    @property
    def read(self) -> int:
        return sum(step.is_read for step in self.steps)

    @property
    def is_completed(self) -> bool:
        return self.enrolment is not None and self.enrolment.participation.outcome == Outcome.COMPLETED

    @property
    def all_read(self) -> bool:
        return bool(self.steps) and self.read == len(self.steps)

    @property
    def here(self) -> ModuleText | None:
        """The module to go on with: the last one read in if it is not finished, else the first unfinished one."""
        last = self.enrolment.last_module_key if self.enrolment else None
        unread = [step.module for step in self.steps if not step.is_read]
        return next((module for module in unread if module.key == last), unread[0] if unread else None)

    @property
    def block(self) -> str:
        """The block to go on from in `here`."""
        here, enrolment = self.here, self.enrolment
        return enrolment.last_block_id if here and enrolment and here.key == enrolment.last_module_key else ""


def own_courses(courses: Iterable[Course], account: Account) -> list[Standing]:
    """Every course with where the account's person is in it. Six queries, whatever the number of courses."""
    listed = list(courses)
    texts = texts_of(listed, account.language or SOURCE)
    enrolments = _newest(listed, account)
    progress = progress_in(enrolments.values())
    is_open = set(CourseEdition.objects.filter(course__in=listed, closed_at=None).values_list("course", flat=True))
    return [
        _standing(course, texts.get(course.pk), course.pk in is_open, enrolments.get(course.pk), progress)
        for course in listed
    ]


def standing_of(course: Course, text: CourseText | None, account: Account) -> Standing:
    """Where the account's person is in this course. Three queries."""
    enrolment = _newest([course], account).get(course.pk)
    is_open = CourseEdition.objects.filter(course=course, closed_at=None).exists()
    return _standing(course, text, is_open, enrolment, progress_in([enrolment] if enrolment else []))


def steps_of(text: CourseText, enrolment: Enrolment | None) -> list[Step]:
    """The modules with how far each is. One query."""
    return _steps(text, enrolment, progress_in([enrolment] if enrolment else []))


def _newest(courses: Sequence[Course], account: Account) -> dict[int, Enrolment]:
    """The enrolment in the newest edition, by course."""
    found = Enrolment.objects.of_account(account).filter(edition__course__in=courses).order_by("edition__number")
    return {one.edition.course_id: one for one in found.select_related("edition", "participation")}


def _standing(
    course: Course,
    text: CourseText | None,
    is_open: bool,
    enrolment: Enrolment | None,
    progress: Mapping[tuple[int, UUID], bool],
) -> Standing:
    return Standing(course, text, is_open, enrolment, _steps(text, enrolment, progress) if text else [])


def _steps(text: CourseText, enrolment: Enrolment | None, progress: Mapping[tuple[int, UUID], bool]) -> list[Step]:
    read = [progress.get((enrolment.pk, module.key)) if enrolment else None for module in text.modules]
    return [
        Step(module, is_read=bool(is_read), is_open=is_read is not None)
        for module, is_read in zip(text.modules, read, strict=True)
    ]
