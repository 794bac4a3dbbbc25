"""Loading the demo data: once, then never again over what anybody has changed since.

Beside the records stands a LoadedRecord of origin "demo": "base" for the people and sessions in detail, "scaled" for
how many units of bulk.py were written, and one for each record that carries no mark of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from auditlog.context import disable_auditlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from training.choices import Audience, ProjectStatus
from training.demo import bulk
from training.demo.accounts import COORDINATED, address, give_record, give_scopes, make_accounts
from training.demo.institutions import institutions_of
from training.demo.people import Workplaces, invent
from training.demo.plan import PROJECTS, QUESTIONS, REPORT, SESSIONS, TARGETS, TODAY, TRAININGS
from training.demo.sessions import Stage, make_session, topic
from training.models import Account, Jurisdiction, LoadedRecord, Person, Project, Session, Training
from training.models.reports import DEFAULT_THRESHOLD
from training.permissions import Action, RoleName, require
from training.services import trail
from training.services.reports import save_report
from training.services.targets import add_target
from training.services.upkeep import keep_up

ORIGIN = "demo"
SEED = 2026
PEOPLE = 150
UNITS_AT_ONCE = 20  # committed together: memory stays bounded, and a run that was stopped goes on where it ended

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Loaded:
    """What one run added; nothing at all when everything was there."""

    base: bool
    today: Session | None
    participations: int


@disable_auditlog()
def load(*, by: Account, scale: int = 1, progress: Progress | None = None) -> Loaded:
    """Add what is missing: the demo register, a session for today, and from scale 2 on a thousand participations each.

    Records that are there, changed or not, stay as they are. Raises ValidationError where demo data is not allowed or
    nothing to build on is loaded; PermissionDenied without the right to load.
    """
    require(by, Action.LOAD_DATA)
    if not settings.DEMO_DATA_ALLOWED:
        raise ValidationError(_("Demo data is refused here: these settings are for a register with real people in it."))
    base = _load_base(by)
    loaded = Loaded(base, _load_today(by), _scale_up(by, scale, progress))
    keep_up()
    return loaded


def is_loaded() -> bool:
    return LoadedRecord.objects.filter(origin=ORIGIN, model="demo", key="base").exists()


@transaction.atomic
def _load_base(by: Account) -> bool:
    """The marker comes first: a second process that starts at the same time waits for it, and then finds it."""
    _marker, made = LoadedRecord.objects.get_or_create(
        origin=ORIGIN, model="demo", key="base", defaults={"object_id": 0}
    )
    if not made:
        return False
    random = Random(SEED)  # noqa: S311 (fictional people, no secrets)
    today = timezone.localdate()
    accounts = make_accounts()
    projects = _projects(today)
    give_scopes(accounts, projects)
    _add_targets(accounts[RoleName.MANAGER], {project.key: project for project in projects}, today)
    _add_report(accounts[RoleName.MANAGER])
    people = Person.objects.bulk_create(invent(random, _workplaces(), PEOPLE, start=1))
    people = list(
        Person.objects.filter(pk__in=[one.pk for one in people]).select_related("jurisdiction", "institution")
    )
    stage = Stage(
        by=accounts[RoleName.MANAGER],
        trainer=accounts[RoleName.TRAINER],
        today=today,
        people=people,
        trainings=_trainings(),
    )
    sessions = [make_session(random, stage, plan) for plan in SESSIONS]
    coordinated = [person for person in people if person.jurisdiction.code == COORDINATED]
    give_record(accounts[RoleName.OFFICER], coordinated or people)
    detail = {"people": len(people), "sessions": len(sessions)}
    trail.record(by=by, action="demo data loaded", detail=detail)
    return True


@transaction.atomic
def _load_today(by: Account) -> Session | None:
    """A session to mark today, once the running ones of the first load lie in the past. None if there is one."""
    LoadedRecord.objects.select_for_update().get(origin=ORIGIN, model="demo", key="base")
    today = timezone.localdate()
    key = f"{TODAY.key}-{today:%Y-%m-%d}"
    demo = Session.objects.filter(project__is_demo=True)
    trainer = Account.objects.filter(email=address(RoleName.TRAINER), is_demo=True).first()
    there = demo.filter(days__date=today).exists() or Session.objects.filter(key=key).exists()
    if there or trainer is None or not Project.objects.filter(key=TODAY.project).exists():
        return None
    stage = Stage(
        by=by,
        trainer=trainer,
        today=today,
        people=_people(),
        trainings={training.title: training for training in Training.objects.filter(title=TODAY.training)},
    )
    random = Random(f"{SEED}:{today}")  # noqa: S311 (fictional people, no secrets)
    return make_session(random, stage, replace(TODAY, key=key))


def _people() -> list[Person]:
    """The people in detail. They came before those of bulk.py."""
    return list(
        Person.objects.filter(is_demo=True).select_related("jurisdiction", "institution").order_by("pk")[:PEOPLE]
    )


def _scale_up(by: Account, scale: int, progress: Progress | None) -> int:
    wanted = scale if scale > 1 else 0
    marker, _made = LoadedRecord.objects.get_or_create(
        origin=ORIGIN, model="demo", key="scaled", defaults={"object_id": 0, "values": {"units": 0}}
    )
    written, first = 0, marker.values["units"] + 1
    if first > wanted:
        return 0
    ground = _ground()
    for start in range(first, wanted + 1, UNITS_AT_ONCE):
        stop = min(start + UNITS_AT_ONCE - 1, wanted)
        with transaction.atomic():
            written += bulk.write_units(ground, range(start, stop + 1))
            LoadedRecord.objects.filter(pk=marker.pk).update(values={"units": stop})
        if progress:
            progress(stop, wanted)
    trail.record(by=by, action="demo data scaled up", detail={"participations": written})
    return written


def _ground() -> bulk.Ground:
    projects = list(Project.objects.filter(is_demo=True).order_by("key"))
    topics = [topic(plan.topic) for plan in SESSIONS]
    return bulk.Ground(projects, topics, _workplaces())


def _workplaces() -> Workplaces:
    found = {jurisdiction: institutions_of(jurisdiction) for jurisdiction in Jurisdiction.objects.order_by("position")}
    if not found:
        raise ValidationError(_("There are no jurisdictions for demo people to come from: load the facts first."))
    return found


def _projects(today: date) -> list[Project]:
    """No agency, funder, goal or KPI: none of their figures may move."""
    made = []
    for plan in PROJECTS:
        project = Project.objects.create(
            key=plan.key,
            title=plan.title,
            start=today - timedelta(days=400),
            end=today + timedelta(days=330),
            status=ProjectStatus.ONGOING,
            is_demo=True,
        )
        project.jurisdictions.set(Jurisdiction.objects.filter(code__in=plan.jurisdictions))
        made.append(project)
    return made


def _add_targets(by: Account, projects: dict[str, Project], today: date) -> None:
    for plan in TARGETS:
        start = today + timedelta(days=plan.starts)
        end = start + timedelta(days=plan.length - 1)
        add_target(
            project=projects[plan.project],
            by=by,
            measure=plan.measure,
            start=start,
            end=end,
            value=plan.value,
            women_share=plan.women_share,
        )


def _add_report(by: Account) -> None:
    questions = [{"title": title, "address": address} for title, address in QUESTIONS]
    save_report(by=by, title=REPORT, audience=Audience.DONOR, threshold=DEFAULT_THRESHOLD, questions=questions)


def _trainings() -> dict[str, Training]:
    made = {}
    for plan in TRAININGS:
        training, new = Training.objects.get_or_create(
            title=plan.title,
            version="1",
            defaults={
                "topic": topic(plan.topic),
                "hours": plan.hours,
                "attendance_share": plan.attendance_share,
                "pass_mark": plan.pass_mark,
            },
        )
        if new:
            LoadedRecord.objects.create(origin=ORIGIN, model="training", key=plan.title, object_id=training.pk)
        made[plan.title] = training
    return made
