from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.core.management.base import CommandError

from certificates.services.automatic import resume


class Command(BaseCommand):
    help = "Do what pages leave to the background, until stopped. What an earlier worker did not finish goes on first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", action="store_true", help="end once there is nothing left to do")

    def handle(self, **options: Any) -> None:
        if settings.TASK_BACKEND != "database":
            raise CommandError("There is nothing to work on: set TASK_BACKEND=database first.", returncode=1)
        resume()
        call_command("db_worker", batch=options["batch"], reload=False)
