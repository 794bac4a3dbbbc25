"""What people type about certificates."""

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.choices import Kind
from certificates.services.issuing import MOST_REASON

LARGEST_MB = 5


class OverrideForm(forms.Form):
    """A certificate for somebody who is not due it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    override_reason = forms.CharField(
        label=_("Why the rule does not hold for this person"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=MOST_REASON,
        help_text=_("It stands in the trail, where auditors read it, and not on the certificate."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=MOST_REASON)


class CheckForm(forms.Form):
    """A serial, as it stands under the QR code."""

    serial = forms.CharField(
        label=_("Serial"),
        max_length=40,
        help_text=_("As it stands under the QR code: EV, and sixteen letters and digits."),
    )


class StatementForm(forms.Form):
    """What a QR code holds: the whole address, or the statement in it. Breaks and small letters make no difference."""

    statement = forms.CharField(
        label=_("The code's text"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("As a reader of QR codes shows it, or copied from the PDF: the whole address will do."),
    )

    def clean_statement(self):
        return "".join(self.cleaned_data["statement"].rpartition("#")[2].split()).upper()


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Name on the certificate"), max_length=250, help_text=_("In either script, with accents or without.")
    )


class FileForm(forms.Form):
    file = forms.FileField(label=_("The PDF as it was issued"))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_MB * 1_000_000:
            raise forms.ValidationError(
                _("A certificate is a PDF of at most %(most)s MB; this file has more.") % {"most": LARGEST_MB}
            )
        return file
