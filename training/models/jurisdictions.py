"""Jurisdictions, in their fixed order, and the footnotes that stand wherever the name Kosovo* does."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FootnoteSet(models.Model):
    """One wording of the footnote to Kosovo*; a project uses the wording of who pays for it."""

    key = models.SlugField(_("key"), unique=True)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("footnote set")
        verbose_name_plural = _("footnote sets")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class Jurisdiction(models.Model):
    """A jurisdiction (never: country). `position` is the order of every list: by name, never by size."""

    code = models.CharField(_("code"), max_length=2, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    seat = models.CharField(_("seat"), max_length=80, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("jurisdiction")
        verbose_name_plural = _("jurisdictions")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name
