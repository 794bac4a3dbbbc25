"""Knowledge checks inside modules: a question, an answer, what is to be said about it. Nothing is kept or counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from elearning.bank.content import Content
from elearning.bank.marking import Marked, ResponseError, mark, read_response
from elearning.models import AttemptQuestion, Course, Question
from training.models import Account
from training.permissions import Action, require


@dataclass(frozen=True)
class Checked:
    """`marked` is None where the question is asked in an open attempt as well: nothing is told before that ends."""

    content: Content
    response: Mapping[str, Any]
    marked: Marked | None


def check(*, question: Question, raw: Any, by: Account) -> Checked:
    """Mark an answer to a check. Raises PermissionDenied where the course is not for the account, ValidationError for
    no answer or one to another question."""
    require(by, Action.READ_COURSES)
    if not Course.objects.visible_to(by).filter(pk=question.course_id).exists():
        raise PermissionDenied(_("This course is not for your institution."))
    content = question.content
    try:
        response = read_response(content, raw)
    except ResponseError as wrong:
        raise ValidationError(_("This is no answer to that question.")) from wrong
    if not response:
        raise ValidationError(_("Choose or write an answer first."))
    withheld = is_being_asked(question, by)
    return Checked(content, response, None if withheld else mark(content, response))


def is_being_asked(question: Question, account: Account) -> bool:
    """Whether an open attempt of the account's person has that question."""
    return AttemptQuestion.objects.filter(
        version__question=question.pk,
        attempt__ended_at=None,
        attempt__enrolment__participation__person__account=account.pk,
    ).exists()
