"""The forms of a day's paper. They read what was typed; the rules are in services."""

from django import forms
from django.utils.translation import gettext_lazy as _

from training.forms.people import Refusable

TAKEN = "image/jpeg,image/png,application/pdf"


class SheetForm(Refusable, forms.Form):
    empty_rows = forms.IntegerField(label=_("Empty rows for whoever else comes"), required=False)
    empty_rows.widget.attrs = {"inputmode": "numeric"}


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, none among them; each as bytes. What they are, the service judges."""

    widget = SeveralFiles

    def clean(self, data, initial=None):
        files = data if isinstance(data, list) else [data]
        return [file.read() for file in files if file]


class EvidenceForm(Refusable, forms.Form):
    """A photograph taken now, files that are there already, or both."""

    photo = FilesField(label=_("Take a photograph"), required=False)
    photo.widget.attrs = {"accept": "image/*", "capture": "environment"}
    files = FilesField(label=_("Or choose files"), required=False, help_text=_("JPEG, PNG or PDF, at most 20 MB."))
    files.widget.attrs = {"accept": TAKEN, "multiple": True}

    @property
    def given(self):
        return [*self.cleaned_data["photo"], *self.cleaned_data["files"]]


class CountForm(Refusable, forms.Form):
    signatures = forms.IntegerField(
        label=_("Signatures on paper"), required=False, help_text=_("Empty: not counted."), min_value=0
    )
    signatures.widget.attrs["inputmode"] = "numeric"
