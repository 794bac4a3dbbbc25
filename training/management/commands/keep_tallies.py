from typing import Any

from django.core.management import BaseCommand
from django.utils.translation import gettext as _

from training.services.upkeep import keep_up


class Command(BaseCommand):
    help = (
        "Count every roster that is over and not tallied yet, so that no answer has to, and let the database see how"
        " much there is of everything, so that it finds it the short way. It changes no figure."
    )

    def handle(self, **options: Any) -> None:
        self.stdout.write(_("Tallied %(count)s rosters.") % {"count": f"{keep_up():,}"})
