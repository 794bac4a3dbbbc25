"""The records an editor keeps, in Wagtail's admin: what each list shows, its search and filters, which fields."""

from django import forms
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from training import models
from training.names import match_key
from training.services import trail, trainings


class Recorded:
    """Whatever an editor saves goes into the trail, in the same transaction: which record and which fields."""

    trail_action = "record changed"

    @transaction.atomic
    def save_instance(self):
        record = super().save_instance()
        ids = {record._meta.model_name: [record.pk]}
        detail = {"fields": sorted(self.form.changed_data)}
        trail.record(by=self.request.user, action=self.trail_action, records=ids, detail=detail)
        return record


class Index(generic.IndexView):
    """Looks up what its columns point to together with the rows."""

    def get_base_queryset(self):
        fields = {field.name for field in self.model._meta.fields if field.many_to_one}
        return super().get_base_queryset().select_related(*(fields & set(map(str, self.list_display))))


class KeyedForm(WagtailAdminModelForm):
    """For records known by their name in any script: a second one of that name is refused, whatever its spelling."""

    def clean(self):
        data = super().clean()
        self.instance.match_key = match_key(self.cleaned_data.get("name", ""))
        return data

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {"match_key"}


class Create(Recorded, generic.CreateView):
    trail_action = "record created"


class Edit(Recorded, generic.EditView):
    pass


class Delete(generic.DeleteView):
    """A record that others rest on stays, and the page says which ones."""

    def form_valid(self, form):
        name, pk = str(self.object), self.object.pk
        try:
            with transaction.atomic():
                response = super().form_valid(form)
                ids = {self.object._meta.model_name: [pk]}
                trail.record(by=self.request.user, action="record deleted", records=ids)
                return response
        except (ProtectedError, RestrictedError) as refusal:
            messages.error(self.request, _said(name, refusal))
            return redirect(reverse(self.edit_url_name, args=[pk]))


def _said(name, refusal):
    users = getattr(refusal, "protected_objects", None) or getattr(refusal, "restricted_objects", ())
    counts = {}
    for user in users:
        kind = capfirst(user._meta.verbose_name_plural)
        counts[kind] = counts.get(kind, 0) + 1
    text = _("“%(name)s” cannot be deleted, because other records rest on it: %(records)s. Change those first.")
    return text % {"name": name, "records": ", ".join(f"{kind} ({count})" for kind, count in counts.items())}


class RecordViewSet(ModelViewSet):
    index_view_class = Index
    add_view_class = Create
    edit_view_class = Edit
    delete_view_class = Delete
    add_to_reference_index = False
    copy_view_enabled = False
    icon = "list-ul"
    list_per_page = 50


def _ticked(name):
    return FieldPanel(name, widget=forms.CheckboxSelectMultiple)


def _keyed(*names):
    return ObjectList([FieldPanel(name) for name in names], base_form_class=KeyedForm)


class JurisdictionViewSet(RecordViewSet):
    model = models.Jurisdiction
    icon = "globe"
    list_display = ["name", "code", "seat", "position"]
    search_fields = ["name", "code"]
    form_fields = ["code", "name", "seat", "languages", "position"]


class InstitutionTypeViewSet(RecordViewSet):
    model = models.InstitutionType
    list_display = ["name", "key", "position"]
    form_fields = ["key", "name", "position"]


class InstitutionViewSet(RecordViewSet):
    model = models.Institution
    icon = "home"
    list_display = ["name", "short_name", "jurisdiction", "type", BooleanColumn("confirmed", label=_("Confirmed"))]
    list_filter = ["jurisdiction", "type", "sector", "confirmed"]
    search_fields = ["name", "short_name"]
    edit_handler = _keyed("name", "short_name", "type", "parent", "jurisdiction", "sector", "confirmed")


class InstitutionAliasViewSet(RecordViewSet):
    model = models.InstitutionAlias
    menu_label = gettext_lazy("Other names")
    list_display = ["name", "institution", "language"]
    list_filter = ["language", "institution__jurisdiction"]
    search_fields = ["name"]
    edit_handler = _keyed("institution", "name", "language")


class TopicViewSet(RecordViewSet):
    model = models.Topic
    icon = "tag"
    list_display = ["name", "key"]
    search_fields = ["name"]
    form_fields = ["key", "name"]


class TrainingForm(WagtailAdminModelForm):
    """A rule that signed-off sessions were held under stays as it is."""

    def clean(self):
        data = super().clean()
        if self.instance.pk:
            trainings.refuse_other_rule(self.instance, self.changed_data)
        return data


class EditTraining(Edit):
    """Whoever has a new rule gets the outcomes that follow from it, in the same transaction."""

    @transaction.atomic
    def save_instance(self):
        training = super().save_instance()
        if set(self.form.changed_data) & set(trainings.RULE):
            trainings.apply_rule(training=training, by=self.request.user)
        return training


class TrainingViewSet(RecordViewSet):
    model = models.Training
    edit_view_class = EditTraining
    icon = "doc-full"
    list_display = ["title", "version", "topic", "level", "hours", "attendance_share"]
    list_filter = ["topic"]
    search_fields = ["title"]
    edit_handler = ObjectList(
        [FieldPanel(name) for name in ("title", "topic", "level", "version", "hours", *trainings.RULE)],
        base_form_class=TrainingForm,
    )


class FootnoteSetViewSet(RecordViewSet):
    model = models.FootnoteSet
    list_display = ["key", "text"]
    form_fields = ["key", "text"]


class ProjectViewSet(RecordViewSet):
    model = models.Project
    icon = "folder-open-inverse"
    list_display = ["title", "key", "start", "end", "status"]
    list_filter = ["status", "agencies", "funders", "jurisdictions"]
    search_fields = ["title", "key"]
    panels = [
        *map(FieldPanel, ["key", "title", "start", "end", "budget_usd", "status"]),
        *map(_ticked, ["agencies", "funders", "jurisdictions", "goals", "kpis"]),
        *map(FieldPanel, ["footnotes", "source"]),
    ]


class AgencyViewSet(RecordViewSet):
    model = models.Agency
    icon = "group"
    list_display = ["name", "key"]
    form_fields = ["key", "name"]


class FunderViewSet(RecordViewSet):
    model = models.Funder
    icon = "group"
    list_display = ["name", "key"]
    form_fields = ["key", "name"]


class FrameworkViewSet(RecordViewSet):
    model = models.Framework
    list_display = ["version", "name"]
    form_fields = ["name", "version"]


class GoalViewSet(RecordViewSet):
    model = models.Goal
    list_display = ["number", "title", "framework"]
    list_filter = ["framework"]
    form_fields = ["framework", "number", "title"]


class KpiViewSet(RecordViewSet):
    model = models.Kpi
    menu_label = gettext_lazy("KPIs")
    list_display = ["number", "title", "framework"]
    list_filter = ["framework"]
    form_fields = ["framework", "number", "title"]


class SourceViewSet(RecordViewSet):
    model = models.Source
    icon = "link"
    list_display = ["key", "publisher", "document"]
    search_fields = ["key", "publisher", "document"]
    form_fields = ["key", "publisher", "document", "note", "is_public"]


class RegisterGroup(ModelViewSetGroup):
    menu_label = gettext_lazy("Register")
    menu_name = "register"
    menu_icon = "home"
    menu_order = 100
    items = (
        InstitutionViewSet,
        InstitutionAliasViewSet,
        InstitutionTypeViewSet,
        JurisdictionViewSet,
        TopicViewSet,
        TrainingViewSet,
    )


class ProjectsGroup(ModelViewSetGroup):
    menu_label = gettext_lazy("Projects")
    menu_name = "projects"
    menu_icon = "folder-open-inverse"
    menu_order = 110
    items = (
        ProjectViewSet,
        AgencyViewSet,
        FunderViewSet,
        FrameworkViewSet,
        GoalViewSet,
        KpiViewSet,
        SourceViewSet,
        FootnoteSetViewSet,
    )
