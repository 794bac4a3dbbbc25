"""Which sessions and which participations a question is about (design §3.1, §3.4, §3.7, §3.8)."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import DateField, F, Q, QuerySet, Value, Window
from django.db.models.functions import Coalesce, Least, RowNumber
from django.utils.translation import gettext as _

from training.choices import Modality, Role, Scope
from training.models import Headcount, Participation, Session
from training.models.sessions import SessionQuerySet
from training.permissions import figures_scope
from training.statistics.dimensions import DIMENSIONS, PARTICIPATION_DATE, Members
from training.statistics.question import Question

Participations = QuerySet[Participation, Participation]
# The ids of sessions with a whole headcount: a list of its own, since there are far fewer of them than sessions.
WHOLE_HEADCOUNTS = Headcount.objects.filter(scope=Scope.WHOLE).order_by().values("session")
FAR_OFF = Value("9999-12-31", output_field=DateField())


def filter_values(question: Question, name: str) -> Sequence[Any]:
    """The database values the codes of one of the question's filters stand for. Raises ValidationError with the codes
    there are. One query where nobody has looked them up.
    """
    codes = question.filters[name]
    if (name, codes) in question.values:
        return question.values[name, codes]
    members = Members(DIMENSIONS[name])
    unknown = [code for code in codes if not members.values(code)]
    if unknown:
        known = ", ".join(code for _value, code, _label in DIMENSIONS[name].members())
        raise ValidationError(
            _("Unknown %(name)s: %(unknown)s. Possible: %(known)s.")
            % {"name": name.replace("_", " "), "unknown": ", ".join(unknown), "known": known or "–"}
        )
    return members.values_of(codes)


def sessions_of(question: Question) -> SessionQuerySet:
    """Counted sessions whose figures the reader may know, under the filters on sessions, whatever their dates."""
    return narrowed(Session.objects.counted().order_by(), question)


def narrowed(sessions: SessionQuerySet, question: Question) -> SessionQuerySet:
    """Those of `sessions` whose figures the reader may know, under the filters on sessions."""
    if question.reader is not None:
        sessions = sessions.filter(figures_scope(question.reader))
    for name in question.session_filters:
        condition = Q(**{f"{DIMENSIONS[name].session_path}__in": filter_values(question, name)})
        # A subquery, so that a session with several of the values still comes once.
        sessions = sessions.filter(pk__in=Session.objects.filter(condition).order_by().values("pk"))
    return sessions


def placed(sessions: SessionQuerySet, question: Question, *, self_paced: bool = False) -> SessionQuerySet:
    """Those of `sessions` that lie in the question's period.

    A dated session does by its last day; an undated one if its project's period, up to `as_of`, lies inside. With
    `self_paced` the self-paced ones stay all the same, since their participations have dates of their own.
    """
    if not question.has_period:
        return sessions
    dated, undated = Q(end__isnull=False), Q(end__isnull=True, project_start__isnull=False, project_end__isnull=False)
    if question.start:
        dated &= Q(end__gte=question.start)
        undated &= Q(project_start__gte=question.start)
    if question.end:
        dated &= Q(end__lte=question.end)
        undated &= Q(project_end__lte=question.end)
    inside = dated | undated
    if self_paced:
        inside |= Q(modality=Modality.SELF_PACED)
    return _with_project_period(sessions).filter(inside)


def not_placed(sessions: SessionQuerySet, question: Question) -> SessionQuerySet:
    """Undated sessions that may lie in the period or not: their project's period is unknown or reaches over an end."""
    if not question.has_period:
        return sessions.none()
    outside = Q(pk__in=[])
    if question.start:
        outside |= Q(project_end__lt=question.start)
    if question.end:
        outside |= Q(project_start__gt=question.end)
    undated = _with_project_period(sessions).filter(end__isnull=True).exclude(modality=Modality.SELF_PACED)
    outside_ids = undated.filter(outside).values("pk")
    return undated.exclude(pk__in=placed(sessions, question).values("pk")).exclude(pk__in=outside_ids)


def _with_project_period(sessions: SessionQuerySet) -> SessionQuerySet:
    """`project_start` and `project_end`; the end is the date of the figure where that is earlier, or the only one."""
    known_end = Coalesce(F("project__end"), F("as_of"))
    end = Least(known_end, Coalesce(F("as_of"), known_end))
    return sessions.annotate(project_start=F("project__start"), project_end=end)


def participations_of(question: Question, sessions: SessionQuerySet) -> Participations:
    """The named part: counted participations in those of `sessions` whose roster counts, under every filter."""
    ids = sessions.filter(roster_counts(question, sessions)).values("pk")
    return passing(Participation.objects.counted().filter(session__in=ids).order_by(), question, sessions)


def roster_counts(question: Question, sessions: SessionQuerySet) -> Q:
    """Those of `sessions` in the question's period whose roster counts; self-paced ones whatever their dates."""
    counts = ~Q(pk__in=WHOLE_HEADCOUNTS)
    if question.has_period:
        counts &= Q(pk__in=placed(sessions, question, self_paced=True).values("pk"))
    return counts


def passing(found: Participations, question: Question, sessions: SessionQuerySet) -> Participations:
    """Those of the counted participations found, all of them in `sessions`, that pass the filters on people."""
    found = _in_roles(found, question)
    for name in question.people_filters:
        dimension = DIMENSIONS[name]
        path = dimension.path_now if question.snapshot == "now" and dimension.path_now else dimension.path
        found = found.filter(**{f"{path}__in": filter_values(question, name)})
    found = _self_paced_in_period(found, question, sessions)
    return found.filter(pk__in=_first_ones(question)) if question.first_time else found


def _in_roles(found: Participations, question: Question) -> Participations:
    return found if question.names_roles else found.filter(role=Role.TRAINEE)


def _self_paced_in_period(found: Participations, question: Question, sessions: SessionQuerySet) -> Participations:
    if not question.has_period:
        return found
    self_paced = sessions.filter(modality=Modality.SELF_PACED)
    if not self_paced.exists():
        return found
    inside = Q()
    if question.start:
        inside &= Q(own_date__gte=question.start)
    if question.end:
        inside &= Q(own_date__lte=question.end)
    dated = found.annotate(own_date=PARTICIPATION_DATE)
    return dated.filter(~Q(session__modality=Modality.SELF_PACED) | inside)


def _first_ones(question: Question) -> QuerySet[Participation, Any]:
    """The ids of each person's first counted participation, by date, then in the order of entry.

    Whatever else is filtered: a first-timer is new to the register, not to the answer. An undated one is taken as
    later than any dated one. All of them are put in order once: to look for an earlier one beside each takes a database
    that knows how many there are.
    """
    everywhere = Session.objects.counted().exclude(pk__in=WHOLE_HEADCOUNTS).order_by().values("pk")
    counted = _in_roles(Participation.objects.counted().filter(session__in=everywhere).order_by(), question)
    place = Window(RowNumber(), partition_by="person", order_by=(Coalesce(PARTICIPATION_DATE, FAR_OFF), F("pk")))
    return counted.annotate(place=place).filter(place=1).values("pk")
