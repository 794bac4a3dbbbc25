"""Taking the demo data away again: everything that is marked as demo, or lies in a demo project, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from auditlog.context import disable_auditlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import PROTECT, RESTRICT, ForeignObjectRel, Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.changes import forget
from training.demo.loading import ORIGIN
from training.models import (
    Account,
    Attendance,
    AttendanceEvent,
    DataRequest,
    DayRegister,
    Decision,
    Headcount,
    Institution,
    LoadedRecord,
    PaperCount,
    Participation,
    Person,
    PersonMerge,
    Project,
    RosterImport,
    SavedReport,
    Session,
    SessionDay,
    SignedSheet,
    SignOff,
    TrailEntry,
    Training,
    WalkIn,
)
from training.permissions import Action, require
from training.services import trail
from training.services.evidence import delete_files
from training.signals import demo_sessions_going

AT_ONCE = 500


@dataclass
class Removed:
    """How many records went, by model; and what stayed, each with its reason in a sentence."""

    counts: dict[str, int] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)

    def delete(self, records: QuerySet) -> None:
        forget(records)
        for label, number in records.delete()[1].items():
            self.counts[label] = self.counts.get(label, 0) + number

    def keep(self, records: QuerySet, sentence: str) -> None:
        names = sorted(str(record) for record in records)
        if names:
            self.kept.append(sentence % {"names": "; ".join(names)})


@transaction.atomic
@disable_auditlog()
def remove(*, by: Account) -> Removed:
    """Remove the demo data. What a real session, person or decision needs stays, and `kept` says so.

    People and institutions that somebody added by hand or from a file while trying things out carry no mark: they
    stay too. Raises ValidationError where `by` is a demo account itself, PermissionDenied without the right.
    """
    require(by, Action.LOAD_DATA)
    if by.is_demo:
        raise ValidationError(_("A demo account cannot remove the demo data: it would remove itself."))
    removed = Removed()
    _say_who_stays(removed)
    _remove_sessions(removed)
    _remove_people(removed)
    _remove_institutions(removed)
    _remove_trainings(removed)
    removed.delete(Project.objects.filter(is_demo=True))
    _remove_accounts(removed)
    LoadedRecord.objects.filter(origin=ORIGIN).delete()
    if removed.counts:
        trail.record(by=by, action="demo data removed", detail={"records": sum(removed.counts.values())})
    return removed


def demo_sessions() -> QuerySet[Session]:
    return Session.objects.filter(project__is_demo=True).order_by()


def _say_who_stays(removed: Removed) -> None:
    tried = Participation.objects.filter(session__in=demo_sessions(), person__is_demo=False).values("person")
    count = Person.objects.filter(pk__in=tried).count()
    if count:
        sentence = ngettext(
            "%(count)s person added to a demo session is not marked as demo and stays.",
            "%(count)s people added to demo sessions are not marked as demo and stay.",
            count,
        )
        removed.kept.append(sentence % {"count": count})


def _remove_sessions(removed: Removed) -> None:
    """With everything in them. Children go before their series."""
    demo = demo_sessions()
    foreign = Session.objects.filter(parent__in=demo).exclude(pk__in=demo)
    if foreign.exists():
        names = "; ".join(foreign.values_list("title", flat=True))
        refusal = _("These sessions are part of a demo series, take them out of it first: %(names)s.")
        raise ValidationError(refusal % {"names": names})
    keys = set(demo.values_list("key", flat=True))
    # The fingerprint of a contradiction has the key of its session in the middle.
    decided = [one.pk for one in Decision.objects.all() if keys & set(one.contradiction.split(":")[1:2])]
    removed.delete(Decision.objects.filter(pk__in=decided))
    for sessions in (demo.filter(parent__isnull=False), demo):
        for ids in _in_parts(sessions):
            _remove_with_contents(removed, ids)


def _remove_with_contents(removed: Removed, sessions: list[int]) -> None:
    demo_sessions_going.send(sender=Session, sessions=sessions)
    sheets = SignedSheet.objects.filter(day__session__in=sessions)
    files = list(sheets.exclude(file="").values_list("file", flat=True))
    transaction.on_commit(lambda: delete_files(files))
    contents: tuple[QuerySet, ...] = (
        DayRegister.objects.filter(sign_off__session__in=sessions),
        SignOff.objects.filter(session__in=sessions),
        WalkIn.objects.filter(session__in=sessions),
        PaperCount.objects.filter(day__session__in=sessions),
        sheets,
        AttendanceEvent.objects.filter(participation__session__in=sessions),
        Attendance.objects.filter(participation__session__in=sessions),
        Participation.objects.filter(session__in=sessions),
        Headcount.objects.filter(session__in=sessions),
        RosterImport.objects.filter(session__in=sessions),
        SessionDay.objects.filter(session__in=sessions),
        Session.objects.filter(pk__in=sessions),
    )
    for records in contents:
        removed.delete(records)


def _remove_people(removed: Removed) -> None:
    """Merged records too. What was asked about their data and what merges kept of them goes first."""
    people = Person.with_merged.filter(is_demo=True).order_by()
    removed.delete(DataRequest.objects.filter(person__in=people))
    removed.delete(PersonMerge.objects.filter(keep__in=people))
    merged = people.exclude(merged_into=None)
    while unused := list(merged.exclude(_in_use(Person)).values_list("pk", flat=True)):
        removed.delete(Person.with_merged.filter(pk__in=unused))
    for ids in _in_parts(people.exclude(_in_use(Person))):
        removed.delete(Person.objects.filter(pk__in=ids))
    removed.keep(people, _("Demo people who are on the roster of a real session stay: %(names)s."))


def _remove_institutions(removed: Removed) -> None:
    """Units before what they are part of."""
    institutions = Institution.objects.filter(is_demo=True).order_by()
    while unused := list(institutions.exclude(_in_use(Institution)).filter(sessions=None).values_list("pk", flat=True)):
        removed.delete(Institution.objects.filter(pk__in=unused))
    removed.keep(institutions, _("Demo institutions that real records point to stay: %(names)s."))


def _remove_trainings(removed: Removed) -> None:
    ids = LoadedRecord.objects.filter(origin=ORIGIN, model="training").values("object_id")
    trainings = Training.objects.filter(pk__in=ids).order_by()
    removed.delete(trainings.exclude(_in_use(Training)))
    removed.keep(trainings, _("Demo trainings of real sessions stay: %(names)s."))


def _remove_accounts(removed: Removed) -> None:
    """An account that took part in the work on real records stays for the sake of their history, and cannot log in."""
    accounts = Account.objects.filter(is_demo=True)
    removed.delete(SavedReport.objects.filter(created_by__in=accounts, frozen=None))
    about_real = Q(session__isnull=False) & Q(session__in=Session.objects.all())
    entries = TrailEntry.objects.exclude(about_real).without_demonstration()
    removed.counts |= {TrailEntry._meta.label: entries} if entries else {}
    removed.delete(accounts.exclude(_in_use(Account)))
    for account in accounts:
        account.is_active = False
        account.set_unusable_password()
        account.save(update_fields=["is_active", "password"])
    removed.keep(
        accounts, _("Demo accounts that worked on real records stay in their history and cannot log in: %(names)s.")
    )


def _in_use(model: type[Model]) -> Q:
    """Whether a record that cannot do without it points to a record of `model`."""
    used = Q(pk__in=[])
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.on_delete in {PROTECT, RESTRICT}:
            name = relation.field.name
            pointing = relation.field.model._base_manager.filter(**{f"{name}__isnull": False}).order_by()
            used |= Q(pk__in=pointing.values(name))
    return used


def _in_parts(records: QuerySet) -> Iterator[list[int]]:
    """The ids of `records`, so many at once. Each part is gone when the next is asked for."""
    while ids := list(records.values_list("pk", flat=True)[:AT_ONCE]):
        yield ids
