"""The main menu: each role sees the places where it has work to do, and no others."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from training.models import Account, DataRequest, Institution
from training.permissions import Action, RoleName, allows, roles_to_give


@dataclass(frozen=True)
class Entry:
    """`waiting` counts what there is to do; it is asked when the menu is written, not before."""

    label: str
    url: str
    current: bool
    waiting: Callable[[], int] | None = None


def menu_for(request: HttpRequest) -> list[Entry]:
    """The entries for this request's account; empty for visitors and for pages without an account."""
    account = getattr(request, "user", None)
    if account is None or not account.is_authenticated:
        return []
    figures = allows(account, Action.VIEW_STATISTICS)
    places = (
        (allows(account, Action.VIEW_SESSION), _("Sessions"), "sessions"),
        (figures, _("Statistics"), "statistics"),
        (allows(account, Action.VIEW_TARGETS), _("Targets"), "targets"),
        (allows(account, Action.READ_REPORTS), _("Reports"), "reports"),
        (figures, _("Reconciliation"), "contradictions"),
        (allows(account, Action.EDIT_PEOPLE), _("People"), "people"),
        (allows(account, Action.KEEP_INSTITUTIONS), _("Institutions"), "institutions"),
        # Whoever invites officers alone does it from the roster.
        (bool(roles_to_give(account) - {RoleName.OFFICER}), _("Access"), "access"),
        (allows(account, Action.READ_OWN_CERTIFICATES), _("My certificates"), "own_certificates"),
        (allows(account, Action.READ_TRAIL), _("Trail"), "trail"),
        (allows(account, Action.KEEP_COURSES), _("Records"), "wagtailadmin_home"),
    )
    shown = [(label, reverse(name)) for may_open, label, name in places if may_open]
    counts = {
        reverse("institutions"): partial(_institutions_to_confirm, account),
        reverse("people"): partial(_data_requests_waiting, account),
    }
    return [Entry(label, url, request.path.startswith(url), counts.get(url)) for label, url in shown]


def _institutions_to_confirm(account: Account) -> int:
    return Institution.objects.kept_by(account).to_confirm().count()


def _data_requests_waiting(account: Account) -> int:
    return DataRequest.objects.kept_by(account).waiting().count()
