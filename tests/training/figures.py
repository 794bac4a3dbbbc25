"""Headcounts for tests, written the way one says them: `headcount_of(session, 30, by_sex(M=26, F=4))`."""

from tests.factories import InstitutionTypeFactory, JurisdictionFactory, ParticipationFactory, PersonFactory
from training.choices import Outcome, Scope
from training.models import Headcount, Source
from training.services.headcounts import BreakdownDraft, CellDraft, write_breakdowns


def by_sex(**numbers):
    return BreakdownDraft(("sex",), [CellDraft(sex=sex, number=number) for sex, number in numbers.items()])


def by_jurisdiction(**numbers):
    cells = [CellDraft(jurisdiction=JurisdictionFactory(code=code), number=n) for code, n in numbers.items()]
    return BreakdownDraft(("jurisdiction",), cells)


def by_kind(**numbers):
    cells = [CellDraft(institution_type=InstitutionTypeFactory(key=key), number=n) for key, n in numbers.items()]
    return BreakdownDraft(("institution_type",), cells)


def by_jurisdiction_and_sex(**numbers):
    """`by_jurisdiction_and_sex(MK_F=13, XK_M=49)`"""
    cells = [
        CellDraft(jurisdiction=JurisdictionFactory(code=name[:2]), sex=name[3:], number=number)
        for name, number in numbers.items()
    ]
    return BreakdownDraft(("jurisdiction", "sex"), cells)


def headcount_of(session, total, *breakdowns, scope=Scope.WHOLE, quote="", source=None):
    reason = "Undercover officers" if scope == Scope.UNNAMED else ""
    headcount = Headcount.objects.create(
        session=session, total=total, scope=scope, reason=reason, quote=quote, source=source
    )
    write_breakdowns(headcount, breakdowns)
    return headcount


def source_called(key, publisher="SEESAC"):
    return Source.objects.get_or_create(key=key, defaults={"publisher": publisher})[0]


def roster_of(session, *, outcome=Outcome.ATTENDED, **numbers):
    """`roster_of(session, MK_F=2, MK_M=3)` puts five trainees on the roster."""
    for name, number in numbers.items():
        jurisdiction = JurisdictionFactory(code=name[:2])
        for _again in range(number):
            person = PersonFactory(jurisdiction=jurisdiction, institution=None, sex=name[3:])
            ParticipationFactory(session=session, person=person, outcome=outcome)
