"""What goes when demo sessions are removed: who took a demo edition, and the edition. The course itself stays."""

from collections.abc import Collection

from elearning.models import Answer, Attempt, AttemptQuestion, Course, CourseEdition, Enrolment


def forget_editions(sessions: Collection[int]) -> None:
    """Inside the removal's transaction, before the participations go."""
    editions = CourseEdition.objects.filter(session__in=sessions)
    enrolments = Enrolment.objects.filter(participation__session__in=sessions)
    attempts = Attempt.objects.filter(enrolment__in=enrolments)
    Answer.objects.filter(attempt_question__attempt__in=attempts).delete()
    AttemptQuestion.objects.filter(attempt__in=attempts).delete()
    attempts.delete()
    enrolments.delete()
    Course.objects.filter(project__is_demo=True).update(project=None)
    editions.delete()
