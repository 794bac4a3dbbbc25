"""The list that goes round in the room to be signed, one for each day: on paper, with rows for whoever else comes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from training.choices import SEX_OF_A_PERSON, Role
from training.models import Account, Participation, Session, SessionDay
from training.permissions import Action, require
from training.services import trail
from training.statistics.footnotes import footnotes_for

MOST_EMPTY_ROWS = 100


def empty_rows_for(people: int) -> int:
    """How many rows for walk-ins a sheet has unless somebody chooses: one for ten people, five at least."""
    return 20 if not people else max(5, -(-people // 10))


def print_sheet(*, day: SessionDay, by: Account, empty_rows: int | None = None) -> bytes:
    """The sheet of that day as PDF, of everybody on the roster who has not withdrawn. It names them, so it goes into
    the trail.

    Raises PermissionDenied for whoever may not read the register, ValidationError for a number of rows out of bounds.
    """
    session = day.session
    require(by, Action.READ_REGISTER, session)
    roster = list(Participation.objects.filter(session=session, withdrawn_at=None).by_name())
    empty = empty_rows_for(len(roster)) if empty_rows is None else empty_rows
    if not 0 <= empty <= MOST_EMPTY_ROWS:
        raise ValidationError({"empty_rows": _("Between 0 and %(most)d empty rows.") % {"most": MOST_EMPTY_ROWS}})
    if not roster and not empty:
        raise ValidationError({"empty_rows": _("Nobody is on the roster: ask for empty rows.")})
    pdf = _printed(_content(day, roster, empty))
    detail = {"day": day.date.isoformat(), "shown": len(roster)}
    trail.record(by=by, action="sign-in sheet printed", session=session, detail=detail)
    return pdf


def _content(day: SessionDay, roster: list[Participation], empty: int) -> dict[str, Any]:
    session = day.session
    dates = list(session.days.order_by("date").values_list("date", flat=True))
    rows = [_row(one) for one in roster]
    project = session.project
    words = [session.title, session.place, str(project or "")]
    words += [word for row in rows for word in (row["name"], row["institution"])]
    return {
        "language": get_language() or "en",
        "session": session.title,
        "key": session.key,
        "place": session.place,
        "project": str(project or ""),
        "trainers": _trainers(session, roster),
        "day": date_format(day.date, "l j F Y"),
        "place_among_days": [dates.index(day.date) + 1, len(dates)],
        "rows": rows + [{}] * empty,
        "listed": len(rows),
        "footnotes": footnotes_for(words, projects=[project.key] if project else []),
    }


def _row(participation: Participation) -> dict[str, str]:
    home = participation.institution or participation.jurisdiction
    return {
        "name": participation.person.full_name,
        "role": "" if participation.role == Role.TRAINEE else str(Role(participation.role).label),
        "institution": home.name,
        "sex": str(SEX_OF_A_PERSON[participation.sex]),
    }


def _trainers(session: Session, roster: list[Participation]) -> str:
    """Who is assigned, and who is on the roster as a trainer without being; each once."""
    names = [str(account) for account in session.trainers.all()]
    names += [one.person.full_name for one in roster if one.role == Role.TRAINER]
    return ", ".join(dict.fromkeys(names))


def _printed(content: dict[str, Any]) -> bytes:
    from training.printing.pdf import convert, style_called  # what it draws with is slow to import

    return convert(render_to_string("training/paper/sign_in.html", content), style=style_called("sheet"))
