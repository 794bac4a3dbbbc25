"""`manage.py import_manual`: a manual in Word into the drafts of a course, or of its next edition, all or nothing."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from wagtail.models import Page

from elearning.imports import report
from elearning.imports.applying import Made, import_manual
from elearning.imports.planning import NEW, Choices, plan_manual, refused
from elearning.languages import LANGUAGES
from elearning.models import CourseIndexPage, CoursePage
from training.imports.workbook import Upload
from training.management.importing import ImportCommand, Outcome
from training.models import Account


class Command(ImportCommand):
    help = "Turn a manual (.docx) into a course, or into a new edition of the course it was made into before."
    file_help = "a manual as .docx"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--parent",
            metavar="PATH",
            help="the page to put the course under, such as /courses/; or the course this is a new edition of",
        )
        parser.add_argument("--new", action="store_true", help="a new course, even if the manual was read before")
        parser.add_argument("--language", metavar="CODE", choices=LANGUAGES, help="instead of the one detected")

    def bring_in(self, upload: Upload, account: Account, options: dict[str, Any]) -> Outcome:
        course = NEW if options["new"] else _course_at(options["parent"])
        choices = Choices(language=options["language"] or "", course=course)
        if options["dry_run"]:
            made = Made(plan_manual(upload=upload, by=account, choices=choices))
            if refusal := refused(made.plan):
                raise refusal
        else:
            made = import_manual(upload=upload, by=account, choices=choices)
        if options["report"] == "json":
            self.stderr.write("".join(f"{remark}\n" for remark in report.remarks(made)), ending="")
        return Outcome(as_json=report.as_json(made.plan), as_text=report.as_text(made, dry_run=options["dry_run"]))

    def refused(self, message: str) -> dict[str, Any]:
        return report.as_json_of_refusal(message)


def _course_at(path: str | None) -> str:
    """The id of the course whose page is at that path; "" for a page that courses lie under, or none."""
    if path is None:
        return ""
    page = Page.objects.filter(url_path=f"/{path.strip('/')}/".replace("//", "/")).first()
    found = page.specific if page else None
    if isinstance(found, CoursePage):
        return str(found.course_id)
    if not isinstance(found, CourseIndexPage):
        there = ", ".join(CourseIndexPage.objects.order_by("path").values_list("url_path", flat=True))
        raise CommandError(f"There is no page of courses at {path}. Courses lie under: {there}", returncode=2)
    return ""
