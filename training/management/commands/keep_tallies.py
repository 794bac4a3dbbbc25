from typing import Any

from django.core.management import BaseCommand
from django.utils.translation import gettext as _

from training.services.tallies import keep_missing_tallies


class Command(BaseCommand):
    help = "Count every roster that is over and not tallied yet, so that no answer has to. It changes no figure."

    def handle(self, **options: Any) -> None:
        self.stdout.write(_("Tallied %(count)s rosters.") % {"count": f"{keep_missing_tallies():,}"})
