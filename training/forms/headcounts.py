"""The form of a headcount: its total, and small grids for its breakdowns. An empty cell says nothing, not zero."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.choices import Scope, Sex
from training.models import Headcount, Institution, InstitutionType, Jurisdiction, Source
from training.services.headcounts import MOST, BreakdownDraft, CellDraft, drafts_of

SEXES = [Sex.WOMEN, Sex.MEN, Sex.NOT_RECORDED]
SPARE_ROWS = 2


@dataclass
class Row:
    """One line of a grid: cells by name of their field; `choice` is the field that says what a spare line is about."""

    label: str
    cells: list[str]
    choice: str = ""
    bound: list[Any] = field(default_factory=list)
    bound_choice: Any = None


@dataclass
class Grid:
    """One breakdown as the page shows it. `known` has the value of each cell by name of its field."""

    title: str
    dimensions: tuple[str, ...]
    columns: list[str]
    rows: list[Row] = field(default_factory=list)
    known: dict[str, dict[str, Any]] = field(default_factory=dict)
    is_open: bool = False


def number_field(label):
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "aria-label": label, "autocomplete": "off"})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST, widget=widget)


class HeadcountForm(forms.Form):
    """`headcount` is the one to change. What its grids cannot show of its breakdowns stays as it is."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)
    scope = forms.ChoiceField(
        label=gettext_lazy("What it stands for"), choices=Scope.choices, widget=forms.RadioSelect, initial=Scope.WHOLE
    )
    total = forms.IntegerField(
        label=gettext_lazy("Total"),
        min_value=0,
        max_value=MOST,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why the names may not be recorded"),
        max_length=250,
        required=False,
        help_text=gettext_lazy("Only for people beside the roster."),
    )
    source = forms.ModelChoiceField(
        Source.objects.all(),
        label=gettext_lazy("Source"),
        required=False,
        empty_label=gettext_lazy("None, counted here"),
    )
    quote = forms.CharField(
        label=gettext_lazy("Quote"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The words of the source, as printed."),
    )

    def __init__(self, data=None, *, session, headcount=None):
        super().__init__(data, initial=_initial(headcount))
        self.session = session
        drafts = drafts_of(with_breakdowns(headcount)) if headcount else []
        self.grids = self._make_grids(drafts)
        self.kept = self._fill(drafts)
        for grid in self.grids:
            for row in grid.rows:
                row.bound = [self[name] for name in row.cells]
                row.bound_choice = self[row.choice] if row.choice else None

    def headcount(self):
        """What was typed, as the service takes it."""
        typed = {name: self.cleaned_data[name] for name in self.base_fields}
        return {**typed, "version": seen_at(typed["version"]), "breakdowns": self.breakdowns()}

    def breakdowns(self):
        """A breakdown for each grid with a number in it, and those that no grid could show."""
        drafts = [BreakdownDraft(grid.dimensions, self._cells(grid)) for grid in self.grids]
        return [draft for draft in drafts if draft.cells] + self.kept

    def clean(self):
        for grid in self.grids:
            for row in grid.rows:
                number = self.cleaned_data.get(row.cells[0]) if row.choice else None
                if number is not None and not self.cleaned_data.get(row.choice):
                    self.add_error(row.choice, _("Say whom this number is about."))
        return self.cleaned_data

    def _cells(self, grid):
        cells = []
        for row in grid.rows:
            for name in row.cells:
                number = self.cleaned_data.get(name)
                chosen = self.cleaned_data.get(row.choice) if row.choice else None
                values = {grid.dimensions[0]: chosen} if row.choice else grid.known[name]
                if number is not None and all(values.values()):
                    cells.append(CellDraft(number=number, **values))
        return cells

    def _make_grids(self, drafts):
        said = [cell for draft in drafts for cell in draft.cells]
        jurisdictions = _first_own(self.session.jurisdictions.all(), said, "jurisdiction") or list(
            Jurisdiction.objects.all()
        )
        kinds = _first_own(self.session.audience.all(), said, "institution_type")
        institutions = _first_own(self.session.institutions.all(), said, "institution")
        several = len(jurisdictions) > 1
        grids = [self._by_sex()]
        grids += [self._by_record("jurisdiction", _("By jurisdiction"), jurisdictions)] if several else []
        grids += [self._by_both(jurisdictions)] if several else []
        grids.append(self._by_record("institution_type", _("By kind of institution"), kinds))
        self._add_spare(grids[-1], "institution_type", InstitutionType.objects.all())
        grids.append(self._by_record("institution", _("By institution"), institutions))
        places = Institution.objects.filter(jurisdiction__in=jurisdictions)
        self._add_spare(grids[-1], "institution", places.select_related("jurisdiction"))
        return grids

    def _by_sex(self):
        grid = Grid(_("By sex"), ("sex",), [_("People")], is_open=True)
        for sex in SEXES:
            grid.rows.append(Row(sex.label, [self._add(grid, f"sex-{sex}", sex.label, {"sex": sex.value})]))
        return grid

    def _by_record(self, dimension, title, records):
        grid = Grid(title, (dimension,), [_("People")])
        for record in records:
            name = self._add(grid, f"{dimension}-{record.pk}", str(record), {dimension: record})
            grid.rows.append(Row(str(record), [name]))
        return grid

    def _by_both(self, jurisdictions):
        title = _("By jurisdiction and sex")
        grid = Grid(title, ("jurisdiction", "sex"), [sex.label for sex in SEXES])
        for place in jurisdictions:
            names = [
                self._add(
                    grid,
                    f"both-{place.pk}-{sex}",
                    _("%(jurisdiction)s, %(sex)s") % {"jurisdiction": place, "sex": sex.label},
                    {"jurisdiction": place, "sex": sex.value},
                )
                for sex in SEXES
            ]
            grid.rows.append(Row(str(place), names))
        return grid

    def _add(self, grid, name, label, values):
        self.fields[name] = number_field(label)
        grid.known[name] = values
        return name

    def _add_spare(self, grid, dimension, records):
        """Lines for what the session does not name."""
        for number in range(SPARE_ROWS):
            choice, name = f"{dimension}-more-{number}", f"{dimension}-more-{number}-number"
            label = _("Another one")
            self.fields[choice] = forms.ModelChoiceField(records, label=label, required=False, empty_label="–")
            self.fields[choice].widget.attrs["aria-label"] = f"{grid.title}: {label}"
            self.fields[name] = number_field(f"{grid.title}: {label}")
            grid.rows.append(Row(label, [name], choice=choice))

    def _fill(self, drafts):
        """Put the numbers of these breakdowns into the grids; return those that have no place in any."""
        free = {grid.dimensions: grid for grid in self.grids}
        kept = []
        for draft in drafts:
            grid = free.pop(tuple(draft.dimensions), None)
            if grid is None:
                kept.append(draft)
                continue
            grid.is_open = True
            names = {_key(values): name for name, values in grid.known.items()}
            for cell in draft.cells:
                self.initial[names[_key({name: getattr(cell, name) for name in grid.dimensions})]] = cell.number
        return kept


def with_breakdowns(headcount):
    """The headcount with all that its breakdowns name. A constant number of queries."""
    names = ("jurisdiction", "institution_type", "institution")
    paths = [f"breakdowns__cells__{name}" for name in names]
    return Headcount.objects.prefetch_related(*paths).get(pk=headcount.pk)


def _initial(headcount):
    names = ("scope", "total", "reason", "source", "quote")
    if headcount is None:
        return {}
    return {**{name: getattr(headcount, name) for name in names}, "version": headcount.updated_at.isoformat()}


def seen_at(version):
    """The moment a hidden field carries; None for whatever is no moment."""
    try:
        return parse_datetime(version)
    except ValueError:
        return None


def _first_own(own, said, dimension):
    """The session's own records, then the others that a headcount's cells name."""
    found = {record.pk: record for record in own}
    others = [getattr(cell, dimension) for cell in said]
    return list((found | {other.pk: other for other in others if other}).values())


def _key(values):
    return tuple(sorted((name, getattr(value, "pk", value)) for name, value in values.items()))
