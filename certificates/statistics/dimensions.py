"""What figures of certificates may be broken down by and narrowed to: dimensions of the register's, and their own.

Codes are those of the statistics of participations, so that an address means the same on both pages. Years are those of
the training, as everywhere in the statistics; the year of issue is a dimension of its own.
"""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from certificates.choices import LANGUAGES, Kind, State
from training.statistics.dimensions import DIMENSIONS, FILTERS, NOT_APPLICABLE, Dimension, Lists, Members

PENDING = "pending"
ISSUED = (State.VALID.value, State.EXPIRED.value, State.REVOKED.value)
STATES = (
    *((code, str(State(code).label)) for code in ISSUED),
    (PENDING, _("Pending")),
)

OWN = {
    dimension.name: dimension
    for dimension in (
        Dimension(
            name="certificate",
            label=_("Kind of certificate"),
            path="certificate",
            of_session=False,
            members=lambda: [(code, code, str(label)) for code, label in Kind.choices],
        ),
        Dimension(
            name="state",
            label=_("State"),
            path="state",
            of_session=False,
            members=lambda: [(code, code, str(label)) for code, label in STATES],
        ),
        Dimension(
            name="written_in",
            label=_("Language of the certificate"),
            path="written_in",
            of_session=False,
            members=lambda: [(code, code, str(label)) for code, label in LANGUAGES],
            missing=NOT_APPLICABLE,
        ),
        Dimension(name="issued", label=_("Year of issue"), path="issued", of_session=False, missing=NOT_APPLICABLE),
    )
}
SHARED = {
    name: DIMENSIONS[name]
    for name in (
        "jurisdiction", "institution_type", "institution", "sex", "project", "topic", "training", "session", "modality",
        "year",
    )
}  # fmt: skip
SHARED["year"] = replace(SHARED["year"], label=_("Year of the training"))
BY = {**OWN, **SHARED}
# Filters of the register's own read its sessions and people; the rest select among their certificates.
NARROWING = tuple(name for name in FILTERS if name != "role")
FURTHER = ("certificate", "state", "training", "session", "written_in", "issued")


class CertificateLists(Lists):
    """The members of these dimensions, each read when it is first asked for. Years of issue are whatever is a year."""

    def __missing__(self, name: str) -> Members:
        self[name] = Members(BY.get(name) or DIMENSIONS[name])
        return self[name]
