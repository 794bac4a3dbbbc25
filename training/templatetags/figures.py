"""Figures in templates: the address of the records behind one, and numbers as people read them."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import number_format
from django.utils.translation import get_language

from training.statistics.charts import kind_of
from training.statistics.layout import Column

register = template.Library()


@register.simple_tag
def records_of(address: str, codes: Mapping[str, str], margin: bool = False) -> str:
    """The page of the records behind a figure: the address of those behind its whole table, its codes, whether it is of
    a margin.
    """
    cells = "".join(f"&cell={name}%3A{quote(code)}" for name, code in codes.items())
    return f"{address}{cells}{'&margin=1' if margin else ''}"


@register.simple_tag(takes_context=True)
def address_without(context: dict[str, Any], names: Iterable[str], value: str = "") -> str:
    """This page's address without some of its parameters; with `value` only that one of a parameter's values goes."""
    query = context["request"].GET.copy()
    for name in (*names, "page"):
        kept = [other for other in query.getlist(name) if value and other != value]
        query.setlist(name, kept)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def address_with(context: dict[str, Any], name: str, value: str) -> str:
    """This page's address with one of its parameters set to this value alone."""
    return f"?{urlencode({**dict(context['request'].GET.lists()), name: [value]}, doseq=True)}"


@register.filter
def figure(value: int | None) -> str:
    """A whole number with separators; a dash where nobody knows."""
    if value is None:
        return "–"
    return str(value) if -1000 < value < 1000 else _grouped(value, get_language())


@register.filter
def difference(value: float | None) -> str:
    """How much more or less, with its sign; nothing where there is nothing to compare with."""
    if value is None:
        return ""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{intcomma(abs(value))}"


@register.filter
def percent(value: float | None) -> str:
    """A share with its sign; a dash where there is nothing to take a share of."""
    return "–" if value is None else f"{_with_one_decimal(value, get_language())} %"


# A page has hundreds of numbers, many of them several times, and a language always writes one in the same way.
@lru_cache(maxsize=5_000)
def _grouped(value: int, language: str) -> str:
    return str(intcomma(value))


@lru_cache(maxsize=5_000)
def _with_one_decimal(value: float, language: str) -> str:
    return str(number_format(value, 1))


@register.filter
def kind(column: Column) -> str:
    """What a column's marks look like in a chart."""
    return kind_of(column)
