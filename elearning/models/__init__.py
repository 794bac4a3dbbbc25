"""Online courses. Each module of this package holds one part; import models from here."""

from elearning.models.attempts import Answer, Attempt, AttemptQuestion
from elearning.models.courses import Course
from elearning.models.editions import CourseEdition
from elearning.models.manuals import ManualEdition
from elearning.models.pages import CourseIndexPage, CoursePage, ModulePage
from elearning.models.progress import Enrolment, ExtraTime, ModuleProgress
from elearning.models.questions import Question, QuestionVersion

__all__ = [
    "Answer",
    "Attempt",
    "AttemptQuestion",
    "Course",
    "CourseEdition",
    "CourseIndexPage",
    "CoursePage",
    "Enrolment",
    "ExtraTime",
    "ManualEdition",
    "ModulePage",
    "ModuleProgress",
    "Question",
    "QuestionVersion",
]
