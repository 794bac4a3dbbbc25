"""How a report's figures are said in templates."""

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _

from training.statistics.changes import Figure

register = template.Library()


@register.filter
def compared(figure: Figure) -> str:
    """A figure beside another: in words where there is none."""
    if figure.absent:
        return _("not in the table")
    if figure.hidden:
        return _("withheld")
    return _("not known") if figure.value is None else str(intcomma(figure.value))


@register.filter
def difference(number: int) -> str:
    """What a figure gained or lost, with its sign."""
    return f"+{intcomma(number)}" if number > 0 else f"−{intcomma(-number)}"
