"""The two forms of an import of past sessions: which file, and which column is what."""

from django.utils.translation import gettext_lazy as _

from training.choices import Sex
from training.forms.imports import ChosenColumnsForm, UploadForm
from training.imports.past.headings import Column, Figure
from training.imports.past.vocabulary import Field

FIELD_LABELS = {
    Field.TITLE: _("Title"),
    Field.TOPIC: _("Topic"),
    Field.PROJECT: _("Project"),
    Field.START: _("First day"),
    Field.END: _("Last day"),
    Field.DATES: _("Day or period"),
    Field.PLACE: _("Place"),
    Field.JURISDICTIONS: _("Jurisdictions"),
    Field.KIND: _("Kind"),
    Field.MODALITY: _("Modality"),
    Field.SESSIONS: _("Number of sessions"),
    Field.SOURCE: _("Source"),
    Field.QUOTE: _("Quote"),
}


class PastUploadForm(UploadForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("List of sessions")


class PastColumnsForm(ChosenColumnsForm):
    """The columns of a list of sessions; a figure's column says of whom it counts."""

    def __init__(self, *args, layout, jurisdictions, **kwargs):
        choices = [(field.value, label) for field, label in FIELD_LABELS.items()]
        choices += [(_choice(sex, ""), sex.label if sex else _("Total")) for sex in ("", *Sex)]
        for place in jurisdictions:
            choices += [
                (_choice(sex, place.code), f"{sex.label if sex else _('Total')}, {place}") for sex in ("", *Sex)
            ]
        super().__init__(*args, layout=layout, choices=choices, initial_of=lambda column: column.choice, **kwargs)


def _choice(sex, code):
    return Column(0, "", Field.FIGURE, Figure(str(sex), code)).choice
