"""What a certificate says, as people read it on a page: terms and texts, without the name."""

from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.choices import Kind, Result
from training.choices import Language, Modality


def told(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Enough to catch an edited copy; what it does not say is left out."""
    days = [_day(day) for day in dict.fromkeys((content["start"], content["end"])) if day]
    attended = ""
    if content["days"] is not None:
        attended = _("%(there)s of %(days)s") % {"there": content["days_attended"], "days": content["days"]}
    said = (
        (_("Kind"), _label(Kind, content["kind"])),
        (_("Training"), content["title"]),
        (_("Version"), content["training_version"]),
        (_("Session"), content["session_title"] if content["session_title"] != content["title"] else ""),
        (_("Dates"), " – ".join(days)),
        (_("Place"), content["place"]),
        (_("Held"), _label(Modality, content["modality"])),
        (_("Hours"), content["hours"]),
        (_("Days attended"), attended),
        (_("Rests on"), _label(Result, content["result"])),
        (_("Project"), content["project"]),
        (_("Funded by"), ", ".join(content["funders"])),
        (_("Issued by"), ", ".join([content["issuer"], *content["agencies"]])),
        (_("Issued on"), _day(content["issued_on"])),
        (_("Valid until"), _day(content["expires_on"])),
        (_("Language"), _label(Language, content["language"])),
    )
    return [(term, text) for term, text in said if text]


def statement_terms() -> list[str]:
    """What the parts of a statement are called, in their order."""
    return [
        _("Serial"),
        _("Name"),
        _("Kind"),
        _("Training"),
        _("Place"),
        _("First day"),
        _("Last day"),
        _("Hours"),
        _("Days attended"),
        _("Days held"),
        _("Issued on"),
        _("Valid until"),
        _("Issued by"),
    ]


def _day(iso: str) -> str:
    day: date | None = parse_date(iso) if iso else None
    return date_format(day, "j F Y") if day else ""


def _label(choices: Any, code: str) -> str:
    return str(choices(code).label) if code in choices.values else ""
