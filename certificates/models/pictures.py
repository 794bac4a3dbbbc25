"""A picture in a record: its hash (certificates/pictures.py). What is uploaded is drawn anew before it is kept."""

from base64 import b64encode
from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst

from certificates.pictures import NewPicture, keep, png_of, read_upload


class PictureInput(forms.ClearableFileInput):
    """Shows the picture that is there: the store has no address it could be fetched from."""

    template_name = "certificates/picture_input.html"

    class Media:
        css = {"all": ["certificates/admin.css"]}

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/png,image/jpeg", **(attrs or {})})

    def is_initial(self, value: Any) -> bool:
        return bool(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["picture"] = _shown(value) if self.is_initial(value) else ""
        return context


class PictureFormField(forms.FileField):
    widget = PictureInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        if found is False:
            return ""
        return found if isinstance(found, str) else read_upload(found.read()) if found else ""


class PictureField(models.CharField):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "max_length": 64})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        """A place to upload a file."""
        asked = {"required": not self.blank, "label": capfirst(self.verbose_name), "help_text": self.help_text}
        return PictureFormField(**{**asked, **kwargs})

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """A new one goes into the store first."""
        value = super().pre_save(model_instance, add)
        if isinstance(value, NewPicture):
            keep(value)
        return value


def _shown(picture: str) -> str:
    try:
        return f"data:image/png;base64,{b64encode(png_of(picture)).decode()}"
    except ValueError:
        return ""
