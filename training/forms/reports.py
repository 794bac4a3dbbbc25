"""The form of a saved report: its title page, and its questions in a list that can be put in order."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from training.models import SavedReport
from training.models.reports import LEAST_THRESHOLD, MOST_THRESHOLD

MOVES = {"up": -1, "down": 1}


class ReportForm(forms.ModelForm):
    """`rows` are its questions as they stand: `{"title": …, "address": …}`. Rules are in services/reports.py."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = SavedReport
        fields = ("title", "introduction", "audience", "threshold")
        widgets = {
            "introduction": forms.Textarea(attrs={"rows": 4}),
            "threshold": forms.NumberInput(attrs={"min": LEAST_THRESHOLD, "max": MOST_THRESHOLD}),
        }
        help_texts = {
            "introduction": _("What the reader should know first. Write no names of trainees here."),
            "audience": _("For donors and the public small groups are withheld, so that nobody can be recognised."),
            "threshold": _("Only for donors and the public: a group of fewer people is not shown. Usually 5."),
        }

    def __init__(self, *args: Any, asked: list[dict[str, str]] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = self._posted() if self.is_bound else [*self.instance.questions, *(asked or [])]
        if self.instance.pk and not self.is_bound:
            self.initial["version"] = self.instance.updated_at.isoformat()

    @classmethod
    def rearranged(cls, data: Any, *, instance: SavedReport, move: str) -> "ReportForm":
        """What was typed, with `move` made: `up:1`, `down:0` or `remove:2`. Nothing is saved or checked yet."""
        typed = cls(data, instance=instance)
        typed._move(move)
        form = cls(instance=instance, initial={name: data.get(name, "") for name in typed.fields})
        form.initial["version"] = data.get("version", "")
        form.rows = typed.rows
        return form

    def _posted(self) -> list[dict[str, str]]:
        titles, addresses = self.data.getlist("question_title"), self.data.getlist("question_address")
        return [{"title": title, "address": address} for title, address in zip(titles, addresses, strict=False)]

    def _move(self, move: str) -> None:
        """Anything but a move that can be made changes nothing."""
        word, _colon, place = move.partition(":")
        if not place.isdecimal() or int(place) >= len(self.rows):
            return
        row = self.rows.pop(int(place))
        if word != "remove":
            self.rows.insert(max(0, int(place) + MOVES.get(word, 0)), row)

    def details(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields} | {"questions": self.rows}


class FreezeForm(forms.Form):
    """`seen`: how many frozen ones there were when the page was shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    note.help_text = _(
        "Kept beside the report, for whoever asks later: to whom it goes, and why. Write no names of trainees."
    )
