"""The home page and the health check: the only two pages that need no log-in, beside the log-in itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from training.permissions import Action, allows, require
from training.views.sessions import day_of


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """For visitors what this is; for whoever is logged in, their own day."""
    account = request.user
    if not account.is_authenticated:
        return render(request, "welcome.html")
    context = {
        "may_create": allows(account, Action.CREATE_SESSION),
        "may_see_figures": allows(account, Action.VIEW_STATISTICS),
        "may_keep_courses": allows(account, Action.KEEP_COURSES),
        "may_open_sessions": allows(account, Action.VIEW_SESSION),
    }
    day = day_of(account) if context["may_open_sessions"] else {}
    return render(request, "home.html", {**context, **day})


@login_not_required
@require_safe
def admin_door(request: HttpRequest) -> HttpResponse:
    """Where Wagtail's admin sends whom it does not let in: a visitor to the log-in, anyone else gets told."""
    if request.user.is_authenticated:
        list(messages.get_messages(request))  # Wagtail's own word about it would say the same twice
        require(request.user, Action.KEEP_COURSES)
        return redirect("wagtailadmin_home")
    return redirect_to_login(request.GET.get("next", ""), "account_login")


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
