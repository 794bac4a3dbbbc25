"""Institutions a coordinator keeps right: those to be confirmed, the page of each, merging one into another."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from training.filters import TO_CONFIRM, InstitutionFilter
from training.forms.institutions import ConfirmForm, IntoForm
from training.models import Institution, InstitutionMerge
from training.permissions import Action, allows, require
from training.services.institution_merging import effect_of, merge_institutions, undo_institution_merge
from training.services.institutions import confirm_institution
from training.services.likely_institutions import suggestions_for

PER_PAGE = 25


@require_safe
def institution_list(request):
    kept = _kept(request)
    rows = kept.select_related("jurisdiction", "type", "created_by_import__session").with_use()
    listed = InstitutionFilter(request.GET, queryset=rows)
    page = Paginator(listed.qs, PER_PAGE).get_page(request.GET.get("page"))
    institutions = list(page.object_list)
    for institution, suggested in zip(institutions, suggestions_for(institutions).values(), strict=True):
        institution.suggested = [] if institution.confirmed else suggested[:1]
    context = {
        "filter": listed,
        "page": page,
        "institutions": institutions,
        "waiting": kept.to_confirm().count(),
        "is_queue": listed.data["state"] == TO_CONFIRM,
    }
    return render(request, "training/institutions/list.html", context)


def institution(request, pk):
    """What is known of it; POST confirms it, under its own name or another."""
    found = get_object_or_404(_kept(request).select_related("jurisdiction", "type", "parent").with_use(), pk=pk)
    form = ConfirmForm(request.POST or None, institution=found)
    if request.method == "POST" and form.is_valid():
        try:
            confirm_institution(institution=found, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.take(refused)
        else:
            messages.success(request, _("%(name)s is confirmed.") % {"name": form.cleaned_data["name"]})
            return redirect("institutions" if not found.confirmed else request.path)
    merges = InstitutionMerge.objects.filter(keep=found).standing().select_related("by")
    context = {
        "institution": found,
        "form": form,
        "into": IntoForm(institution=found, account=request.user),
        "suggestions": suggestions_for([found])[found.pk],
        "aliases": found.aliases.all(),
        "merges": merges,
        "may_keep_records": allows(request.user, Action.KEEP_RECORDS),
    }
    return render(request, "training/institutions/page.html", context)


def institution_merge(request, pk):
    """GET shows what merging into `?into=` would do; POST does it."""
    away = get_object_or_404(_kept(request).select_related("jurisdiction", "type"), pk=pk)
    choice = IntoForm(request.POST or request.GET, institution=away, account=request.user)
    if not choice.is_valid():
        messages.error(request, _("Choose the institution it is."))
        return redirect("institution", pk=pk)
    keep = choice.cleaned_data["into"]
    refused = []
    if request.method == "POST":
        try:
            merge_institutions(keep=keep, away=away, by=request.user, change_kind="change_kind" in request.POST)
        except ValidationError as refusal:
            refused = refusal.messages
        else:
            said = _("%(away)s is now %(keep)s. Lists that say either will find it.")
            messages.success(request, said % {"away": away.name, "keep": keep.name})
            return redirect("institution", pk=keep.pk)
    context = {"away": away, "keep": keep, "effect": effect_of(keep=keep, away=away), "refused": refused}
    return render(request, "training/institutions/merge.html", context)


@require_safe
def institution_merges(request):
    require(request.user, Action.KEEP_INSTITUTIONS)
    found = InstitutionMerge.objects.visible_to(request.user).select_related("keep", "by", "undone_by")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "training/institutions/merges.html", {"page": page})


def institution_merge_undo(request, pk):
    """GET asks whether it is meant; POST takes the merge back."""
    require(request.user, Action.KEEP_INSTITUTIONS)
    merge = get_object_or_404(InstitutionMerge.objects.visible_to(request.user).select_related("keep", "by"), pk=pk)
    refused = []
    if request.method == "POST":
        try:
            undo_institution_merge(merge=merge, by=request.user)
        except ValidationError as refusal:
            refused = refusal.messages
        else:
            messages.success(request, _("%(name)s is an institution of its own again.") % {"name": merge.name})
            return redirect("institution", pk=merge.gone_id)
    return render(request, "training/institutions/undo.html", {"merge": merge, "refused": refused})


def _kept(request):
    require(request.user, Action.KEEP_INSTITUTIONS)
    return Institution.objects.kept_by(request.user)
