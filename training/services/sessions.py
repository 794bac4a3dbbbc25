"""Making and changing sessions: what they are, when they are, whose they are. Signing off is in closing.py."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypedDict, Unpack

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext as _

from training.choices import Modality, Scope, SessionKind, SessionStatus
from training.models import (
    Account,
    InstitutionType,
    Jurisdiction,
    Project,
    Session,
    SessionDay,
    Source,
    Topic,
    Training,
)
from training.names import match_key
from training.permissions import Action, RoleName, may_plan_in, require
from training.services import trail
from training.services.closing import require_begun
from training.services.outcomes import recompute

MOST_DAYS = 60
TWICE_WITHIN = timedelta(minutes=5)
KEY_WORDS = 100
NOT_KEYS = {"", "new"}
MANY = ("jurisdictions", "audience", "trainers")
MAKES_DAYS = {"start", "end", "kind", "modality", "number_of_sessions"}
COPIED = (
    "title", "training", "topic", "project", "parent", "kind", "modality", "place", "language", "capacity",
    "number_of_sessions", "days_per_session", "modules", "audience_text",
)  # fmt: skip


class Details(TypedDict, total=False):
    """What a session says of itself. Leave out what stays as it is."""

    title: str
    training: Training | None
    topic: Topic
    project: Project | None
    parent: Session | None
    kind: str
    modality: str
    start: date | None
    end: date | None
    place: str
    language: str
    capacity: int | None
    number_of_sessions: int | None
    note: str
    source: Source | None
    jurisdictions: Sequence[Jurisdiction]
    audience: Sequence[InstitutionType]
    trainers: Sequence[Account]


@transaction.atomic
def create_session(*, by: Account, once: bool = False, delivered: bool = False, **details: Unpack[Details]) -> Session:
    """A planned session with its days. A trainer who creates one is among its trainers.

    `delivered` records one that was held before anybody wrote it down here: it is delivered at once, and who writes
    it down did not hold it.
    `once` refuses (code "twice", `params["session"]`) what the same account has made just now: a form sent twice.
    Raises ValidationError naming the fields at fault, PermissionDenied without the right to create.
    """
    require(by, Action.CREATE_SESSION)
    if once:
        _refuse_twin(by, details)
    session = Session(created_by=by)
    if delivered:
        session.status = SessionStatus.DELIVERED
    plain, many = _divided(details)
    _assign(session, plain)
    if delivered:
        require_begun(session)
    save_under_new_key(session)
    _set_many(session, many)
    if not delivered:
        _assign_creator(session, by)
    _make_days(session)
    _require_still_ours(session, by)
    trail.record(by=by, action="session created", session=session, records={"session": [session.pk]})
    return session


@transaction.atomic
def update_session(
    *, by: Account, session: Session, version: datetime | None = None, **details: Unpack[Details]
) -> Session:
    """Change what `details` gives. `version` is the `updated_at` the editor saw: a newer one refuses (code "conflict").

    Days follow the dates; a day with marks is never dropped. Outcomes follow the days and the training's rule.
    """
    require(by, Action.EDIT_SESSION, session)
    session = Session.objects.select_for_update().get(pk=session.pk)
    _require_open(session)
    if version is not None and version != session.updated_at:
        raise ValidationError(_("Somebody else changed this session after you opened it."), code="conflict")
    plain, many = _divided(details)
    changed = {name for name, value in plain.items() if getattr(session, name) != value}
    _assign(session, plain)
    session.save()
    _set_many(session, many)
    if changed & MAKES_DAYS:
        _make_days(session)
    if changed & {*MAKES_DAYS, "training"}:
        recompute(session)
    _require_still_ours(session, by)
    trail.record(by=by, action="session changed", session=session, detail={"fields": sorted(changed | set(many))})
    return session


@transaction.atomic
def copy_session(*, session: Session, by: Account, start: date | None) -> Session:
    """The same again, planned, from `start` on and as long: without roster, marks, figures, source and note."""
    require(by, Action.VIEW_SESSION, session)
    require(by, Action.CREATE_SESSION)
    if not may_plan_in(by, session.project_id):
        raise PermissionDenied(_("A copy stays in its project, and this project is not one of yours."))
    copy = Session(created_by=by, **{name: getattr(session, name) for name in COPIED})
    copy.start = start
    copy.end = _last_day_of_copy(session, start)
    _check(copy)
    save_under_new_key(copy)
    for name in (*MANY, "institutions"):
        getattr(copy, name).set(getattr(session, name).all())
    _assign_creator(copy, by)
    _make_days(copy)
    _require_still_ours(copy, by)
    records = {"session": [copy.pk, session.pk]}
    trail.record(by=by, action="session copied", session=copy, records=records)
    return copy


def _last_day_of_copy(session: Session, start: date | None) -> date | None:
    if not (start and session.start and session.end):
        return start
    try:
        return start + (session.end - session.start)
    except OverflowError as too_late:
        raise ValidationError({"start": _("This day is too far ahead. Give an earlier one.")}) from too_late


def _refuse_twin(by: Account, details: Details) -> None:
    Account.objects.select_for_update().get(pk=by.pk)
    same = {name: details.get(name) for name in ("title", "project", "start")}
    since = timezone.now() - TWICE_WITHIN
    twin = Session.objects.filter(created_by=by, created_at__gte=since, **same).order_by("-pk").first()
    if twin is not None:
        refusal = _("You have just made this session. If this is another one, give it another title or other dates.")
        raise ValidationError(refusal, code="twice", params={"session": twin})


def check_dates(session: Session) -> None:
    """Raise ValidationError by field for days that no session can have. Asks the database nothing."""
    errors = _date_errors(session)
    if errors:
        raise ValidationError(errors)
    _dates_of(session)


def _divided(details: Details) -> tuple[dict[str, Any], dict[str, Any]]:
    plain = {name: value for name, value in details.items() if name not in MANY}
    return plain, {name: value for name, value in details.items() if name in MANY}


def _assign(session: Session, plain: dict[str, Any]) -> None:
    for name, value in plain.items():
        setattr(session, name, value)
    if session.start and not session.end:
        session.end = session.start
    _check(session)


def _check(session: Session) -> None:
    """Raise ValidationError for whatever the records' own rules and the rules of a series refuse."""
    errors = _date_errors(session)
    if session.project_id is None and session.status not in {SessionStatus.PLANNED, SessionStatus.CANCELLED}:
        errors["project"] = _("Choose a project: a session that is open or over belongs to one.")
    errors |= _series_errors(session)
    if errors:
        raise ValidationError(errors)
    session.full_clean(exclude=["key"])


def _date_errors(session: Session) -> dict[str, str]:
    if session.end and not session.start:
        return {"start": _("Give the first day too, or neither.")}
    if session.start and session.end and session.end < session.start:
        first = date_format(session.start)
        return {"end": _("The last day is before the first. Give a day from %(day)s on.") % {"day": first}}
    return {}


def _series_errors(session: Session) -> dict[str, str]:
    parent = session.parent
    if parent is not None and session.is_series:
        return {"parent": _("A series cannot be part of another series.")}
    if parent is not None and (not parent.is_series or parent.project_id != session.project_id):
        return {"parent": _("Choose a series of the same project.")}
    if session.pk is None:
        return {}
    if not session.is_series and session.children.filter(parent__kind=SessionKind.SERIES).exists():
        return {"kind": _("This series has sessions. Take them out of it before making it something else.")}
    if session.is_series and session.participations.exists():
        return {"kind": _("A series has no roster of its own, and this session has one.")}
    if session.is_series and _would_lose_figures(session):
        return {"kind": _("A series is never counted, so this session's headcount would vanish from the figures.")}
    return {}


def _would_lose_figures(session: Session) -> bool:
    """Whether making this session a series takes a headcount out of the figures. Loaded series are left as they are."""
    counted = session.headcounts.exclude(scope=Scope.PUBLISHED)
    was = Session.objects.filter(pk=session.pk).exclude(kind=SessionKind.SERIES)
    return was.exists() and counted.exists() and not session.children.exists()


def save_under_new_key(session: Session) -> None:
    """Give a new session a readable key of its own: two people who make the same one at once get two keys."""
    for _attempt in range(5):
        session.key = _free_key(session)
        try:
            with transaction.atomic():
                session.save()
        except IntegrityError:
            session.pk = None
            continue
        return
    raise ValidationError(_("The session could not be given a key. Try again."))


def _free_key(session: Session) -> str:
    words = slugify(match_key(session.title))
    if len(words) > KEY_WORDS:
        words = words[:KEY_WORDS].rpartition("-")[0] or words[:KEY_WORDS]
    wanted = "-".join(part for part in (words or "session", session.start and session.start.isoformat()) if part)
    taken = set(Session.objects.filter(key__startswith=wanted).values_list("key", flat=True)) | NOT_KEYS
    key, number = wanted, 2
    while key in taken:
        key, number = f"{wanted}-{number}", number + 1
    return key


def _set_many(session: Session, many: dict[str, Any]) -> None:
    for name, values in many.items():
        getattr(session, name).set(values)


def _assign_creator(session: Session, by: Account) -> None:
    if RoleName.TRAINER in by.role_names:
        session.trainers.add(by)


def _dates_of(session: Session) -> set[date]:
    """The days a session is held on: each from first to last. A series and a self-paced session have none.

    A record that stands for several sessions has a period rather than days when that is long.
    """
    if session.is_series or session.modality == Modality.SELF_PACED or not session.start or not session.end:
        return set()
    count = (session.end - session.start).days + 1
    if count > MOST_DAYS and session.number_of_sessions != 1:
        return set()
    if count > MOST_DAYS:
        refusal = _("That makes %(count)s days; a session has at most %(most)s. Make a series of several sessions.")
        raise ValidationError({"end": refusal % {"count": count, "most": MOST_DAYS}})
    return {session.start + timedelta(days=n) for n in range(count)}


def _make_days(session: Session) -> None:
    wanted = _dates_of(session)
    days = {day.date: day for day in session.days.all()}
    gone = [days[when].pk for when in days.keys() - wanted]
    # The history of a mark taken back keeps its day as well, and so does its paper.
    marked = Q(events__isnull=False) | Q(attendance__isnull=False)
    on_paper = Q(signed_sheets__isnull=False) | Q(paper_count__isnull=False)
    kept = SessionDay.objects.filter(marked | on_paper, pk__in=gone).order_by("date").distinct()
    names = [date_format(when) for when in kept.values_list("date", flat=True)]
    if names:
        refusal = _("Attendance was marked, or paper kept, on %(days)s: the dates have to include these days.")
        raise ValidationError({"start": refusal % {"days": ", ".join(names)}})
    SessionDay.objects.filter(pk__in=gone).delete()
    SessionDay.objects.bulk_create([SessionDay(session=session, date=when) for when in sorted(wanted - days.keys())])


def _require_open(session: Session) -> None:
    if session.status == SessionStatus.CLOSED:
        raise ValidationError(_("This session is signed off. Reopen it before changing it."))
    if session.status == SessionStatus.CANCELLED:
        raise ValidationError(_("This session is cancelled. Plan it again before changing it."))


def _require_still_ours(session: Session, by: Account) -> None:
    """Nobody makes a session, or moves one, to where they could not change it any more.

    Asks the database: what was found out about the session before the change is no answer here.
    """
    if Session.objects.changeable_by(by).filter(pk=session.pk).exists():
        return
    if RoleName.TRAINER in by.role_names:
        raise ValidationError(
            {"trainers": _("Keep yourself among the trainers, or you could not change this session.")}
        )
    own = ", ".join(str(project) for project in by.projects.all())
    raise ValidationError({"project": _("Choose one of your own projects: %(projects)s.") % {"projects": own or "–"}})
