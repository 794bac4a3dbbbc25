"""The two forms of a manual: which file, and what is to become of it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from elearning.imports.arranging import LONGEST_TITLE
from elearning.imports.planning import NEW
from elearning.imports.reading import read_manual
from elearning.languages import LANGUAGES, named
from elearning.models import Course
from training.imports.refusal import RefusedError
from training.imports.safety import MAX_UPLOAD, check_size
from training.imports.workbook import Upload


class ManualForm(forms.Form):
    """A file; `upload` is what it holds, once valid. A file that cannot be read as a manual is an error of the form."""

    file = forms.FileField(
        label=_("Manual"),
        help_text=_("A Word document (.docx), at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx"}),
        max_length=255,
        allow_empty_file=True,
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        try:
            check_size(file.size)
            self.upload = Upload(file.name, file.read(MAX_UPLOAD))
            read_manual(self.upload.data, self.upload.name)
        except RefusedError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return file


class ReviewForm(forms.Form):
    """What a course is to be called, in which language it is, of which it is a new edition; and the modules' titles."""

    title = forms.CharField(label=_("Title of the course"), max_length=LONGEST_TITLE, required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    course = forms.ChoiceField(label=_("New course or new edition"), required=False)

    def __init__(self, *args, plan, account, **kwargs):
        super().__init__(*args, **kwargs)
        unknown = [] if plan.language else [("", _("Choose"))]
        self.fields["language"].choices = [*unknown, *named(LANGUAGES)]
        courses = Course.objects.visible_to(account).filter(manuals__isnull=False).distinct()
        editions = [(str(course.pk), _("A new edition of “%s”") % course.title) for course in courses]
        self.fields["course"].choices = [(NEW, _("A new course")), *editions]
        self.initial = {
            "title": plan.title,
            "language": plan.language,
            "course": str(plan.course.pk) if plan.course else NEW,
        }
        for number, part in enumerate(plan.parts):
            self.fields[f"part_{number}"] = forms.CharField(
                label=_("Title of module %(number)s") % {"number": number + 1},
                max_length=LONGEST_TITLE,
                initial=part.title,
                required=False,
            )

    def titles(self):
        return {
            int(name.removeprefix("part_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("part_")
        }
