"""What a report is about beside its figures: which projects, what these promised, since when."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Min, Q, QuerySet

from training.models import Project, Session
from training.models import Target as PromisedTarget
from training.statistics.question import Question
from training.statistics.report import Activity, Target
from training.statistics.scope import placed, sessions_of


def sessions_asked_about(questions: Sequence[Question]) -> QuerySet[Session]:
    """The sessions whose figures may be in the answers to any of these questions."""
    found = Q(pk__in=[])
    for question in questions:
        found |= Q(pk__in=placed(sessions_of(question), question, self_paced=True).values("pk"))
    return Session.objects.filter(found).order_by()


def projects_of(sessions: QuerySet[Session]) -> list[Project]:
    """Their projects, with what `activities` and `targets` tell of them. Four queries."""
    found = Project.objects.filter(pk__in=sessions.values("project"))
    return list(found.prefetch_related("agencies", "funders", "targets"))


def activities(projects: Sequence[Project]) -> tuple[Activity, ...]:
    return tuple(
        Activity(
            project=project.key,
            title=project.title,
            status=project.status,
            start=project.start,
            end=project.end,
            agencies=tuple(agency.name for agency in project.agencies.all()),
            funders=tuple(funder.name for funder in project.funders.all()),
        )
        for project in projects
    )


def targets(projects: Sequence[Project]) -> tuple[Target, ...]:
    return tuple(_target(project, target) for project in projects for target in project.targets.all())


def _target(project: Project, target: PromisedTarget) -> Target:
    return Target(
        project=project.key,
        measure=target.measure,
        start=target.start,
        end=target.end,
        value=target.value,
        women_share=None if target.women_share is None else float(target.women_share),
    )


def first_day(sessions: QuerySet[Session]) -> date | None:
    """The first day of the earliest of them, None where none is dated."""
    found: date | None = sessions.aggregate(first=Min("start"))["first"]
    return found
