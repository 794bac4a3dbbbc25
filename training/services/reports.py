"""Reports that stay: saving their questions, changing and removing them, and freezing what they say on one day."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from training.models import Account, FrozenReport, SavedReport
from training.permissions import Action, require
from training.services import trail
from training.statistics.asking_again import answer_again, read_questions
from training.statistics.report import Report, document

MOST_QUESTIONS = 12
LONGEST_TITLE = 150
LONGEST_ADDRESS = 2000


@transaction.atomic
def save_report(
    *,
    by: Account,
    title: str,
    audience: str,
    threshold: int,
    questions: Sequence[Mapping[str, str]],
    introduction: str = "",
    report: SavedReport | None = None,
    version: datetime | None = None,
) -> SavedReport:
    """Save a report, or change the one given. `questions` are `{"title": …, "address": …}` in their order.

    A question that is new has to fit the register; one that was kept may stay even if it no longer does.
    `version` is the `updated_at` the editor saw: a newer one refuses (code "conflict").
    """
    require(by, Action.KEEP_REPORTS)
    new = report is None
    report = _as_it_is_now(report, version) if report else SavedReport(created_by=by)
    asked = [{"title": one["title"].strip(), "address": one["address"].strip().lstrip("?")} for one in questions]
    known = {one["address"] for one in report.questions}
    _check_questions(asked)
    asked = [one if one["address"] in known else _as_read(one, by) for one in asked]
    report.title, report.introduction = title.strip(), introduction.strip()
    report.audience, report.threshold, report.questions = audience, threshold, asked
    report.full_clean(exclude=["questions"])  # a report may begin without any
    report.save()
    _record(by, "report saved" if new else "report changed", report, questions=len(asked))
    return report


@transaction.atomic
def add_question(*, by: Account, report: SavedReport, title: str, address: str) -> SavedReport:
    """Put one more question at the end of a report."""
    require(by, Action.KEEP_REPORTS)
    report = SavedReport.objects.select_for_update().get(pk=report.pk)
    return save_report(
        by=by,
        report=report,
        title=report.title,
        introduction=report.introduction,
        audience=report.audience,
        threshold=report.threshold,
        questions=[*report.questions, {"title": title, "address": address}],
    )


@transaction.atomic
def remove_report(*, by: Account, report: SavedReport) -> None:
    """Remove a saved report. Refused once it was frozen: the frozen one says what it was made of."""
    require(by, Action.KEEP_REPORTS)
    report = SavedReport.objects.select_for_update().get(pk=report.pk)
    labels = [frozen.label for frozen in report.frozen.order_by("year", "number")]
    if labels:
        raise ValidationError(
            _("It stays: %(labels)s were frozen from it, and frozen reports are kept with what they were made of.")
            % {"labels": ", ".join(labels)}
        )
    _record(by, "report removed", report)
    report.delete()


def freeze_report(*, by: Account, report: SavedReport, note: str = "", seen: int | None = None) -> FrozenReport:
    """Keep what the report says now, under the next number of the year. Nothing can change or remove it afterwards.

    seen: how many frozen ones of this report there were when the account decided; more by now refuse, so that a form
    sent twice freezes once. The figures are read at one moment, before the number is given.
    """
    require(by, Action.KEEP_REPORTS)
    answered = answer_again(report, reader=by)
    for misfit in answered.misfits:
        raise ValidationError(_("“%(title)s” cannot be answered: %(why)s") % {"title": misfit.title, "why": misfit.why})
    if not answered.report.tables:
        raise ValidationError(_("This report has no questions yet: there is nothing to keep."))
    return _keep(by=by, saved=report, report=answered.report, note=note.strip(), seen=seen)


@transaction.atomic
def _keep(*, by: Account, saved: SavedReport, report: Report, note: str, seen: int | None) -> FrozenReport:
    SavedReport.objects.select_for_update().get(pk=saved.pk)
    latest = saved.frozen.order_by("-frozen_at", "-pk").first()
    if seen is not None and latest is not None and saved.frozen.count() > seen:
        raise ValidationError(
            _("It was frozen meanwhile, as %(label)s. Open that one before you freeze it again.")
            % {"label": latest.label}
        )
    frozen = FrozenReport(
        saved=saved,
        year=timezone.localtime(report.as_of).year,
        title=report.title,
        audience=report.audience,
        threshold=report.threshold,
        note=note,
        frozen_at=report.as_of,
        frozen_by=by,
    )
    _give_number(frozen, report)
    trail.record(
        by=by,
        action="report frozen",
        records={"frozenreport": [frozen.pk], "savedreport": [saved.pk]},
        detail={"number": frozen.label, "tables": len(report.tables), "audience": report.audience},
    )
    return frozen


def _give_number(frozen: FrozenReport, report: Report) -> None:
    """Save it under the next number of its year. Whoever freezes at the same moment waits at the year's first one; as
    long as there is none, the constraint lets one of them in, and the other tries again.
    """
    of_the_year = FrozenReport.objects.filter(year=frozen.year)
    for attempt in range(2):
        list(of_the_year.select_for_update().filter(number=1))
        frozen.number = (of_the_year.aggregate(last=Max("number"))["last"] or 0) + 1
        frozen.document = document(replace(report, number=frozen.label))
        try:
            with transaction.atomic():
                frozen.save(force_insert=True)
        except IntegrityError:
            if attempt:
                raise
        else:
            return


def _as_it_is_now(report: SavedReport, version: datetime | None) -> SavedReport:
    now = SavedReport.objects.select_for_update().get(pk=report.pk)
    if version is not None and now.updated_at != version:
        raise ValidationError(
            _("Somebody changed this report while you had it open. Save again to put yours in place of theirs."),
            code="conflict",
        )
    return now


def _check_questions(asked: Sequence[Mapping[str, str]]) -> None:
    if len(asked) > MOST_QUESTIONS:
        raise ValidationError({"questions": _("A report has at most %(most)d questions.") % {"most": MOST_QUESTIONS}})
    for one in asked:
        if not one["title"] or len(one["title"]) > LONGEST_TITLE:
            raise ValidationError(
                {"questions": _("Give each question a title of at most %(most)d letters.") % {"most": LONGEST_TITLE}}
            )
    if any(len(one["address"]) > LONGEST_ADDRESS for one in asked):
        raise ValidationError({"questions": _("This question is too long to be kept.")})


def _as_read(one: Mapping[str, str], by: Account) -> dict[str, str]:
    """The question with its address written out in full, so that no later default gives it another meaning."""
    (kept,) = read_questions([one], reader=by)
    if kept.asked is None:
        raise ValidationError({"questions": f"{kept.title}: {kept.why}"})
    return {"title": one["title"], "address": kept.asked.address}


def _record(by: Account, action: str, report: SavedReport, **detail: int) -> None:
    trail.record(by=by, action=action, records={"savedreport": [report.pk]}, detail=detail)
