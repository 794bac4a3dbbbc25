"""Institutions as people write them: found by any of their names, or added, to be confirmed; and confirming them."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from training.models import Account, Institution, InstitutionAlias, InstitutionType, Jurisdiction, Session
from training.names import match_key, tidied
from training.permissions import Action, require
from training.services import trail

LONGEST = 200


def institution_named(name: str, jurisdiction: Jurisdiction, *, by: Account, session: Session) -> Institution:
    """The jurisdiction's institution of that name, short name or alias, in any script; else a new one to confirm.

    Raises ValidationError where a short name or alias fits several.
    """
    key = match_key(name)
    if not key:
        raise ValidationError({"institution": _("Write a name with at least one letter, or leave it empty.")})
    known = _institutions_called(key, jurisdiction)
    if len(known) > 1:
        names = "; ".join(institution.name for institution in known)
        raise ValidationError({"institution": _("That fits several: %(names)s. Write one in full.") % {"names": names}})
    if known:
        return known[0]
    if len(key) > LONGEST:
        raise ValidationError(
            {"institution": _("The name of an institution has at most %(n)s letters.") % {"n": LONGEST}}
        )
    new = Institution(name=tidied(name), jurisdiction=jurisdiction, confirmed=False)
    new.full_clean(exclude=["match_key"])
    new.save()
    trail.record(by=by, action="institution added", session=session, records={"institution": [new.pk]})
    return new


def _institutions_called(key: str, jurisdiction: Jurisdiction) -> list[Institution]:
    """The one whose name has that key; where there is none, those that go by it otherwise."""
    within = Institution.objects.filter(jurisdiction=jurisdiction)
    named = list(within.filter(match_key=key))
    if named:
        return named
    aliased = set(within.filter(aliases__match_key=key))
    short = {other for other in within.exclude(short_name="") if match_key(other.short_name) == key}
    return sorted(aliased | short, key=lambda institution: institution.name)


@transaction.atomic
def confirm_institution(
    *,
    institution: Institution,
    by: Account,
    name: str,
    short_name: str = "",
    type: InstitutionType | None = None,  # noqa: A002  the field's name
    sector: str = "",
) -> Institution:
    """Say that an institution is known, and what it is: under its own name or a better one. Safe to repeat.

    The name it had stays as another name, so that the next list finds it. Raises PermissionDenied unless the
    institution is the account's to keep right, ValidationError for a name that another one of its jurisdiction has.
    """
    require(by, Action.KEEP_INSTITUTIONS)
    fresh = Institution.objects.kept_by(by).select_for_update(of=("self",)).filter(pk=institution.pk).first()
    if fresh is None:
        raise PermissionDenied(_("This institution is not among those you keep."))
    old_name, old_key = fresh.name, fresh.match_key
    new = {
        "name": tidied(name),
        "short_name": tidied(short_name),
        "type": type,
        "sector": sector or fresh.sector,
        "confirmed": True,
    }
    changed = [field for field, value in new.items() if value != getattr(fresh, field)]
    for field in changed:
        setattr(fresh, field, new[field])
    fresh.match_key = match_key(fresh.name)
    fresh.full_clean()
    if not changed:
        return fresh
    fresh.save(update_fields=[*changed, "match_key"])
    if fresh.match_key != old_key:
        InstitutionAlias.objects.get_or_create(institution=fresh, match_key=old_key, defaults={"name": old_name})
    action = "institution confirmed" if "confirmed" in changed else "institution changed"
    trail.record(by=by, action=action, records={"institution": [fresh.pk]}, detail={"fields": sorted(changed)})
    return fresh
