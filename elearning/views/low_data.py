"""Reading with little data: no picture is loaded until its reader asks for it. Kept in this browser."""

from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from training.permissions import Action, require

COOKIE = "low_data"
A_YEAR = 365 * 24 * 60 * 60


def wants_low_data(request):
    """What the reader has chosen; else what the browser says it is told."""
    chosen = request.COOKIES.get(COOKIE)
    return chosen == "1" if chosen else request.headers.get("Save-Data") == "on"


@require_POST
def low_data(request):
    require(request.user, Action.READ_COURSES)
    back = request.POST.get("next", "")
    response = HttpResponseRedirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "/courses/")
    wanted = "1" if request.POST.get("low") == "1" else "0"
    response.set_cookie(COOKIE, wanted, max_age=A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response
