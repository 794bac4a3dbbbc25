"""What every template may rely on."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from project.menu import SHOWN_ON_A_PHONE, menu_for
from training.permissions import Action, allows
from training.statistics.footnotes import SHORT


def page(request: HttpRequest) -> dict[str, Any]:
    """The main menu of whoever is logged in, and the footnote to Kosovo*. A view may give other `footnotes`."""
    menu = menu_for(request)
    return {
        "menu": menu,
        "has_more": len(menu) > SHOWN_ON_A_PHONE,
        "footnotes": [SHORT],
        "may_mark": request.user.is_authenticated and allows(request.user, Action.MARK_ATTENDANCE),
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "demonstration": not settings.SECOND_FACTOR_REQUIRED,
    }
