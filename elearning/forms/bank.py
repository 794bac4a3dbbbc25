"""What the question bank can be narrowed by (every choice stands in the address), and a file that goes into it."""

import json

import django_filters
from django import forms
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from elearning.choices import Difficulty, QuestionKind
from elearning.languages import LANGUAGES, named
from elearning.models import Course, Question
from elearning.texts import texts_of
from training.imports.refusal import RefusedError
from training.imports.safety import MAX_UPLOAD, check_size
from training.imports.workbook import Upload
from training.models import Topic

ASKED, RETIRED, ANY = "asked", "retired", "any"


class BankFilter(django_filters.FilterSet):
    """Modules are offered once a course is chosen."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    course = django_filters.ModelChoiceFilter(
        label=_("Course"), queryset=Course.objects.none(), to_field_name="slug", empty_label=_("All courses")
    )
    module = django_filters.ChoiceFilter(label=_("Module"), field_name="module_key", empty_label=_("All modules"))
    topic = django_filters.ModelChoiceFilter(
        label=_("Topic"), queryset=Topic.objects.all(), to_field_name="key", empty_label=_("All topics")
    )
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=QuestionKind.choices, empty_label=_("All kinds"))
    difficulty = django_filters.ChoiceFilter(
        label=_("Difficulty"), choices=Difficulty.choices, empty_label=_("Easy to hard")
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        method="in_state",
        empty_label=None,
        choices=[(ASKED, _("Asked")), (RETIRED, _("Retired")), (ANY, _("All"))],
    )

    class Meta:
        model = Question
        fields = ()

    def __init__(self, data, *, courses, language, **kwargs):
        data = data.copy()
        data.setdefault("state", ASKED)
        super().__init__(data, **kwargs)
        self.filters["course"].queryset = courses
        self.chosen = courses.filter(slug=data.get("course", "")).first()
        if self.chosen is None:
            del self.filters["module"]
        else:
            self.filters["module"].extra["choices"] = modules_of(self.chosen, language)

    @property
    def is_narrowed(self):
        return any(value for name, value in self.data.items() if name not in ("page", "state"))

    def search(self, queryset, _name, value):
        """In names, sources, and what is asked in any language; SQLite keeps letters that are not Latin escaped."""
        written, escaped = Q(told__icontains=value), Q(told__icontains=json.dumps(value)[1:-1])
        asked = queryset.annotate(told=Cast("current__content", TextField()))
        return asked.filter(Q(name__icontains=value) | Q(source_note__icontains=value) | written | escaped)

    def in_state(self, queryset, _name, value):
        return queryset if value == ANY else queryset.filter(is_active=value == ASKED)


class BankFileForm(forms.Form):
    """A file of Moodle XML, for which course, and in which language its texts are where they do not say."""

    course = forms.ModelChoiceField(
        Course.objects.none(), label=_("Course"), to_field_name="slug", empty_label=_("Choose")
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=lambda: named(LANGUAGES), help_text=_("Of texts that are marked with none.")
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("Moodle XML (.xml), at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xml"}),
        max_length=255,
        allow_empty_file=True,
    )

    def __init__(self, *args, courses, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            check_size(file.size)
        except RefusedError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        self.upload = Upload(file.name, file.read(MAX_UPLOAD))
        return file


def modules_of(course, language):
    """Keys and titles of a course's published modules."""
    text = texts_of([course], language).get(course.pk)
    return [(str(module.key), module.page.title) for module in text.modules] if text else []
