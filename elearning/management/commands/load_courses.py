from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from elearning.content.files import CourseFileError, course_files
from elearning.content.loading import load_courses
from training.management.acting import ActingCommand, acting_account, add_as_option
from training.models import Project


class Command(ActingCommand):
    help = "Load the online courses that come with Evidenca. Those loaded before stay as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", metavar="KEY", help="the project that whoever takes a course counts in")
        add_as_option(parser)

    def handle(self, **options: Any) -> None:
        project = Project.objects.filter(key=options["project"]).first()
        if options["project"] and project is None:
            raise CommandError(f"There is no project {options['project']}.", returncode=2)
        try:
            loaded = load_courses(files=course_files(), by=acting_account(options["as_email"]), project=project)
        except (CourseFileError, PermissionDenied) as fault:
            raise CommandError(str(fault), returncode=1) from fault
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages), returncode=1) from fault
        said = _("%(courses)s courses loaded, %(pages)s pages, %(questions)s questions.")
        self.stdout.write(said % {**vars(loaded), "courses": len(loaded.courses)})
