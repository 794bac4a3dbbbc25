"""How the register's values are said in templates."""

from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from training.choices import SessionStatus

register = template.Library()

TONES = {
    SessionStatus.PLANNED: "outline",
    SessionStatus.OPEN: "accent",
    SessionStatus.DELIVERED: "ok",
    SessionStatus.CLOSED: "ok",
    SessionStatus.CANCELLED: "bad",
}


@register.filter
def tone(status):
    """The colour of a status; the word beside it says the same."""
    return TONES.get(status, "")


@register.filter
def dates(session):
    """The session's dates in words, each part said once: 13–15 May 2026."""
    return period(session.start, session.end)


@register.simple_tag
def period(start: date | None, end: date | None) -> str:
    """`start` to `end` in words, with the parts they share said once."""
    if not start:
        return _("Dates not stated")
    if not end or start == end:
        return date_format(start, "j F Y")
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{date_format(end, 'j F Y')}"
    first = date_format(start, "j F" if start.year == end.year else "j F Y")
    return f"{first} – {date_format(end, 'j F Y')}"


@register.filter
def listed(value):
    """A value of the trail in words: what is in a list, one after the other; numbers without separators."""
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
