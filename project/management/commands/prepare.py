from io import StringIO
from typing import Any

from django.core.management import BaseCommand, call_command
from django.utils.translation import gettext as _

from project.static_files import collect_if_changed
from training.demo.loading import is_loaded
from training.models import Project, TrailEntry


class Command(BaseCommand):
    help = "All that `make run` needs before the server starts, in one process. What is there already stays as it is."
    # They load every page, which takes as long as all the rest; `make lint` runs them.
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        self.say(_("Database"))
        call_command("migrate", interactive=False, verbosity=0)
        self.say(_("Styles and scripts"))
        collect_if_changed()
        self.say(_("Published facts"))
        self.say("  " + self.last_line_of("load_roadmap"))
        self.say(_("Demo data"))
        if demo_was_removed():
            self.say(_("  removed by somebody, and not loaded again; `python manage.py load_demo` does it"))
        else:
            call_command("load_demo", stdout=self.stdout)
        self.say(_("Courses"))
        self.say("  " + self.last_line_of("load_courses", project=demo_project()))
        self.say(_("Tallies"))
        self.say("  " + self.last_line_of("keep_tallies"))

    def last_line_of(self, command: str, **options: Any) -> str:
        report = StringIO()
        call_command(command, stdout=report, **options)
        return report.getvalue().strip().rpartition("\n")[2]

    def say(self, what: str) -> None:
        self.stdout.write(what)
        self.stdout.flush()


def demo_project() -> str | None:
    """Whose courses are open: a demo project's, so that no figure of another one moves. None without demo data."""
    return Project.objects.filter(is_demo=True).order_by("key").values_list("key", flat=True).first()


def demo_was_removed() -> bool:
    """Whether a person took the demo data away, which a restart has to respect."""
    return not is_loaded() and TrailEntry.objects.filter(action="demo data removed").exists()
