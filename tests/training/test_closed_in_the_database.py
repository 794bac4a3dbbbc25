"""A session that is signed off: the database itself refuses every change of it, whoever asks, until it is reopened."""

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from tests.factories import (
    InstitutionFactory,
    InstitutionTypeFactory,
    JurisdictionFactory,
    ParticipationFactory,
    PersonFactory,
    SessionFactory,
    signed_off,
)
from tests.training.papers import kept_sheet
from training.models import (
    Account,
    Attendance,
    AttendanceEvent,
    Breakdown,
    Cell,
    Headcount,
    InstitutionMerge,
    PaperCount,
    Participation,
    Project,
    Session,
    SessionDay,
    SignedSheet,
)

pytestmark = pytest.mark.django_db


def held():
    """A session with everything in it that figures rest on, still open."""
    session = SessionFactory(jurisdictions=[JurisdictionFactory(code="MK")], place="Skopje", length=2)
    session.audience.add(InstitutionTypeFactory(key="customs"))
    session.institutions.add(InstitutionFactory())
    one, _unmarked = (
        ParticipationFactory(session=session, position="Inspector", outcome="attended") for _number in range(2)
    )
    marked = {"participation": one, "day": session.days.first(), "by": Account.objects.system()}
    Attendance.objects.create(mark="present", **marked)
    AttendanceEvent.objects.create(after="present", **marked)
    breakdown = Breakdown.objects.create(headcount=Headcount.objects.create(session=session, total=3), by_sex=True)
    Cell.objects.create(breakdown=breakdown, sex="F", number=3)
    kept_sheet(session.days.first())
    PaperCount.objects.create(day=session.days.first(), signatures=1, by=Account.objects.system())
    return session


@pytest.fixture
def closed(db):
    return signed_off(held(), at=timezone.now())


# What may not be written, one change after the other; every record there belongs to the one session.
NOW, NOBODY = timezone.now(), 123_456_789
CHANGES = {
    Session: [{"title": "Other"}, {"start": None}, {"place": "Ohrid"}, {"status": "open"}, {"closed_at": None}],
    SessionDay: [{"date": timezone.localdate()}],
    Participation: [
        {"role": "observer"},
        {"sex": "M"},
        {"outcome": "completed"},
        {"days_attended": 9},
        {"pre_score": 1},
        {"post_score": 1},
        {"position": "Chief"},
        {"institution": None},
        {"outcome": "withdrawn", "withdrawn_at": NOW},
    ],
    Attendance: [{"mark": "late"}, {"way": "code"}, {"at": NOW}],
    AttendanceEvent: [{"after": "late"}, {"way": "code"}],
    Headcount: [{"total": 4}, {"scope": "published"}, {"quote": "Four"}],
    Breakdown: [{"by_jurisdiction": True}],
    Cell: [{"number": 4}, {"sex": "M"}],
    PaperCount: [{"signatures": 2}, {"at": NOW}],
    SignedSheet: [{"file": "other.pdf"}, {"sha256": "0"}, {"pages": 2}, {"kind": "jpeg"}, {"at": NOW}],
    Session.jurisdictions.through: [{"jurisdiction_id": NOBODY}],
    Session.audience.through: [{"institutiontype_id": NOBODY}],
    Session.institutions.through: [{"institution_id": NOBODY}],
}


def another(model, session):
    """One more record of that kind in the session, not saved: nothing but the guard is against it."""
    day, unmarked, system = session.days.first(), session.participations.last(), Account.objects.system()
    kinds = {
        SessionDay: lambda: SessionDay(session=session, date=timezone.localdate()),
        Participation: lambda: ParticipationFactory.build(session=session, person=PersonFactory()),
        Attendance: lambda: Attendance(participation=unmarked, day=day, mark="late"),
        AttendanceEvent: lambda: AttendanceEvent(participation=unmarked, day=day, after="late"),
        PaperCount: lambda: PaperCount(day=session.days.last(), signatures=2, by=system),
        SignedSheet: lambda: SignedSheet(day=day, kind="pdf", file="x.pdf", size=1, sha256="1", by=system),
        Headcount: lambda: Headcount(session=session, scope="published", total=4),
        Breakdown: lambda: Breakdown(headcount=Headcount.objects.get(), by_jurisdiction=True),
        Cell: lambda: Cell(breakdown=Breakdown.objects.get(), sex="M", number=4),
        Session.jurisdictions.through: lambda: _link("jurisdictions", session, JurisdictionFactory(code="RS")),
        Session.audience.through: lambda: _link("audience", session, InstitutionTypeFactory(key="courts")),
        Session.institutions.through: lambda: _link("institutions", session, InstitutionFactory()),
    }
    return kinds[model]()


def _link(relation, session, other):
    field = Session._meta.get_field(relation)
    return getattr(Session, relation).through(**{"session": session, field.m2m_reverse_field_name(): other})


def refused(deed):
    with pytest.raises(IntegrityError, match="This session is signed off"), transaction.atomic():
        deed()


@pytest.mark.parametrize("model", CHANGES, ids=lambda model: model.__name__)
def test_nothing_of_it_is_changed_removed_or_added(model, closed):
    before = list(model.objects.values())
    one = model.objects.filter(pk=model.objects.first().pk)
    for change in CHANGES[model]:
        refused(lambda change=change: one.update(**change))
    refused(lambda: one._raw_delete(one.db))
    if model is not Session:
        refused(another(model, closed).save)
    assert list(model.objects.values()) == before


def test_no_row_moves_into_it_from_another_session(closed):
    other = ParticipationFactory(session=SessionFactory())
    refused(lambda: Participation.objects.filter(pk=other.pk).update(session=closed))


def test_whose_a_participation_is_and_who_keeps_it_may_change(closed):
    one, somebody = Participation.objects.first(), PersonFactory()
    Participation.objects.filter(pk=one.pk).update(
        person=somebody, position="", registered_by=None, updated_at=timezone.now()
    )
    Attendance.objects.update(by=None)
    AttendanceEvent.objects.update(by=None)
    Session.objects.update(created_by=None, closed_by=None, updated_at=timezone.now())
    one.refresh_from_db()
    assert one.person == somebody


def test_an_institution_follows_its_merge_and_nothing_else(closed):
    one = Participation.objects.first()
    own = Participation.objects.filter(pk=one.pk)
    keep = InstitutionFactory()
    refused(lambda: own.update(institution=keep))
    InstitutionMerge.objects.create(
        keep=keep, into_id=keep.pk, gone_id=one.institution_id, name="Gone", by=Account.objects.system()
    )
    own.update(institution=keep)
    refused(lambda: own.update(institution=InstitutionFactory()))
    own.update(institution=one.institution)


def test_reopened_it_takes_all_of_it_again(closed):
    refused(lambda: Session.objects.update(status="delivered"))
    refused(lambda: Session.objects.update(status="delivered", closed_at=None, title="Other"))
    Session.objects.update(status="delivered", closed_at=None, closed_by=None)
    Participation.objects.update(role="observer")
    Attendance.objects.all().delete()


def test_a_demo_session_can_be_removed_and_not_changed(closed):
    Project.objects.update(is_demo=True)
    refused(lambda: Participation.objects.update(role="observer"))
    contents = (PaperCount, SignedSheet, AttendanceEvent, Attendance, Participation, Headcount, SessionDay, Session)
    for model in contents:
        model.objects.all().delete()


def test_a_signed_sheet_goes_when_its_period_ends_and_nothing_else_of_it(closed):
    refused(lambda: SignedSheet.objects.update(file="", removed_at=NOW, sha256="0"))
    SignedSheet.objects.update(file="", removed_at=NOW)
    refused(lambda: SignedSheet.objects.update(file="other.pdf", removed_at=None))


@pytest.mark.django_db(transaction=True)
def test_changing_the_tables_leaves_the_guards_standing():
    """SQLite makes a table anew for this, and every trigger that names it would stand in the way or go with it."""
    field = models.IntegerField(default=7)
    for model in (Session, Participation, Attendance):
        field.set_attributes_from_name("later")
        field.model = model
        with connection.schema_editor() as editor:
            editor.add_field(model, field)
            editor.remove_field(model, field)
    signed_off(held(), at=timezone.now())
    for deed in (
        lambda: Session.objects.update(title="Other"),
        lambda: Participation.objects.update(role="observer"),
        lambda: Attendance.objects.all().delete(),
    ):
        refused(deed)
