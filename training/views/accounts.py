"""The accounts somebody keeps: who can log in, closing one, opening it again, and what is held of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from training.filters import AccountFilter
from training.models import Account
from training.permissions import Action, require
from training.services import trail
from training.services.account_closing import close_account, open_account, reasons_against_closing
from training.services.erasure import erase_account, reasons_against_erasing_account
from training.services.held import held_about
from training.views.personal_data import held_as_file

ON_A_PAGE = 50


@require_safe
def account_list(request):
    require(request.user, Action.KEEP_ACCOUNTS)
    kept = _kept(request.user).select_related("person").prefetch_related("groups")
    listed = AccountFilter(request.GET, queryset=kept.order_by("email"))
    page = Paginator(listed.qs, ON_A_PAGE).get_page(request.GET.get("page"))
    accounts = list(page.object_list)
    if accounts:
        records = {"account": [account.pk for account in accounts]}
        trail.record(by=request.user, action="accounts listed", records=records)
    return render(request, "training/accounts/list.html", {"filter": listed, "page": page, "accounts": accounts})


@require_safe
def account(request, pk):
    found = _one(request, pk)
    trail.record(by=request.user, action="account viewed", records={"account": [pk]})
    context = {
        "account": found,
        "roles": sorted(group.name for group in found.groups.all()),
        "against": reasons_against_closing(account=found, by=request.user),
        "against_erasing": reasons_against_erasing_account(account=found, by=request.user),
    }
    return render(request, "training/accounts/page.html", context)


@require_POST
def account_change(request, pk):
    """`do` is `close` or `open`."""
    found = _one(request, pk)
    services = {
        "close": (close_account, _("Closed. Nobody logs in with it any more.")),
        "open": (open_account, _("Opened again, with the roles it had.")),
    }
    if request.POST.get("do") in services:
        service, done = services[request.POST["do"]]
        try:
            service(account=found, by=request.user)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        else:
            messages.success(request, done)
    return redirect("account", pk=pk)


@require_safe
def account_data(request, pk):
    """What is held of an account that belongs to nobody's record; else it stands with the person."""
    found = _one(request, pk)
    if person := getattr(found, "person", None):
        return redirect("person_data", pk=person.pk)
    context = {"sections": held_about(by=request.user, account=found), "account": found}
    return render(request, "training/accounts/data.html", context)


@require_safe
def account_data_file(request, pk, kind):
    found = _one(request, pk)
    if getattr(found, "person", None):
        raise Http404
    return held_as_file(request, kind, account=found)


def account_erase(request, pk):
    """GET says what goes and what stays; POST with `sure` erases."""
    require(request.user, Action.ERASE_PEOPLE)
    found = _one(request, pk)
    context = {"account": found, "against": reasons_against_erasing_account(account=found, by=request.user)}
    if request.method == "POST" and "sure" in request.POST and not context["against"]:
        erase_account(account=found, by=request.user)
        messages.success(request, _("Erased. What was done with the account stays under its number."))
        return redirect("accounts")
    context["unsure"] = request.method == "POST" and "sure" not in request.POST
    return render(request, "training/accounts/erase.html", context)


def _kept(by):
    return Account.objects.kept_by(by).not_erased()


def _one(request, pk):
    require(request.user, Action.KEEP_ACCOUNTS)
    kept = _kept(request.user).select_related("person").prefetch_related("groups", "jurisdictions", "projects")
    return get_object_or_404(kept, pk=pk)
