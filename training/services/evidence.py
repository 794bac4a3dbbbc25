"""The signed sheets of a day as photographs or scans: keeping them, taking one away again, handing one out."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from training.models import Account, Participation, Person, SessionDay, SignedSheet
from training.models.paper import sheet_storage, under_a_random_name
from training.permissions import Action, allows, require
from training.services import trail
from training.services.attendance import locked_for_marks
from training.services.scans import Scan, read_scan

MOST_A_DAY = 40


def keep_sheets(*, day: SessionDay, files: Collection[bytes], by: Account) -> list[SignedSheet]:
    """Keep these files as the signed sheets of the day, all or none; the same one twice is kept once.

    Raises ValidationError for what cannot be taken, for a day ahead, and for a session that takes no changes.
    """
    require(by, Action.MARK_ATTENDANCE, day.session)
    if not files:
        raise ValidationError(_("Choose a photograph or a file."))
    scans = [read_scan(data) for data in files]
    with _stored(day, scans) as sheets, transaction.atomic():
        locked_for_marks(day.session, day, by)
        known = {sheet.sha256: sheet for sheet in day.signed_sheets.all()}
        new = {sheet.sha256: sheet for sheet in sheets if sheet.sha256 not in known}
        if len(known) + len(new) > MOST_A_DAY:
            raise ValidationError(_("A day keeps at most %(most)s files.") % {"most": MOST_A_DAY})
        for sheet in new.values():
            sheet.by = by
        SignedSheet.objects.bulk_create(new.values())
        if new:
            _record(by, "signed sheets kept", day, [sheet.pk for sheet in new.values()])
    return list((known | new).values())


@transaction.atomic
def remove_sheet(*, sheet: SignedSheet, by: Account) -> None:
    """Take a sheet away again, as long as the session is not signed off. Raises ValidationError afterwards."""
    day = sheet.day
    locked_for_marks(day.session, day, by)
    name = str(sheet.file.name)
    _record(by, "signed sheet removed", day, [sheet.pk])
    sheet.delete()
    transaction.on_commit(lambda: delete_files([name]))


@transaction.atomic
def read_sheet(*, sheet: SignedSheet, by: Account) -> bytes:
    """The file. Who reads it goes into the trail.

    Raises PermissionDenied for one that is kept restricted, but for administrators; FileNotFoundError where its period
    has run out.
    """
    day = sheet.day
    require(by, Action.READ_REGISTER, day.session)
    restricted = SignedSheet.objects.restricted().filter(pk=sheet.pk)
    if restricted.exists() and not allows(by, Action.READ_RESTRICTED):
        raise PermissionDenied(
            _("Somebody on this session’s roster was erased. Its signed sheets stay locked until their period ends.")
        )
    if not sheet.file:
        raise FileNotFoundError
    with sheet.file.storage.open(str(sheet.file.name)) as file:
        data: bytes = file.read()
    _record(by, "signed sheet opened", day, [sheet.pk])
    return data


def sheets_that_may_name(person: Person) -> list[SignedSheet]:
    """The sheets of sessions on whose roster the person is: the name, and a signature, may be on them. One query."""
    theirs = Participation.objects.filter(person=person).values("session")
    found = SignedSheet.objects.filter(day__session__in=theirs).exclude(file="")
    return list(found.select_related("day__session").order_by("day__date", "pk"))


def remove_expired(sheets: QuerySet[SignedSheet], by: Account) -> None:
    """Delete the files of these sheets, whose period has run out. That there were some, and their hashes, stays."""
    names = list(sheets.values_list("file", flat=True))
    sheets.update(file="", removed_at=timezone.now())
    transaction.on_commit(lambda: delete_files(names))


def delete_files(names: Collection[str]) -> None:
    for name in names:
        sheet_storage().delete(name)


@contextmanager
def _stored(day: SessionDay, scans: list[Scan]) -> Iterator[list[SignedSheet]]:
    """The scans in the store, before the database makes anybody wait. What is on no record afterwards goes again."""
    sheets = [
        SignedSheet(day=day, kind=one.kind, pages=one.pages, size=len(one.data), sha256=sha256(one.data).hexdigest())
        for one in scans
    ]
    names = []
    try:
        for sheet, scan in zip(sheets, scans, strict=True):
            sheet.file = sheet_storage().save(under_a_random_name(sheet, ""), ContentFile(scan.data))
            names.append(sheet.file.name)
        yield sheets
    finally:
        kept = set(SignedSheet.objects.filter(file__in=names).values_list("file", flat=True))
        delete_files(set(names) - kept)


def _record(by: Account, action: str, day: SessionDay, sheets: list[int]) -> None:
    detail = {"day": day.date.isoformat()}
    trail.record(by=by, action=action, session=day.session, records={"signedsheet": sheets}, detail=detail)
