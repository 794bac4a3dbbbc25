"""Certificates among what is held about a person (training/services/held.py)."""

from django.utils.translation import gettext as _

from certificates.models import Certificate
from training.models import Person
from training.services.held import Section


def certificates_held(person: Person) -> list[Section]:
    """Theirs, under whichever of their records they were issued."""
    records = [person, *Person.with_merged.filter(merged_into=person)]
    labels = {
        "serial": _("Serial"), "name": _("Name"), "title": _("Training"), "issued_at": _("Issued"),
        "expires_on": _("Valid until"), "state": _("State"),
    }  # fmt: skip
    rows = [
        {
            "serial": one.serial, "name": one.content["name"], "title": one.content["title"],
            "issued_at": one.issued_at, "expires_on": one.expires_on, "state": str(one.state.label),
        }
        for one in Certificate.objects.filter(participation__person__in=records).order_by("issued_at", "pk")
    ]  # fmt: skip
    return [Section("certificates", _("Certificates"), labels, rows)]
