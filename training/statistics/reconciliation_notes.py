"""All that contradicts itself in some sessions, as plain data: for the page of reconciliation and for reports.

What is contradictory is found in reconciliation.py and rules.py; here it is only told, with project and decision.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from training.choices import Audience, Scope
from training.models import Headcount, Session
from training.statistics.reconciliation import Contradiction
from training.statistics.report import Remark
from training.statistics.rules import findings

RULE = "rule"
# Contradictions of a stated figure with itself: they tell nothing of what only the register knows.
OF_THE_SOURCE_ALONE = frozenset({"cells", "breakdowns"})


@dataclass(frozen=True, kw_only=True)
class ReconciliationNote:
    """One contradiction with its quote and source, its size, and what an editor decided about it.

    stated, found: None for a broken rule, which has no two figures. decision: empty while nobody has decided. Who
    decided is for the house: a report that leaves it need not say the name.
    """

    fingerprint: str
    kind: str
    session_key: str
    session_title: str
    project_key: str
    project_title: str
    message: str
    stated: int | None = None
    found: int | None = None
    quote: str = ""
    source: str = ""
    source_key: str = ""
    headcount_id: int | None = None
    decision: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None

    @property
    def difference(self) -> int | None:
        """How much more was found than stated; less than zero where it was less."""
        return None if self.found is None or self.stated is None else self.found - self.stated

    @property
    def kind_label(self) -> str:
        return {
            "cells": _("Breakdown against total"),
            "breakdowns": _("Breakdown against breakdown"),
            "parts": _("Series against its sessions"),
            "published": _("Published against counted"),
            RULE: _("Rule of the register"),
        }[self.kind]

    def remark(self, *, for_donors: bool = False) -> Remark:
        """The note as a report has it. An editor writes the reason of a decision for the house: donors learn that there
        is one.
        """
        decided = _("Decided; the reason is kept in the house.") if for_donors and self.decision else self.decision
        return Remark(
            session=self.session_title,
            message=self.message,
            stated=self.stated,
            found=self.found,
            quote=self.quote,
            source=self.source,
            decision=decided,
        )

    def plain(self) -> dict[str, Any]:
        """The note as JSON can carry it."""
        when = self.decided_at.isoformat() if self.decided_at else None
        return {**asdict(self), "difference": self.difference, "decided_at": when}


def reconciliation_notes(sessions: QuerySet[Session]) -> list[ReconciliationNote]:
    """Every contradiction in these sessions' figures, by title. A constant number of queries.

    A series among them is compared with its sessions wherever these are; to have the series of some sessions looked at
    too, give these as well. Whether outcomes follow from marks is left to `check_register`: it takes seconds.
    """
    found = findings(sessions, outcomes=False)
    keys = {one.session_key for one in found}
    rows = Session.objects.filter(key__in=keys).values_list("key", "project__key", "project__title")
    projects = {key: (project or "", title or "") for key, project, title in rows}
    return [_note(one, *projects[one.session_key]) for one in found]


def remarks_about(sessions: QuerySet[Session], audience: str) -> tuple[Remark, ...]:
    """The contradictions in these sessions and in the series these belong to, for a report. For donors only those that
    stand within what one public source states: the others would tell what the register alone knows.
    """
    parents = Q(pk__in=sessions.values("parent"))
    found = reconciliation_notes(Session.objects.filter(Q(pk__in=sessions.values("pk")) | parents))
    if audience == Audience.INTERNAL:
        return tuple(one.remark() for one in found)
    alone = [one for one in found if one.kind in OF_THE_SOURCE_ALONE]
    # People beside a roster are for the house, however public the source of their number is.
    headcounts = Headcount.objects.filter(pk__in={one.headcount_id for one in alone}, source__is_public=True)
    public = set(headcounts.exclude(scope=Scope.UNNAMED).values_list("pk", flat=True))
    return tuple(one.remark(for_donors=True) for one in alone if one.headcount_id in public)


def _note(one: Contradiction, project_key: str, project_title: str) -> ReconciliationNote:
    decision = one.decision
    is_rule = one.kind == RULE
    return ReconciliationNote(
        fingerprint=one.fingerprint,
        kind=one.kind,
        session_key=one.session_key,
        session_title=one.session_title,
        project_key=project_key,
        project_title=project_title,
        message=one.message,
        stated=None if is_rule else one.stated,
        found=None if is_rule else one.found,
        quote=one.quote,
        source=one.source,
        source_key=one.source_key,
        headcount_id=one.headcount_id,
        decision=decision.reason if decision else "",
        decided_by=str(decision.by) if decision else "",
        decided_at=decision.at if decision else None,
    )
