"""What a certificate looks like beside what it says: layout, colour, logos, who signs, and own sentences by language.

A certificate keeps what its template said when it was issued (content.Look); editing the template changes none.
"""

from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from certificates.choices import LANGUAGES, Layout
from certificates.colours import validate_accent
from certificates.content import ACCENT
from certificates.models.pictures import PictureField

if TYPE_CHECKING:
    from certificates.models.rules import CertificateRule
    from training.models import Session

MOST_LOGOS, MOST_SIGNATORIES = 4, 3
HEADING, SENTENCE, NOTE = 60, 120, 300  # letters that still look well


class CertificateTemplateQuerySet(models.QuerySet["CertificateTemplate"]):
    def of(self, session: "Session", rule: "CertificateRule") -> "CertificateTemplate | None":
        """The one its training's rule names, else its project's, else the default; with all that belongs to it."""
        asked = Q(is_default=True)
        asked |= Q(pk=rule.template_id) if rule.template_id else Q()
        asked |= Q(projects__project=session.project_id) if session.project_id else Q()
        found = self.filter(asked).distinct()
        whole = found.prefetch_related("texts", "logos", "signatories__translations", "projects")

        def nearness(template: "CertificateTemplate") -> tuple[bool, bool]:
            own = any(one.project_id == session.project_id for one in template.projects.all())
            return template.pk != rule.template_id, not own

        return min(whole, key=nearness, default=None)


class CertificateTemplate(ClusterableModel):
    """`language`: what its certificates are written in; empty for that of the session."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    layout = models.CharField(_("layout"), max_length=10, choices=Layout.choices, default=Layout.LANDSCAPE)
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default=ACCENT,
        validators=[validate_accent],
        help_text=_("Of heading and lines. It has to be dark enough to be read on white paper."),
    )
    language = models.CharField(
        _("language of the certificates"),
        max_length=7,
        choices=[("", _("That of the session")), *LANGUAGES],
        blank=True,
    )
    is_default = models.BooleanField(
        _("default"), default=False, help_text=_("For every session whose training and project name no other.")
    )

    objects = CertificateTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate template")
        verbose_name_plural = _("certificate templates")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="certificate_template_one_default"
            ),
            models.CheckConstraint(condition=Q(layout__in=Layout.values), name="certificate_template_known_layout"),
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new default takes the place of the old one."""
        if self.is_default:
            others = CertificateTemplate.objects.select_for_update().exclude(pk=self.pk).filter(is_default=True)
            others.filter(pk__in=list(others.values_list("pk", flat=True))).update(is_default=False)
        super().save(*args, **kwargs)

    def text_in(self, language: str) -> "TemplateText":
        """Its sentences in a language; empty ones where it has none of its own."""
        return next((text for text in self.texts.all() if text.language == language), TemplateText())


class TemplateText(Orderable):
    """A template's own sentences in one language. One that is empty is as the product has it (wording.py)."""

    template = ParentalKey(CertificateTemplate, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=7, choices=LANGUAGES)
    heading_attendance = models.CharField(_("heading, attendance"), max_length=HEADING, blank=True)
    heading_completion = models.CharField(_("heading, completion"), max_length=HEADING, blank=True)
    given_to = models.CharField(_("above the name"), max_length=SENTENCE, blank=True)
    deed_attendance = models.CharField(_("below the name, attendance"), max_length=SENTENCE, blank=True)
    deed_completion = models.CharField(_("below the name, completion"), max_length=SENTENCE, blank=True)
    note = models.TextField(
        _("note"), max_length=NOTE, blank=True, help_text=_("Below the facts, such as an accreditation.")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("own texts in a language")
        constraints = [models.UniqueConstraint(fields=["template", "language"], name="certificate_template_text_once")]

    def __str__(self) -> str:
        return self.language


class TemplateLogo(Orderable):
    template = ParentalKey(CertificateTemplate, on_delete=models.CASCADE, related_name="logos")
    name = models.CharField(_("whose"), max_length=100)
    picture = PictureField(_("picture"))

    class Meta(Orderable.Meta):
        verbose_name = _("logo")

    def __str__(self) -> str:
        return self.name


class TemplateSignatory(ClusterableModel, Orderable):
    template = ParentalKey(CertificateTemplate, on_delete=models.CASCADE, related_name="signatories")
    name = models.CharField(_("name"), max_length=100)
    function = models.CharField(_("function"), max_length=120, blank=True)
    picture = PictureField(_("scanned signature"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("signatory")

    def __str__(self) -> str:
        return self.name

    def written_in(self, language: str) -> "tuple[str, str]":
        """Name and function, as in that language where they are given."""
        found = next((one for one in self.translations.all() if one.language == language), None)
        return (found.name or self.name, found.function or self.function) if found else (self.name, self.function)


class SignatoryTranslation(Orderable):
    """A signatory as written in another language; what is empty is as it stands with the signatory."""

    signatory = ParentalKey(TemplateSignatory, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(_("language"), max_length=7, choices=LANGUAGES)
    name = models.CharField(_("name"), max_length=100, blank=True)
    function = models.CharField(_("function"), max_length=120, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("in another language")
        constraints = [
            models.UniqueConstraint(fields=["signatory", "language"], name="certificate_signatory_language_once")
        ]

    def __str__(self) -> str:
        return self.language


class TemplateProject(models.Model):
    """A project whose certificates look so. Each has one template at the most."""

    template = ParentalKey(CertificateTemplate, on_delete=models.CASCADE, related_name="projects")
    project = models.OneToOneField(
        "training.Project",
        models.CASCADE,
        related_name="certificate_template",
        verbose_name=_("project"),
        error_messages={"unique": _("This project has another template already: take it from that one first.")},
    )

    class Meta:
        verbose_name = _("project")

    def __str__(self) -> str:
        return f"{self.project_id}"
