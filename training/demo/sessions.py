"""The demo sessions, made the way people make them: through the services, with their history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from training.choices import Mark, Role, Scope, SessionKind, SessionStatus, Sex
from training.demo.plan import PlannedSession, Register
from training.models import (
    Account,
    InstitutionType,
    Jurisdiction,
    Participation,
    Person,
    Project,
    Session,
    Topic,
    Training,
)
from training.services.attendance import mark_each
from training.services.closing import change_status, sign_off
from training.services.headcounts import BreakdownDraft, CellDraft, save_headcount
from training.services.outcomes import recompute
from training.services.registering import Registration, register_many
from training.services.sessions import create_session

MARKS = (Mark.PRESENT.value, Mark.LATE.value, Mark.EXCUSED.value, Mark.ABSENT.value)
MARK_WEIGHTS = (86, 6, 3, 5)
MORNING = time(8, 40, tzinfo=UTC)
WHY_UNNAMED = "Names of special units are not recorded"


@dataclass(frozen=True)
class Stage:
    """What sessions are made from, and by whom: `by` makes and closes them, `trainer` keeps the registers."""

    by: Account
    trainer: Account
    today: date
    people: Sequence[Person]
    trainings: Mapping[str, Training] = field(default_factory=dict)


def make_session(random: Random, stage: Stage, plan: PlannedSession) -> Session:
    """One session with its roster, marks, headcount and state. Its days lie around `stage.today`."""
    start = stage.today + timedelta(days=plan.starts)
    session = create_session(
        by=stage.by,
        title=plan.title,
        training=stage.trainings.get(plan.training),
        topic=topic(plan.topic),
        project=Project.objects.get(key=plan.project),
        parent=Session.objects.filter(key=plan.parent).first() if plan.parent else None,
        kind=plan.kind,
        modality=plan.modality,
        start=start,
        end=start + timedelta(days=plan.length - 1),
        place=plan.place,
        language=plan.language,
        capacity=plan.people + 6 if plan.people else None,
        jurisdictions=list(Jurisdiction.objects.filter(code__in=plan.jurisdictions)),
        audience=list(InstitutionType.objects.filter(key__in=plan.audience)),
        trainers=[] if plan.kind == SessionKind.SERIES else [stage.trainer],
    )
    session.key = plan.key
    session.save(update_fields=["key"])
    _fill(random, stage, plan, session)
    _move_on(stage, plan, session)
    return Session.objects.get(pk=session.pk)


def topic(key: str) -> Topic:
    """The topic of that key; where somebody has removed it, any other."""
    found = Topic.objects.filter(key=key).first() or Topic.objects.order_by("pk").first()
    if found is None:
        raise ValidationError(_("There are no topics to make demo sessions about: load the facts first."))
    return found


def _fill(random: Random, stage: Stage, plan: PlannedSession, session: Session) -> None:
    if plan.people:
        register_many(session=session, registrations=_registrations(random, stage, plan), by=stage.by)
    if sum(plan.unnamed):
        women, men = plan.unnamed
        cells = [CellDraft(sex=Sex.WOMEN.value, number=women), CellDraft(sex=Sex.MEN.value, number=men)]
        save_headcount(
            session=session,
            by=stage.by,
            scope=Scope.UNNAMED.value,
            total=women + men,
            reason=WHY_UNNAMED,
            breakdowns=[BreakdownDraft(["sex"], cells)],
        )
    if session.training and session.training.pass_mark is not None:
        _score(random, session)
    if plan.register != Register.NONE:
        _mark(random, stage, plan, session)


def _registrations(random: Random, stage: Stage, plan: PlannedSession) -> list[Registration]:
    """People of the session's jurisdictions; the first is a trainer, in larger sessions the second an observer."""
    within = [person for person in stage.people if person.jurisdiction.code in plan.jurisdictions]
    chosen = random.sample(within, min(plan.people, len(within)))
    roles = [Role.TRAINER, Role.OBSERVER] if len(chosen) >= 24 else [Role.TRAINER]
    others = [Role.TRAINEE] * (len(chosen) - len(roles))
    return [Registration(person=person, role=role.value) for person, role in zip(chosen, roles + others, strict=True)]


def _score(random: Random, session: Session) -> None:
    taken = list(session.participations.filter(role=Role.TRAINEE).order_by("pk"))
    for participation in taken:
        participation.pre_score = Decimal(random.randrange(30, 75))
        participation.post_score = participation.pre_score + Decimal(random.randrange(0, 26))
    Participation.objects.bulk_update(taken, ["pre_score", "post_score"])
    recompute(session)


def _mark(random: Random, stage: Stage, plan: PlannedSession, session: Session) -> None:
    ids = list(session.participations.order_by("pk").values_list("pk", flat=True))
    for day in session.days.all():
        if day.date > stage.today:
            continue
        partly = plan.register == Register.PART and day.date == stage.today
        marked = ids[: len(ids) // 2] if partly else ids
        marks = dict(zip(marked, random.choices(MARKS, MARK_WEIGHTS, k=len(marked)), strict=True))
        at = None if day.date == stage.today else datetime.combine(day.date, MORNING)
        mark_each(session=session, day=day, marks=marks, by=stage.trainer, at=at)


def _move_on(stage: Stage, plan: PlannedSession, session: Session) -> None:
    """To the state the plan wants, one step after the other. The first mark has opened the session already."""
    session.refresh_from_db()
    target = SessionStatus(plan.status)
    if target == SessionStatus.CANCELLED:
        change_status(session=session, by=stage.by, to=target)
        return
    if target == SessionStatus.PLANNED:
        return
    if session.status == SessionStatus.PLANNED:
        session = change_status(session=session, by=stage.by, to=SessionStatus.OPEN)
    if target == SessionStatus.DELIVERED:
        change_status(session=session, by=stage.by, to=target)
    if target == SessionStatus.CLOSED:
        sign_off(session=session, by=stage.by)
