"""What the figures of courses are asked by. Every field stands in the address."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from elearning.figures.counting import BY
from elearning.models import Course
from training.forms.statistics import ReadersForm

USUAL = "course"


class CourseFiguresForm(ReadersForm):
    """A word that means nothing here is refused, whether a name or a value: figures of something else would look like
    an answer.
    """

    by = forms.ChoiceField(
        label=gettext_lazy("Rows"),
        required=False,
        choices=[(name, dimension.label) for name, dimension in BY.items()],
    )
    course = forms.ModelChoiceField(
        label=gettext_lazy("Course"),
        required=False,
        queryset=Course.objects.filter(is_catalogue_only=False),
        to_field_name="slug",
        empty_label=gettext_lazy("All courses"),
    )
    field_order = ("by", "course")

    def __init__(self, data: Any) -> None:
        given = data.copy()
        given.setdefault("by", USUAL)
        super().__init__(given, use_required_attribute=False)

    @property
    def wanted(self) -> dict[str, Any]:
        """What is asked for, and for whom. For a valid form."""
        return {name: self.cleaned_data[name] for name in self.fields}

    def clean_by(self) -> str:
        return self.cleaned_data["by"] or USUAL

    def clean(self) -> dict[str, Any]:
        unknown = [name for name in self.data if name not in self.fields]
        if unknown:
            said = {"words": ", ".join(unknown), "known": ", ".join(self.fields)}
            raise ValidationError(_("Unknown: %(words)s. Possible: %(known)s.") % said)
        return super().clean() or {}
