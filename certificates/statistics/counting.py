"""Counting certificates: each participation that is due one or has one, once, by what became of it.

*Eligible* are all of these, *pending* those without a certificate, *issued* those with one; so issued = eligible −
pending, whatever is asked. What another certificate has superseded is not counted: the other one is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, CharField, Count, F, FilteredRelation, Max, Min, Q, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, ExtractYear
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.choices import State
from certificates.models import Certificate
from certificates.services.eligibility import DUE
from certificates.statistics.asking import CertificateQuestion
from certificates.statistics.dimensions import BY, ISSUED, OWN, PENDING, SHARED, STATES, CertificateLists
from training.choices import Measure, Outcome, Role, SessionStatus
from training.models import Participation, Session
from training.statistics.keys import Keys
from training.statistics.scope import Participations, narrowed, passing, placed
from training.statistics.table import Cell, Codes, Table

MEASURE = Measure.PARTICIPATIONS.value
Counts = Mapping[Codes, int]


def concerned(asked: CertificateQuestion) -> Participations:
    """The participations under the question's filters that are due a certificate or have one, in whatever state.

    Each has `certificate`, its kind or the one that is due; `state`; and `held`, the certificate that stands, as a
    relation. Those without a certificate belong to trainees of sessions that are ready; a certificate is counted
    whatever became of its session and of the role of its holder.
    """
    question = replace(asked.question, by=("role",))
    sessions = narrowed(Session.objects.order_by(), question)
    inside = placed(sessions, question, self_paced=True).values("pk")
    found = passing(Participation.objects.filter(session__in=inside).order_by(), question, sessions)
    found = found.annotate(
        held=FilteredRelation("certificates", condition=Q(certificates__superseded_at=None)),
        due=DUE,
        certificate=Coalesce(F("held__kind"), F("due")),
        state=_state(),
    ).exclude(certificate="")
    return _further(found, asked)


def _state() -> Case:
    today = timezone.localdate()
    return Case(
        When(held__pk__isnull=True, then=Value(PENDING)),
        When(held__revoked_at__isnull=False, then=Value(State.REVOKED.value)),
        When(held__expires_on__lt=today, then=Value(State.EXPIRED.value)),
        default=Value(State.VALID.value),
        output_field=CharField(),
    )


def _further(found: Participations, asked: CertificateQuestion) -> Participations:
    """Narrowed by the filters on certificates, but for their state."""
    lists = CertificateLists()
    for name, codes in asked.further.items():
        if name == "issued":
            found = found.filter(Q(held__issued_at__year__in=[int(code) for code in codes]))
        elif name == "written_in":
            found = found.filter(Q(held__content__language__in=codes))
        elif name != "state":
            values = [value for code in codes for value in lists[name].values(code)]
            found = found.filter(**{f"{BY[name].path}__in": values})
    return found


OWN_COLUMNS: Mapping[str, Any] = {
    "written_in": KeyTextTransform("language", "held__content"),
    "issued": ExtractYear("held__issued_at"),
}


class Reading:
    """The participations of a question counted once over some dimensions, from which any table of fewer is summed."""

    def __init__(self, asked: CertificateQuestion, names: Iterable[str]) -> None:
        self.asked = asked
        self.names = tuple(dict.fromkeys(("state", *names)))
        self.lists = CertificateLists()
        self.counts = self._read()

    def _read(self) -> Counts:
        shared = [name for name in self.names if name in SHARED]
        own = [name for name in self.names if name in OWN]
        keys = Keys(shared, self.asked.question.snapshot)
        columns = {**keys.columns, **{name: OWN_COLUMNS[name] for name in own if name in OWN_COLUMNS}}
        rows = concerned(self.asked).annotate(**columns).values_list(*keys.columns, *own).annotate(number=Count("pk"))
        places = dict(zip(shared, keys.of(shared), strict=True))
        found: Counter[Codes] = Counter()
        for *values, number in rows.order_by():
            said = dict(zip(own, values[len(keys.columns) :], strict=True))
            said |= {name: key.values(values[place])[0] for name, (place, key) in places.items()}
            found[tuple(self._code(name, said[name]) for name in self.names)] += number
        return found

    def _code(self, name: str, value: Any) -> str:
        if name == "issued" and value is not None:
            return str(value)
        return self.lists[name].code(value)

    def over(self, by: Codes, states: Codes) -> Counts:
        """The counts over these of the dimensions, of participations in these states."""
        places = [self.names.index(name) for name in by]
        state = self.names.index("state")
        found: Counter[Codes] = Counter()
        for codes, number in self.counts.items():
            if codes[state] in states:
                found[tuple(codes[place] for place in places)] += number
        return found

    def table(self, asked: CertificateQuestion) -> Table:
        """The table that the question asks for; it differs from this reading's in rows, columns and states alone."""
        by, margins = asked.by, {}
        for size in range(len(by)):
            for subset in combinations(by, size):
                margins[subset] = self._cells(subset, self.over(subset, asked.states))
        return Table(
            title=asked.title,
            by=by,
            measures=(MEASURE,),
            names={**{name: str(BY[name].label) for name in by}, MEASURE: _("Certificates")},
            labels={name: self._labels(name, self.over((name,), asked.states)) for name in by},
            cells=self._cells(by, self.over(by, asked.states)),
            totals=margins,
            better={},
            address=asked.address,
            filters=asked.filters,
            sessions={},
        )

    def _cells(self, by: Codes, counts: Counts) -> tuple[Cell, ...]:
        positions = [self.lists[name].position for name in by]
        ordered = sorted(counts, key=lambda codes: [place(code) for place, code in zip(positions, codes, strict=True)])
        return tuple(Cell(codes=codes, values={MEASURE: counts[codes]}, named=counts[codes]) for codes in ordered)

    def _labels(self, name: str, counts: Counts) -> dict[str, str]:
        members = self.lists[name]
        return {code: members.label(code) for code in sorted((codes[0] for codes in counts), key=members.position)}


@dataclass(frozen=True, kw_only=True)
class Reconciled:
    """issued = eligible − pending. overridden: issued with a reason to somebody who does not meet the rule.
    not_borne: issued, and the register says something else by now. awaiting: participations of trainees in sessions
    that are not signed off, of whom nobody can tell yet what they are due.
    """

    by_state: Mapping[str, int]
    overridden: int
    not_borne: int
    awaiting: int

    @property
    def eligible(self) -> int:
        return sum(self.by_state.values())

    @property
    def pending(self) -> int:
        return self.by_state[PENDING]

    @property
    def issued(self) -> int:
        return sum(self.by_state[state] for state in ISSUED)

    @property
    def valid(self) -> int:
        return self.by_state[State.VALID]

    @property
    def expired(self) -> int:
        return self.by_state[State.EXPIRED]

    @property
    def revoked(self) -> int:
        return self.by_state[State.REVOKED]


def reconciled(asked: CertificateQuestion, reading: Reading | None = None) -> Reconciled:
    """What is eligible, pending and issued under the question's filters. Two queries; one more without a reading."""
    counts = (reading or Reading(asked, ())).over(("state",), (*ISSUED, PENDING))
    against = Q(held__pk__isnull=False) & ~Q(held__kind=F("due"))
    told = concerned(asked).aggregate(
        overridden=Count("pk", filter=against & ~Q(held__override_reason="")),
        not_borne=Count("pk", filter=against & Q(held__override_reason="", held__revoked_at=None)),
    )
    return Reconciled(
        by_state={state: counts.get((state,), 0) for state in (*ISSUED, PENDING)},
        awaiting=_awaiting(asked),
        **told,
    )


def _awaiting(asked: CertificateQuestion) -> int:
    """Under the filters on sessions and people; a filter on certificates fits none of them."""
    if asked.further.keys() & {"certificate", "state", "written_in", "issued"}:
        return 0
    question = asked.question
    sessions = narrowed(Session.objects.counted().exclude(status=SessionStatus.CLOSED).order_by(), question)
    for name in asked.further:
        values = [value for code in asked.further[name] for value in CertificateLists()[name].values(code)]
        sessions = sessions.filter(**{f"{BY[name].session_path}__in": values})
    with_days = sessions.exclude(modality="self_paced")
    found = Participation.objects.filter(session__in=placed(with_days, question).values("pk"), role=Role.TRAINEE)
    return passing(found.exclude(outcome=Outcome.WITHDRAWN).order_by(), question, sessions).count()


def notes_of(asked: CertificateQuestion) -> tuple[tuple[str, str], ...]:
    """What a table of the question counts: code and text."""
    said = ", ".join(str(label).lower() for code, label in STATES if code in asked.states)
    return (("states", _("Counted are certificates that are: %(states)s.") % {"states": said}),)


def years_of_issue() -> list[str]:
    """The years in which anything was issued, the last one first."""
    found = Certificate.objects.order_by().aggregate(first=Min("issued_at__year"), last=Max("issued_at__year"))
    return [str(year) for year in range(found["last"], found["first"] - 1, -1)] if found["last"] else []


def behind(asked: CertificateQuestion, codes: Mapping[str, str]) -> list[tuple[str, int]]:
    """The sessions behind a figure: key and how many, the most first; together they are the figure.

    Raises ValidationError for a dimension the table does not have.
    """
    other = set(codes) - set(asked.by)
    if other:
        raise ValidationError(_("The table has no dimension %(names)s.") % {"names": ", ".join(sorted(other))})
    by: Sequence[str] = [*codes, "session"]
    counts = Reading(asked, by).over(tuple(by), asked.states)
    wanted = tuple(codes.values())
    found = [(own[-1], number) for own, number in counts.items() if own[:-1] == wanted]
    return sorted(found, key=lambda one: (-one[1], one[0]))
