"""Everything held about one person, for themselves: in sections that a page shows and files carry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.changes import values_of
from training.models import (
    AccessRequest,
    Account,
    Attendance,
    CheckIn,
    CheckInNumber,
    DataRequest,
    Invitation,
    Participation,
    Person,
    TrailEntry,
)
from training.permissions import Action, require
from training.services import trail
from training.services.evidence import sheets_that_may_name
from training.signals import collecting_held

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Section:
    """Records of one kind. `labels` are the headings of the values in each row, in their order."""

    key: str
    title: str | Promise
    labels: Mapping[str, str | Promise]
    rows: Sequence[Row]

    @property
    def cells(self) -> list[list[tuple[str | Promise, Any]]]:
        """Each row as headings with their values, as a person reads them."""
        return [[(label, _readable(row.get(name))) for name, label in self.labels.items()] for row in self.rows]


def _readable(value: Any) -> Any:
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j F Y, H:i")
    return date_format(value, "j F Y") if isinstance(value, date) else value


def held_about(
    *, by: Account, person: Person | None = None, account: Account | None = None, form: str = "page"
) -> list[Section]:
    """The sections that have something in them; a disclosure, so it goes into the trail with the `form` it took.

    About a person, or about an account that may belong to nobody's record; without either about whoever asks. Raises
    PermissionDenied for somebody whom the account does not keep.
    """
    subject = person or Person.objects.filter(account=account or by).first()
    account = subject.account if subject else account or by
    if account is None or account.pk != by.pk:
        _require_kept(by, subject, account)
    sections = [section for section in _sections(subject, account) if section.rows]
    if subject is not None:
        answers: list[Any] = collecting_held.send(sender=Person, person=subject)
        sections += [section for _receiver, found in answers for section in found if section.rows]
    ids = {"person": [subject.pk] if subject else [], "account": [account.pk] if account else []}
    trail.record(by=by, action="data held disclosed", records=ids, detail={"form": form})
    return sections


def _require_kept(by: Account, person: Person | None, account: Account | None) -> None:
    require(by, Action.EDIT_PEOPLE if person else Action.KEEP_ACCOUNTS)
    kept = Person.objects.kept_by(by) if person else Account.objects.kept_by(by).not_erased()
    subject = person or account
    if subject is None or not kept.filter(pk=subject.pk).exists():
        raise PermissionDenied(_("This person is not among those you keep."))


def as_json(sections: Sequence[Section]) -> dict[str, Any]:
    """{"as_of": …, section: [row, …]}: what is empty is null."""
    return {"as_of": timezone.now(), **{section.key: [dict(row) for row in section.rows] for section in sections}}


def _sections(person: Person | None, account: Account | None) -> Iterator[Section]:
    if person is not None:
        records = [person, *Person.with_merged.filter(merged_into=person)]
        yield _record(records)
        yield from _sessions(records)
        yield from _checked_in(records)
        yield _requests(person)
    if account is not None:
        yield from _account(account)
    addresses = {one for one in (person.email if person else "", account.email if account else "") if one}
    yield from _getting_in(person, account, addresses)
    yield _changes([one for one in (person, account) if one is not None])
    yield _trail(person, account)


def _record(records: Sequence[Person]) -> Section:
    labels = {
        "number": _("Number"), "given_name": _("First name"), "family_name": _("Last name"), "sex": _("Sex"),
        "jurisdiction": _("Jurisdiction"), "institution": _("Institution"), "position": _("Position"),
        "email": _("Service e-mail"), "recorded": _("Recorded"),
    }  # fmt: skip
    rows = [
        {
            "number": one.pk, "given_name": one.given_name, "family_name": one.family_name, "sex": one.sex_in_words,
            "jurisdiction": str(one.jurisdiction), "institution": str(one.institution) if one.institution else None,
            "position": one.position, "email": one.email, "recorded": one.created_at,
        }
        for one in records
    ]  # fmt: skip
    return Section("record", gettext_lazy("Your record"), labels, rows)


def _sessions(records: Sequence[Person]) -> Iterator[Section]:
    labels = {
        "session": _("Session"), "first_day": _("First day"), "role": _("Role"), "jurisdiction": _("Jurisdiction"),
        "institution": _("Institution"), "position": _("Position"), "sex": _("Sex"), "outcome": _("Outcome"),
        "days_attended": _("Days attended"), "score_before": _("Score before"), "score_after": _("Score after"),
    }  # fmt: skip
    found = Participation.objects.filter(person__in=records).order_by("session__start", "pk")
    rows = [
        {
            "session": one.session.title, "first_day": one.session.start, "role": one.get_role_display(),
            "jurisdiction": str(one.jurisdiction), "institution": str(one.institution) if one.institution else None,
            "position": one.position, "sex": one.get_sex_display(), "outcome": one.get_outcome_display(),
            "days_attended": one.days_attended, "score_before": one.pre_score, "score_after": one.post_score,
        }
        for one in found.select_related("session", "jurisdiction", "institution")
    ]  # fmt: skip
    yield Section("participations", gettext_lazy("Sessions, as you were then"), labels, rows)
    marks = Attendance.objects.filter(participation__person__in=records).order_by("day__date", "pk")
    days = [
        {"session": mark.day.session.title, "day": mark.day.date, "mark": mark.get_mark_display(), "marked_at": mark.at}
        for mark in marks.select_related("day__session")
    ]
    labels = {"session": _("Session"), "day": _("Day"), "mark": _("Mark"), "marked_at": _("Marked")}
    yield Section("marks", gettext_lazy("Attendance"), labels, days)
    sheets = [
        {"session": sheet.day.session.title, "day": sheet.day.date, "until": sheet.kept_until}
        for record in records
        for sheet in sheets_that_may_name(record)
    ]
    labels = {"session": _("Session"), "day": _("Day"), "until": _("Kept until")}
    yield Section("signed_sheets", gettext_lazy("Signed sheets on which your name may stand"), labels, sheets)


def _checked_in(records: Sequence[Person]) -> Iterator[Section]:
    """That there is a number, not which: it is on the badge or in the letter, and opens a page to whoever has it."""
    labels = {"session": _("Session"), "day": _("Day"), "at": _("Checked in"), "with": _("With")}
    check_ins = CheckIn.objects.filter(participation__person__in=records).order_by("at")
    rows = [
        {"session": one.day.session.title, "day": one.day.date, "at": one.at, "with": one.get_way_display()}
        for one in check_ins.select_related("day__session")
    ]
    yield Section("check_ins", gettext_lazy("When you checked in by code"), labels, rows)
    labels = {"session": _("Session"), "made": _("Made"), "sent": _("Sent")}
    numbers = CheckInNumber.objects.filter(participation__person__in=records).order_by("pk")
    made = [
        {"session": one.participation.session.title, "made": one.made_at, "sent": one.sent_at}
        for one in numbers.select_related("participation__session")
    ]
    yield Section("check_in_numbers", gettext_lazy("Numbers you were given to check in with"), labels, made)


def _requests(person: Person) -> Section:
    labels = {
        "kind": _("What you asked for"), "text": _("What you wrote"), "asked_at": _("When"), "state": _("State"),
        "answer": _("Answer"),
    }  # fmt: skip
    rows = [
        {
            "kind": one.get_kind_display(), "text": one.text, "asked_at": one.asked_at,
            "state": one.get_state_display(), "answer": one.answer,
        }
        for one in DataRequest.objects.filter(person=person)
    ]  # fmt: skip
    return Section("requests", gettext_lazy("What you asked about your data"), labels, rows)


def _account(account: Account) -> Iterator[Section]:
    labels = {
        "email": _("E-mail"), "name": _("Name"), "roles": _("Roles"), "since": _("Since"),
        "last_login": _("Last log-in"),
    }  # fmt: skip
    row = {
        "email": account.email, "name": account.name, "roles": ", ".join(sorted(account.role_names)),
        "since": account.date_joined, "last_login": account.last_login,
    }  # fmt: skip
    yield Section("account", gettext_lazy("Your account"), labels, [row])
    labels = {
        "since": _("Since"), "last_seen": _("Last seen"), "address": _("Network address"), "browser": _("Browser"),
    }  # fmt: skip
    rows = [
        {"since": one.created_at, "last_seen": one.last_seen_at, "address": one.ip, "browser": one.user_agent}
        for one in UserSession.objects.filter(user=account).order_by("created_at")
    ]
    yield Section("log_ins", gettext_lazy("Where you are logged in"), labels, rows)
    labels = {"kind": _("Kind"), "since": _("Since"), "last_used": _("Last used")}
    rows = [
        {"kind": one.get_type_display(), "since": one.created_at, "last_used": one.last_used_at}
        for one in Authenticator.objects.filter(user=account).order_by("created_at")
    ]
    yield Section("second_factors", gettext_lazy("Your second factors"), labels, rows)


def _getting_in(person: Person | None, account: Account | None, addresses: set[str]) -> Iterator[Section]:
    theirs = Q(email__in=addresses, person=None)
    theirs |= Q(person=person) if person else Q(pk__in=[])
    theirs |= Q(account=account) if account else Q(pk__in=[])
    labels = {"email": _("E-mail"), "role": _("Role"), "sent": _("Sent"), "accepted": _("Accepted")}
    rows = [
        {"email": one.email, "role": one.role, "sent": one.created_at, "accepted": one.accepted_at}
        for one in Invitation.objects.filter(theirs)
    ]
    yield Section("invitations", gettext_lazy("Invitations"), labels, rows)
    labels = {
        "name": _("Name"), "email": _("E-mail"), "institution": _("Institution"), "reason": _("What for"),
        "asked_at": _("When"), "state": _("State"),
    }  # fmt: skip
    asked = [
        {
            "name": one.name, "email": one.email, "institution": one.institution, "reason": one.reason,
            "asked_at": one.created_at, "state": one.get_state_display(),
        }
        for one in AccessRequest.objects.filter(email__in=addresses)
    ]  # fmt: skip
    yield Section("access_requests", gettext_lazy("Requests for access"), labels, asked)


def _changes(records: Sequence[Person | Account]) -> Section:
    labels = {"at": _("When"), "field": _("Field"), "before": _("Before"), "after": _("After")}
    rows = [
        {"at": entry.timestamp, "field": one.field, "before": one.before, "after": one.after}
        for record in records
        for entry in LogEntry.objects.get_for_object(record).order_by("pk")
        for one in values_of(entry)
    ]
    return Section("changes", gettext_lazy("What changed in your record"), labels, rows)


def _trail(person: Person | None, account: Account | None) -> Section:
    """That it was seen or changed, not by whom: that is somebody else's data, and auditors can see it."""
    labels = {"at": _("When"), "action": _("What")}
    about = TrailEntry.objects.none()
    if person is not None:
        about = TrailEntry.objects.about("person", person.pk)
    elif account is not None:
        about = TrailEntry.objects.about("account", account.pk)
    entries = about.order_by("pk").values("at", "action")
    return Section("trail", gettext_lazy("When your record was seen or changed"), labels, list(entries))
