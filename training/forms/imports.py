"""The three forms of an import: which file, which column is what, who is whom."""

from django import forms
from django.utils.translation import gettext_lazy as _

from training.imports.matching import MATCH, NEW
from training.imports.refusal import RefusedError
from training.imports.safety import MAX_UPLOAD, check_size
from training.imports.vocabulary import Field
from training.imports.workbook import Upload

FIELD_LABELS = {
    Field.GIVEN: _("First name"),
    Field.FAMILY: _("Last name"),
    Field.FULL: _("Full name, last name at the end"),
    Field.FULL_FAMILY_FIRST: _("Full name, last name first"),
    Field.SEX: _("Sex"),
    Field.JURISDICTION: _("Jurisdiction"),
    Field.INSTITUTION: _("Institution"),
    Field.POSITION: _("Position"),
    Field.EMAIL: _("Service e-mail"),
    Field.ROLE: _("Role"),
    Field.PRE_SCORE: _("Score before"),
    Field.POST_SCORE: _("Score after"),
}


class UploadForm(forms.Form):
    """A file; `upload` is what it holds, once valid. A file that cannot be read as a list is an error of the form."""

    file = forms.FileField(
        label=_("List of participants"),
        help_text=_("An Excel workbook (.xlsx) or separated values (.csv), at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        max_length=255,
        allow_empty_file=True,
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            check_size(file.size)
            self.upload = Upload(file.name, file.read(MAX_UPLOAD))
            self.upload.sheets  # noqa: B018  # reading is the check
        except RefusedError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return file


class ChosenColumnsForm(forms.Form):
    """What each column of a list holds: `choices` beside “not read”, and what `initial_of` says of a column."""

    def __init__(self, *args, layout, choices, initial_of, **kwargs):
        super().__init__(*args, **kwargs)
        for column in layout.columns:
            self.fields[f"column_{column.index}"] = forms.ChoiceField(
                label=column.heading,
                choices=[(Field.IGNORED.value, _("Not read")), *choices],
                initial=initial_of(column),
                required=False,
            )

    def chosen(self):
        """Column index → choice, for the columns that are not as they were read."""
        return {
            name.removeprefix("column_"): value
            for name, value in self.cleaned_data.items()
            if value and name in self.changed_data
        }


class ColumnsForm(ChosenColumnsForm):
    """The columns of a roster; a day's column takes its marks."""

    def __init__(self, *args, layout, days, **kwargs):
        choices = [
            *[(field.value, label) for field, label in FIELD_LABELS.items()],
            *[(f"day:{n}", _("Marks of day %(n)s, %(date)s") % {"n": n, "date": day}) for n, day in enumerate(days, 1)],
        ]
        super().__init__(
            *args, layout=layout, choices=choices, initial_of=lambda column: _initial(column, days), **kwargs
        )


def _initial(column, days):
    if column.field != Field.MARK:
        return column.field.value
    meant = column.day
    if meant.dates:
        fits = [n for n, day in enumerate(days, 1) if any(option.fits(day.date) for option in meant.dates)]
        return f"day:{fits[0]}" if fits else ""
    return f"day:{meant.number or 1}"


class DecisionsForm(forms.Form):
    """For each near match: the same person, or somebody else."""

    def __init__(self, *args, near, **kwargs):
        super().__init__(*args, **kwargs)
        for each in near:
            self.fields[f"near_{each.entry.row}"] = forms.ChoiceField(
                label=each.entry.full_name,
                choices=[(MATCH, _("The same person")), (NEW, _("Somebody else: a new person"))],
                widget=forms.RadioSelect,
                initial=each.decision,
                error_messages={"required": _("Say who this is.")},
            )

    def decisions(self):
        return {name.removeprefix("near_"): value for name, value in self.cleaned_data.items()}
