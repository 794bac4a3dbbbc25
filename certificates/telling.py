"""What pages say of a certificate: terms and texts, without the name; and what they check one with by themselves."""

from base64 import b64encode
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certificates.choices import LANGUAGES, Kind, Result
from certificates.keys import signing_key, statement_keys
from certificates.services.revocations import signed_list
from training.choices import Modality


def told(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Enough to catch an edited copy; what it does not say is left out."""
    days = [_day(day) for day in dict.fromkeys((content["start"], content["end"])) if day]
    attended, signatories = "", content["signatories"]
    if content["days"] is not None:
        attended = _("%(there)s of %(days)s") % {"there": content["days_attended"], "days": content["days"]}
    said = (
        (_("Kind"), _label(Kind, content["kind"])),
        (_("Training"), content["title"]),
        (_("Version"), content["training_version"]),
        (_("Edition of the course"), content["content_revision"]),
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
        (_("Signed by"), "; ".join(", ".join(filter(None, (one["name"], one["function"]))) for one in signatories)),
        (_("Also says"), content.get("look", {}).get("note", "")),
        (_("Issued on"), _day(content["issued_on"])),
        (_("Valid until"), _day(content["expires_on"])),
        (_("Renews"), content.get("renews", "")),
        (_("Language"), str(dict(LANGUAGES).get(content["language"], ""))),
    )
    return [(term, text) for term, text in said if text]


def public_keys() -> list[dict[str, Any]]:
    """The public halves of all keys that ever signed statements, the first one made where there is none."""
    signing_key()
    return [
        {"id": key.id, "algorithm": "Ed25519", "public": b64encode(key.raw).decode(), "signs": key.private is not None}
        for key in statement_keys()
    ]


def proof() -> dict[str, Any]:
    """What a page checks statements with, whether or not there is a network by then; and the words it needs."""
    words = {kind.value: str(kind.label) for kind in Kind}
    worker = {"address": reverse("verify_worker"), "scope": reverse("verify")}
    own = {"keys": public_keys(), "revocations": signed_list()}
    return {**own, "labels": statement_terms(), "words": words, "worker": worker}


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
