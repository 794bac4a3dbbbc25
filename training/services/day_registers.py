"""The registers of a session's days on paper: frozen when it is signed off, printed anew only to leave out a name that
was erased. All that a register says stands in its record, whatever the roster says by then.
"""

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from training.choices import SEX_OF_A_PERSON, Mark, Role
from training.models import Account, Attendance, DayRegister, Participation, Person, Session, SessionDay, SignOff
from training.permissions import Action, require
from training.services import trail
from training.services.paper_counts import days_on_paper
from training.statistics.footnotes import footnotes_for

NOT_MARKED = "–"


def freeze_registers(sign_off: SignOff) -> list[DayRegister]:
    """Keep the register of every day on which somebody was marked. Call it inside the transaction that signs off."""
    session = sign_off.session
    days = list(session.days.order_by("date"))
    marks = _marks_of(session)
    roster = list(session.participations.filter(withdrawn_at=None).by_name())
    shared = _about(session, sign_off)
    counted = {one.day: one.signatures for one in days_on_paper(session)}
    made = []
    for place, day in enumerate(days, start=1):
        own = marks.get(day.pk, {})
        if not own:
            continue
        rows = [_row(one, day, own.get(one.pk)) for one in roster]
        content = shared | {"day": date_format(day.date, "l j F Y"), "place_among_days": [place, len(days)]}
        content["rows"] = rows
        content["signatures"] = counted[day.date]
        content["footnotes"] = _footnotes(session, content)
        names = {str(one.person_id): one.person.full_name for one in roster}
        pdf = _printed(content, names)
        digest = hashlib.sha256(pdf).hexdigest()
        made.append(
            DayRegister(
                sign_off=sign_off, day=day, content=content, names=names, pdf=pdf, sha256=digest, frozen_sha256=digest
            )
        )
    return DayRegister.objects.bulk_create(made)


@transaction.atomic
def read_register(*, register: DayRegister, by: Account) -> bytes:
    """The document, byte for byte as it is kept. Who reads it goes into the trail."""
    session = register.sign_off.session
    require(by, Action.READ_REGISTER, session)
    detail = {"day": register.day.date.isoformat(), "shown": len(register.content["rows"])}
    ids = {"dayregister": [register.pk]}
    trail.record(by=by, action="register of a day downloaded", session=session, records=ids, detail=detail)
    return bytes(register.pdf)


def forget_names(people: Collection[int]) -> list[int]:
    """Take the names of these people, who are erased already, out of every frozen register, and print those anew.

    Returns the ids of the registers. What they said but for the names stays, and so does the hash of the first print.
    """
    keys = [str(pk) for pk in people]
    called = {str(one.pk): one.full_name for one in Person.with_merged.filter(pk__in=people)}
    found = DayRegister.objects.filter(names__has_any_keys=keys).order_by("pk")
    for register in found:
        register.names = {pk: called.get(pk, name) for pk, name in register.names.items()}
        register.pdf = _printed(register.content, register.names)
        register.sha256 = hashlib.sha256(register.pdf).hexdigest()
        register.save(update_fields=["names", "pdf", "sha256"])
    return [register.pk for register in found]


def _marks_of(session: Session) -> dict[int, dict[int, Attendance]]:
    """By day and participation."""
    found: dict[int, dict[int, Attendance]] = {}
    for mark in Attendance.objects.filter(participation__session=session, participation__withdrawn_at=None):
        found.setdefault(mark.day_id, {})[mark.participation_id] = mark
    return found


def _about(session: Session, sign_off: SignOff) -> dict[str, Any]:
    return {
        "language": get_language() or "en",
        "session": session.title,
        "key": session.key,
        "place": session.place,
        "project": str(session.project or ""),
        "trainers": ", ".join(str(account) for account in session.trainers.all()),
        "signed_off": _("Signed off by %(who)s on %(when)s")
        % {"who": sign_off.by, "when": date_format(timezone.localtime(sign_off.at), "j F Y, H:i")},
    }


def _row(participation: Participation, day: SessionDay, mark: Attendance | None) -> dict[str, Any]:
    at = timezone.localtime(mark.at) if mark else None
    return {
        "person": participation.person_id,
        "institution": participation.institution.name if participation.institution else "",
        "jurisdiction": participation.jurisdiction.name,
        "sex": str(SEX_OF_A_PERSON[participation.sex]),
        "role": "" if participation.role == Role.TRAINEE else str(Role(participation.role).label),
        "mark": str(Mark(mark.mark).label) if mark else NOT_MARKED,
        "code": mark.mark if mark else "",
        "at": date_format(at, "H:i" if at.date() == day.date else "j M Y, H:i") if at else "",
    }


def _footnotes(session: Session, content: dict[str, Any]) -> list[str]:
    words = [content["session"], content["place"], content["project"]]
    words += [row[name] for row in content["rows"] for name in ("institution", "jurisdiction")]
    return footnotes_for(words, projects=[session.project.key] if session.project else [])


def _printed(content: dict[str, Any], names: dict[str, str]) -> bytes:
    from training.printing.pdf import convert, style_called  # what it draws with is slow to import

    rows = [row | {"name": names[str(row["person"])]} for row in content["rows"]]
    html = render_to_string("training/paper/register.html", content | {"rows": rows, "there": _there(rows)})
    return convert(html, style=style_called("sheet"))


def _there(rows: Iterable[dict[str, Any]]) -> int:
    return sum(row["code"] in Mark.there() for row in rows)
