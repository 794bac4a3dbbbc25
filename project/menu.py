"""The main menu: each role sees the places where it has work to do, and no others.

The order is that of use: a phone shows the first three and keeps the rest under *More*, a wide screen the first seven
(evidenca.css, frame).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from training.models import Account, DataRequest, Institution
from training.permissions import Action, RoleName, allows, roles_to_give

SHOWN_ON_A_PHONE = 3


@dataclass
class Entry:
    """`count` says how much there is to do; it is asked when the menu is written, not before, and once."""

    label: str
    url: str
    current: bool
    count: Callable[[], int] = int

    @cached_property
    def waiting(self) -> int:
        return self.count()


def menu_for(request: HttpRequest) -> list[Entry]:
    """The entries for this request's account; empty for visitors and for pages without an account."""
    account = getattr(request, "user", None)
    if account is None or not account.is_authenticated:
        return []
    figures = allows(account, Action.VIEW_STATISTICS)
    places = (
        (allows(account, Action.VIEW_SESSION), _("Sessions"), "sessions"),
        (allows(account, Action.READ_COURSES), _("Courses"), "courses"),
        (figures, _("Statistics"), "statistics"),
        (allows(account, Action.VIEW_TARGETS), _("Targets"), "targets"),
        (allows(account, Action.READ_REPORTS), _("Reports"), "reports"),
        (figures, _("Reconciliation"), "contradictions"),
        (allows(account, Action.EDIT_PEOPLE), _("People"), "people"),
        (allows(account, Action.KEEP_INSTITUTIONS), _("Institutions"), "institutions"),
        # Whoever invites officers alone does it from the roster.
        (bool(roles_to_give(account) - {RoleName.OFFICER}), _("Access"), "access"),
        (allows(account, Action.READ_CERTIFICATES), _("Certificates"), "certificate_register"),
        (allows(account, Action.READ_OWN_CERTIFICATES), _("My certificates"), "own_certificates"),
        (allows(account, Action.READ_TRAIL), _("Trail"), "trail"),
        (allows(account, Action.KEEP_COURSES), _("Records"), "wagtailadmin_home"),
    )
    counts = {
        "institutions": partial(_institutions_to_confirm, account),
        "people": partial(_data_requests_waiting, account),
    }
    shown = [(str(label), reverse(name), counts.get(name, int)) for may_open, label, name in places if may_open]
    return [Entry(label, url, request.path.startswith(url), count) for label, url, count in shown]


def _institutions_to_confirm(account: Account) -> int:
    return Institution.objects.kept_by(account).to_confirm().count()


def _data_requests_waiting(account: Account) -> int:
    return DataRequest.objects.kept_by(account).waiting().count()
