"""What every template may rely on."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from project.menu import menu_for
from training.statistics.footnotes import SHORT


def page(request: HttpRequest) -> dict[str, Any]:
    """The main menu of whoever is logged in, and the footnote to Kosovo*. A view may give other `footnotes`."""
    return {"menu": menu_for(request), "footnotes": [SHORT], "demonstration": not settings.SECOND_FACTOR_REQUIRED}
