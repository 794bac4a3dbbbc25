"""What editors keep of certificates in Wagtail's admin: the rules, each of a training's version, and the templates."""

from base64 import b64encode

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.views.generic.base import BaseObjectMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.admin.widgets.button import HeaderButton

from certificates.choices import LANGUAGES, Kind
from certificates.models import CertificateRule, CertificateTemplate
from certificates.models.templates import MOST_LOGOS, MOST_SIGNATORIES
from certificates.services.previews import examples, preview_pdf
from training.viewsets import Create, Edit, RecordViewSet


def _fields(*names):
    return [FieldPanel(name) for name in names]


class CertificateRuleViewSet(RecordViewSet):
    model = CertificateRule
    icon = "success"
    menu_label = gettext_lazy("Rules")
    list_display = ["training", "gives_attendance", "gives_completion", "months_valid", "template", "automatic"]
    edit_handler = ObjectList(
        _fields(
            "training",
            "gives_attendance",
            "gives_completion",
            "months_valid",
            "renewed_by",
            "template",
            "automatic",
        )
    )


class TemplateForm(WagtailAdminModelForm):
    """A new default takes the old one's place, so that there being one already is no reason to refuse it."""

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | {"is_default"}


class ToPreview:
    """Whoever saves a template sees what it looks like."""

    def get_success_url(self):
        return reverse("certificatetemplate:preview", args=[self.object.pk])


class CreateTemplate(ToPreview, Create):
    pass


class EditTemplate(ToPreview, Edit):
    @property
    def header_buttons(self):
        to_preview = HeaderButton(_("Preview"), url=self.get_success_url(), icon_name="view")
        return [to_preview, *super().header_buttons]


class Previewed(BaseObjectMixin, PermissionCheckedMixin):
    """One template, in the language and kind the address asks for."""

    permission_required = "change"

    @property
    def asked(self):
        codes, asked = dict(LANGUAGES), self.request.GET
        language = asked.get("language", self.object.language)
        kind = asked.get("kind")
        return {
            "language": language if language in codes else "en",
            "kind": kind if kind in Kind.values else Kind.COMPLETION.value,
        }


class PreviewTemplate(Previewed, WagtailAdminTemplateMixin, TemplateView):
    page_title = gettext_lazy("Preview")
    template_name = "certificates/template_preview.html"
    header_icon = "view"
    index_url_name = edit_url_name = None

    def get_page_subtitle(self):
        return str(self.object)

    def get_breadcrumbs_items(self):
        steps = [
            (reverse(self.index_url_name), self.model._meta.verbose_name_plural.capitalize()),
            (reverse(self.edit_url_name, args=[self.object.pk]), str(self.object)),
            ("", _("Preview")),
        ]
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in steps)]

    def get_context_data(self, **kwargs):
        found = examples(self.object, **self.asked)
        shown = [(one, b64encode(one.picture).decode() if one.pdf else "") for one in found]
        lists = {"languages": LANGUAGES, "kinds": Kind.choices, "examples": shown}
        return super().get_context_data(**kwargs) | lists | {"asked": self.asked, "template": self.object}


class PreviewTemplateFile(Previewed, TemplateView):
    index_url_name = edit_url_name = None

    def get(self, request, *args, **kwargs):
        try:
            pdf = preview_pdf(self.object, **self.asked)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("certificatetemplate:preview", self.object.pk)
        response = HttpResponse(pdf, content_type="application/pdf")
        response.headers["Content-Disposition"] = 'inline; filename="preview.pdf"'
        return response


TRANSLATIONS = InlinePanel(
    "translations",
    _fields("language", "name", "function"),
    heading=gettext_lazy("In other languages and scripts"),
    label=gettext_lazy("language"),
)
SENTENCES = _fields(
    "heading_attendance", "heading_completion", "given_to", "deed_attendance", "deed_completion", "note"
)


class CertificateTemplateViewSet(RecordViewSet):
    model = CertificateTemplate
    add_view_class = CreateTemplate
    edit_view_class = EditTemplate
    icon = "image"
    menu_label = gettext_lazy("Templates")
    list_display = ["name", "layout", "language", BooleanColumn("is_default", label=gettext_lazy("Default"))]
    search_fields = ["name"]
    edit_handler = ObjectList(
        [
            HelpPanel(gettext_lazy("A certificate keeps what its template said that day: none changes with it.")),
            FieldPanel("name"),
            FieldRowPanel([FieldPanel("layout"), FieldPanel("accent", widget=forms.TextInput({"type": "color"}))]),
            *_fields("language", "is_default"),
            InlinePanel(
                "projects",
                _fields("project"),
                heading=gettext_lazy("Projects whose certificates look so"),
                label=gettext_lazy("project"),
            ),
            InlinePanel(
                "logos",
                _fields("name", "picture"),
                heading=gettext_lazy("Logos"),
                label=gettext_lazy("logo"),
                max_num=MOST_LOGOS,
            ),
            InlinePanel(
                "signatories",
                [*_fields("name", "function", "picture"), TRANSLATIONS],
                heading=gettext_lazy("Who signs"),
                label=gettext_lazy("signatory"),
                max_num=MOST_SIGNATORIES,
            ),
            InlinePanel(
                "texts",
                [
                    FieldPanel("language"),
                    MultiFieldPanel(SENTENCES, heading=gettext_lazy("What is empty is as on every certificate")),
                ],
                heading=gettext_lazy("Own texts"),
                label=gettext_lazy("language"),
                max_num=len(LANGUAGES),
            ),
        ],
        base_form_class=TemplateForm,
    )

    def get_urlpatterns(self):
        names = {"index_url_name": self.get_url_name("index"), "edit_url_name": self.get_url_name("edit")}
        told = {"model": self.model, **names}
        return [
            *super().get_urlpatterns(),
            path("preview/<int:pk>/", PreviewTemplate.as_view(**told), name="preview"),
            path("preview/<int:pk>/certificates.pdf", PreviewTemplateFile.as_view(**told), name="preview_pdf"),
        ]


class CertificatesGroup(ModelViewSetGroup):
    menu_label = gettext_lazy("Certificates")
    menu_name = "certificates"
    menu_icon = "success"
    menu_order = 250
    items = (CertificateRuleViewSet, CertificateTemplateViewSet)
