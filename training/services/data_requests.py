"""What people ask about their own data, and the answers of whoever keeps their record."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from training.choices import AnswerState, DataRequestKind
from training.models import Account, DataRequest, Person
from training.permissions import Action, require
from training.services import trail

LONGEST = 2000


@transaction.atomic
def ask_about_data(*, by: Account, kind: str, text: str = "") -> DataRequest:
    """Ask for a correction or an erasure of one's own record; the same kind waits once at a time.

    Raises ValidationError for an account without a record, a correction that does not say what, or one that waits.
    """
    person = Person.objects.select_for_update(of=("self",), no_key=True).filter(account=by, erased_at=None).first()
    if person is None:
        raise ValidationError(_("Your account belongs to nobody's record, so there is nothing to ask about."))
    text = text.strip()
    if kind == DataRequestKind.CORRECTION and not text:
        raise ValidationError({"text": _("Say what is wrong, and what it should be.")})
    if len(text) > LONGEST:
        raise ValidationError({"text": _("At most %(n)d letters, please.") % {"n": LONGEST}})
    if DataRequest.objects.waiting().filter(person=person, kind=kind).exists():
        raise ValidationError(_("You have asked for that already. It waits for the coordinator of your jurisdiction."))
    asked = DataRequest(person=person, kind=kind, text=text, asked_by=by)
    asked.full_clean()
    asked.save()
    records = {"person": [person.pk], "datarequest": [asked.pk]}
    trail.record(by=by, action="data request made", records=records, detail={"kind": kind})
    return asked


@transaction.atomic
def answer_request(*, request: DataRequest, by: Account, done: bool, answer: str = "") -> None:
    """Close a request: done, or refused with the reason. Raises ValidationError if it is closed, or gives no reason."""
    require(by, Action.EDIT_PEOPLE)
    kept = DataRequest.objects.kept_by(by).filter(pk=request.pk).values("pk")
    found = DataRequest.objects.select_for_update(of=("self",)).filter(pk__in=kept).first()
    if found is None:
        raise PermissionDenied(_("This request is not one of those you answer."))
    if found.state != AnswerState.OPEN:
        raise ValidationError(_("This request has been answered already."))
    if not done and not answer.strip():
        raise ValidationError({"answer": _("Say why not: whoever asked reads it.")})
    if done and found.kind == DataRequestKind.ERASURE:
        raise ValidationError(_("Erasing the person answers this request."))
    found.state = AnswerState.DONE if done else AnswerState.REFUSED
    found.answer, found.answered_by, found.answered_at = answer.strip(), by, timezone.now()
    found.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    records = {"person": [found.person_id], "datarequest": [found.pk]}
    trail.record(by=by, action=f"data request {found.state}", records=records)


@transaction.atomic
def correct_record(*, person: Person, by: Account, **values: object) -> list[str]:
    """Put a person's record right: names, sex, institution, position, e-mail. Returns the fields that changed.

    Past snapshots stay as they were. Raises PermissionDenied unless the person is the account's to keep right.
    """
    require(by, Action.EDIT_PEOPLE)
    found = (
        Person.objects.kept_by(by)
        .not_erased()
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=person.pk)
        .first()
    )
    if found is None:
        raise PermissionDenied(_("This person is not among those you keep."))
    changed = [name for name, value in values.items() if getattr(found, name) != value]
    for name in changed:
        setattr(found, name, values[name])
    if changed:
        found.derive_keys().full_clean()
        found.save(update_fields=[*changed, "updated_at"])
        trail.record(
            by=by, action="person put right", records={"person": [found.pk]}, detail={"fields": sorted(changed)}
        )
    return changed
