"""The method of a report in plain words: what its terms mean here (design §3), as far as its tables use them."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from training.choices import Audience, Measure
from training.models.sessions import DEFAULT_ATTENDANCE_SHARE
from training.statistics.dimensions import NOT_APPLICABLE, NOT_BROKEN_DOWN, NOT_STATED
from training.statistics.question import Question
from training.statistics.table import Table

Terms = Iterator[tuple[str, str]]
OF_PEOPLE = frozenset({"jurisdiction", "institution", "institution_type", "sex"})


def method_of(
    *, questions: Sequence[Question], tables: Sequence[Table], audience: str, threshold: int
) -> tuple[tuple[str, str], ...]:
    """Terms and their meaning for these questions and their tables, in the order a reader needs them."""
    return (
        *_counting(questions),
        *_measures({measure for question in questions for measure in question.measures}),
        *_sources(tables),
        *_unknown({(name, code) for table in tables for name in table.by for code in table.labels[name]}),
        *_selection(questions),
        *_for_readers(tables, audience, threshold),
    )


def _counting(questions: Sequence[Question]) -> Terms:
    if not questions:
        return
    yield (
        _("Participation"),
        _(
            "One person in one session, counted if the person was there on at least one day. Where a delivered session"
            " kept no register, everyone on its roster who did not withdraw counts. A person in two sessions is two"
            " participations."
        ),
    )
    if any("role" not in question.by and "role" not in question.filters for question in questions):
        yield _("Who is counted"), _("Trainees; trainers, observers and organisers only where a table is about roles.")
    yield (
        _("Sessions"),
        _(
            "Sessions that are under way, delivered or signed off. Planned and cancelled ones are not counted, and"
            " a series that restates other sessions is not counted beside them."
        ),
    )


def _measures(measures: set[str]) -> Terms:
    if Measure.PEOPLE in measures:
        yield (
            _("Unique people"),
            _(
                "Persons, each counted once however many sessions they were in. Only people known by name can be"
                " counted so. Groups do not add up: whoever stands in two of them is one person in the total."
            ),
        )
    if Measure.PERSON_DAYS in measures:
        yield (
            _("Person-days"),
            _("Days on which people were present or late, added up. Known only where a register was kept by name."),
        )


def _sources(tables: Sequence[Table]) -> Terms:
    cells = [cell for table in tables for cell in table.cells]
    if any(cell.unnamed or cell.whole for cell in cells):
        yield (
            _("Named and headcount"),
            _(
                "Named participations are backed by a roster. A headcount is a number without names: of a whole"
                " session, or of people beside a roster whose names may not be recorded. Nobody is counted twice. A"
                " headcount's unique people and person-days are unknown, which is never shown as zero."
            ),
        )
    if any("sex" in table.by for table in tables):
        yield (
            _("% women"),
            _("Women in per cent of women and men together. Whose sex is not known is left out of both numbers."),
        )
    if any("outcome" in table.by for table in tables):
        yield (
            _("Attended and completed"),
            _(
                "Attended: present or late on at least one day. Completed: present or late on the share of days that"
                " the training asks for (%(share)d in 100 unless it says otherwise), and the test passed where there is"
                " one."
            )
            % {"share": DEFAULT_ATTENDANCE_SHARE},
        )
    multiple = list(dict.fromkeys(table.names[name] for table in tables for name in table.multiple))
    if multiple:
        yield (
            _("Several at once"),
            _(
                "A project may have several of these: %(names)s. Its participations stand under each, so such rows add"
                " up to more than the total."
            )
            % {"names": ", ".join(multiple)},
        )


def _unknown(shown: set[tuple[str, str]]) -> Terms:
    codes = {code for _name, code in shown}
    if NOT_BROKEN_DOWN in codes:
        yield (
            _("Not broken down"),
            _(
                "Part of a headcount that was reported without this detail. The people were there; only the detail is"
                " not."
            ),
        )
    if ("sex", "U") in shown:
        yield _("Not recorded"), _("The person's sex was not written down.")
    if NOT_STATED in codes:
        yield _("Not stated"), _("The record does not say.")
    if NOT_APPLICABLE in codes:
        yield _("Not applicable"), _("The record has no such thing.")


def _selection(questions: Sequence[Question]) -> Terms:
    about_people = [q for q in questions if OF_PEOPLE & {*q.by, *q.filters}]
    if any(question.snapshot == "training" for question in about_people):
        yield (
            _("As at training"),
            _(
                "Jurisdiction, institution and sex are those written down at the session. If somebody moves later, past"
                " figures stay."
            ),
        )
    if any(question.snapshot == "now" for question in about_people):
        yield (
            _("As now"),
            _("Where a table says so, people stand where their records place them today instead."),
        )
    if any(question.first_time for question in questions):
        yield (
            _("First-timers"),
            _(
                "People without an earlier participation in the whole register, whatever a table is about. Headcounts"
                " have none: nobody can tell."
            ),
        )
    if any(q.start or q.end or set(q.by) & {"year", "quarter", "month"} for q in questions):
        yield (
            _("Period"),
            _(
                "A session belongs to its last day; self-paced learning to the day it was completed, else to the last"
                " activity. Both ends of a period are inside."
            ),
        )


def _for_readers(tables: Sequence[Table], audience: str, threshold: int) -> Terms:
    if audience != Audience.DONOR:
        return
    yield (
        _("Small groups"),
        _(
            "A figure that rests on 1 to %(most)d people of whom no public source tells is withheld and shown as “c”,"
            " in every measure, so that nobody can be recognised. So are as many others as it takes that it cannot be"
            " computed from the rest. Zero is shown, and figures published elsewhere stay as published."
        )
        % {"most": threshold - 1},
    )
    yield (
        _("Contradictions"),
        _("Listed where they stand in what a public source states."),
    )
