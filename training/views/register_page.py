"""The register of one day: as rows of a page, and as a device in the room keeps it."""

from functools import cached_property
from itertools import islice

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, json_script
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from training.choices import Mark, Role, SessionStatus
from training.models import AttendanceEvent, CheckIn, Participation, WalkIn
from training.models.participations import mark_of
from training.names import search_key
from training.services import attendance
from training.services.history import disagreements, kept_of, settled_by_whom, to_undo
from training.services.syncing import roster_word

CLEAR = "clear"
UNDONE_AT_MOST = 20  # batches a device may undo of what it did not do itself


class Register:
    """What an account sees of a day: three queries, and two where devices disagree."""

    def __init__(self, day, account):
        self.day, self.account = day, account
        rows = _rows(day, account)
        self.listed = [row for row in rows if not row["withdrawn"]]
        self.withdrawn = len(rows) - len(self.listed)
        self.closed = why_closed(day)
        self.history = kept_of(day)

    @cached_property
    def settled(self):
        return settled_by_whom(self.history)

    @cached_property
    def walk_ins(self):
        """Those nobody has decided on, as rows."""
        waiting = WalkIn.objects.visible_to(self.account).filter(session=self.day.session_id).to_decide()
        return [
            {
                "id": str(one.nonce),
                "mark": self.settled[one.nonce].mark if one.nonce in self.settled else "",
                "name": str(one),
                "institution": one.institution_name,
                "unit": " · ".join(filter(None, [one.institution_name, _("to decide")])),
                "sex": one.sex,
                "is_walk_in": True,
                "key": f" {search_key(f'{one.family_name} {one.given_name}')}",
            }
            for one in waiting
        ]

    def rows(self, typed):
        """The rows in HTML of those whose name begins like what was typed."""
        words = search_key(typed).split()
        found = [row for row in [*self.listed, *self.walk_ins] if all(f" {word}" in row["key"] for word in words)]
        return _written(found, closed=bool(self.closed))

    def patterns(self):
        return patterns(closed=bool(self.closed))

    def state(self):
        """What a device keeps: of each person the name, the sex and the short name of the institution."""
        session = self.day.session
        marks = {row["id"]: row["mark"] for row in [*self.listed, *self.walk_ins] if row["mark"]}
        undoable = islice(to_undo(self.history, self.account).items(), UNDONE_AT_MOST)
        return {
            "account": self.account.pk,
            "session": session.key,
            "date": str(self.day.date),
            "title": session.title,
            "place": session.place,
            "now": now_in_ms(),
            "closed": self.closed,
            "signed_off": session.status == SessionStatus.CLOSED,
            "keep": self.day.is_today and not self.closed,
            "people": [[int(row["id"]), row["name"], row["institution"], row["sex"]] for row in self.listed],
            "walk_ins": [[row["id"], row["name"], row["institution"], row["sex"]] for row in self.walk_ins],
            "marks": marks,
            "done": [[batch, [[whose, *marks] for whose, marks in own.items()]] for batch, own in undoable],
            "decide": reverse("walk_ins", args=[session.key]),
            "roster": roster_word(row["id"] for row in [*self.listed, *self.walk_ins]),
        }

    def state_script(self):
        """The state in the page, names in their own letters: spelt out, Cyrillic takes six times the bytes."""
        return json_script(self.state(), "state", encoder=_InItsLetters)

    def disagreements(self):
        """Whom two devices marked differently: the name, and both events, the one that came first before the other."""
        found = disagreements(self.settled)
        numbers = [event.number for one in found.values() for event in (one.under, one.over)]
        events = AttendanceEvent.objects.select_related("by").in_bulk(numbers) if numbers else {}
        names = {row["id"]: row["name"] for row in [*self.listed, *self.walk_ins]}
        return [
            {"name": names[str(whose)], "under": events[one.under.number], "over": events[one.over.number]}
            for whose, one in found.items()
            if str(whose) in names
        ]


class CheckedIn:
    """Who has checked in on a day and has no mark yet, of those the account sees. One query."""

    def __init__(self, day, account):
        found = CheckIn.objects.visible_to(account).to_confirm(day).select_related("participation__person")
        self.rows = list(found.order_by("participation__person__search_key", "pk"))

    @property
    def word(self):
        """Another one whenever it is others."""
        return roster_word(one.participation_id for one in self.rows)


class _InItsLetters(DjangoJSONEncoder):
    def __init__(self, **options):
        super().__init__(**(options | {"ensure_ascii": False, "separators": (",", ":")}))


def _rows(day, account):
    """The register as plain rows, in the order of a printed list, of those the account may see by name. One query."""
    found = Participation.objects.of_session(day.session, account).annotate(today=mark_of(day)).by_name()
    fields = (
        "pk", "today__mark", "person__family_name", "person__given_name", "person__search_key", "sex",
        "institution__short_name", "institution__name", "position", "role", "withdrawn_at",
    )  # fmt: skip
    return [_row(*values) for values in found.values_list(*fields)]


def _row(pk, mark, family, given, key, sex, short, institution, position, role, withdrawn_at):
    unit = [short or institution, position, "" if role == Role.TRAINEE else Role(role).label]
    return {
        "id": str(pk),
        "mark": mark or "",
        "name": f"{family}, {given}",
        "institution": short or institution or "",
        "unit": " · ".join(str(part) for part in unit if part),
        "sex": sex,
        "key": key,
        "withdrawn": withdrawn_at is not None,
    }


def _written(rows, *, closed):
    """The rows in HTML. The template is rendered once for each mark and filled in for each person."""
    # Marking a walk-in takes a device: without it there is no number under which their mark could come.
    kinds = {(row["mark"], closed or "is_walk_in" in row) for row in rows}
    by_kind = {kind: _pattern(*kind) for kind in kinds}
    filled = [
        by_kind[row["mark"], closed or "is_walk_in" in row].format(
            id=row["id"], name=escape(row["name"]), unit=escape(row["unit"])
        )
        for row in rows
    ]
    return mark_safe("".join(filled))  # noqa: S308 what a person wrote is escaped


def patterns(*, closed=False):
    """The row of somebody with each mark there is, and with none: {id}, {name} and {unit} are to be filled in."""
    return [(mark, mark_safe(_pattern(mark, closed))) for mark in ("", *Mark.values)]  # noqa: S308 our own template


def _pattern(mark, closed):
    words = {choice.value: choice.label for choice in Mark} | {CLEAR: _("Clear")}
    others = (
        {name: word for name, word in words.items() if name != mark}
        if mark
        else {name: words[name] for name in (Mark.LATE, Mark.EXCUSED, Mark.ABSENT)}
    )
    context = {"mark": mark, "label": words.get(mark), "choices": [] if closed else [*others.items()]}
    return render_to_string("training/register/_row.html", context).strip()


def why_closed(day):
    """Why nobody can be marked on that day, in a sentence; empty where they can."""
    try:
        attendance.require_markable(day.session, day)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


def now_in_ms():
    """The server's clock as a device's counts: milliseconds since 1970."""
    return round(timezone.now().timestamp() * 1000)
