"""Test scores of a session's trainees, before and after: reading what was typed, writing it, and what was gained."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Avg, Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from training.changes import note_changes
from training.choices import Modality, Role
from training.models import Account, Participation, Session
from training.models.participations import GAIN, TESTED
from training.permissions import Action, require
from training.services import trail
from training.services.outcomes import recompute
from training.services.registering import require_open_roster

COLUMNS = {"pre": "pre_score", "post": "post_score"}
HUNDREDTH = Decimal("0.01")
# A cell: whose score it is, and which of COLUMNS.
Cell = tuple[int, str]


class RefusedScoresError(ValidationError):
    """What is wrong, cell by cell; nothing of it was written."""

    def __init__(self, cells: Mapping[Cell, str]) -> None:
        super().__init__(list(cells.values()))
        self.cells = cells


@dataclass(frozen=True)
class Mean:
    """A mean in per cent points, of so many people; None of nobody."""

    value: Decimal | None
    n: int


@dataclass(frozen=True)
class Summary:
    """Means of the trainees who have a score; the gain is of those who have both."""

    before: Mean
    after: Mean
    gain: Mean


def read_score(text: str) -> Decimal | None:
    """A score in per cent as people type it: 72, 72.5, 72,5 or 72 %; None for nothing. Raises ValidationError."""
    bare = text.strip().removesuffix("%").strip().replace(",", ".")
    if not bare:
        return None
    try:
        score = Decimal(bare) if bare.replace(".", "", 1).isdecimal() else Decimal("NaN")
    except InvalidOperation:
        score = Decimal("NaN")
    if not 0 <= score <= 100 if score.is_finite() else True:
        raise ValidationError(_("Write a number from 0 to 100."))
    if score != score.quantize(HUNDREDTH):
        raise ValidationError(_("At most two digits after the point."))
    return score


def said(score: Decimal | None) -> str:
    """A score as it stands in its cell: no zeros that say nothing."""
    return "" if score is None else f"{score.quantize(HUNDREDTH).normalize():f}"


def scored(session: Session) -> QuerySet[Participation]:
    """Whose scores there are: the trainees on the roster."""
    return Participation.objects.filter(session=session, role=Role.TRAINEE, withdrawn_at=None)


def require_scorable(session: Session) -> None:
    """Raise ValidationError where no scores can be typed: as for the roster, and where the course itself says them."""
    require_open_roster(session)
    if session.modality == Modality.SELF_PACED:
        raise ValidationError(_("A self-paced session takes its scores from the test of its course."))


@transaction.atomic
def save_scores(
    *, session: Session, typed: Mapping[Cell, str], seen: Mapping[Cell, str], by: Account
) -> list[Participation]:
    """Write what was typed otherwise than it was `seen`, all or nothing; outcomes follow. Returns whose changed.

    Raises RefusedScoresError where a cell is no score, or was changed by somebody else since it was seen;
    ValidationError where the session takes no scores, or somebody is not among its trainees any more. A constant number
    of queries.
    """
    require(by, Action.EDIT_ROSTER, session)
    session = Session.objects.select_for_update(of=("self",)).select_related("training").get(pk=session.pk)
    require_scorable(session)
    touched = {cell: text for cell, text in typed.items() if text.strip() != seen.get(cell, "")}
    standing = scored(session).select_for_update().in_bulk({pk for pk, _which in touched})
    if any(pk not in standing for pk, _which in touched):
        raise ValidationError(_("Somebody typed here is not among the trainees any more. Open the page again."))
    wanted = _checked(touched, seen, standing)
    changed = _written(wanted, standing, by)
    if changed:
        recompute(session, only=[one.pk for one in changed])
        ids = {"participation": [one.pk for one in changed]}
        trail.record(by=by, action="scores typed", session=session, records=ids, detail={"scores": len(wanted)})
    return changed


def summary_of(session: Session) -> Summary:
    """One query."""
    both = Count("pk", filter=TESTED)
    found = scored(session).aggregate(
        before=Avg("pre_score"), after=Avg("post_score"), gain=GAIN, both=both,
        has_before=Count("pre_score"), has_after=Count("post_score"),
    )  # fmt: skip
    gain = Decimal(found["gain"]) / 100 / found["both"] if found["both"] else None
    return Summary(
        Mean(_decimal(found["before"]), found["has_before"]),
        Mean(_decimal(found["after"]), found["has_after"]),
        Mean(gain, found["both"]),
    )


def _decimal(mean: object) -> Decimal | None:
    return None if mean is None else Decimal(str(mean))


def _checked(
    touched: Mapping[Cell, str], seen: Mapping[Cell, str], standing: Mapping[int, Participation]
) -> dict[Cell, Decimal | None]:
    """What is to be written. Raises RefusedScoresError with everything that is wrong."""
    wanted, wrong = {}, {}
    for cell, text in touched.items():
        pk, which = cell
        now = getattr(standing[pk], COLUMNS[which])
        try:
            score = read_score(text)
        except ValidationError as refusal:
            wrong[cell] = refusal.messages[0]
            continue
        if score == now:
            continue
        if said(now) != seen.get(cell, ""):
            wrong[cell] = _("Somebody else has typed %(now)s here meanwhile. Save again to put yours in its place.") % {
                "now": said(now) or "–"
            }
        wanted[cell] = score
    if wrong:
        raise RefusedScoresError(wrong)
    return wanted


def _written(
    wanted: Mapping[Cell, Decimal | None], standing: Mapping[int, Participation], by: Account
) -> list[Participation]:
    changes: dict[int, dict[str, tuple[str, str]]] = {}
    for (pk, which), score in wanted.items():
        name = COLUMNS[which]
        changes.setdefault(pk, {})[name] = (said(getattr(standing[pk], name)), said(score))
        setattr(standing[pk], name, score)
        standing[pk].updated_at = timezone.now()
    changed = [standing[pk] for pk in changes]
    Participation.objects.bulk_update(changed, [*COLUMNS.values(), "updated_at"], batch_size=200)
    note_changes([(standing[pk], values) for pk, values in changes.items()], by)
    return changed
