from typing import Any

from django.apps import AppConfig
from django.db import transaction
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from training.signals import person_erased


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training register")

    def ready(self) -> None:
        from training.changes import follow  # models are ready only now

        follow()
        post_migrate.connect(_ensure_roles, sender=self)
        person_erased.connect(_discard_uploads)


def _discard_uploads(**_kwargs: Any) -> None:
    """A file waiting to be imported may name whoever was erased. All go: who uploaded one does so again."""
    from training.imports.uploads import discard_all  # openpyxl is slow to import

    transaction.on_commit(discard_all)


def _ensure_roles(sender: AppConfig, using: str = "default", **_kwargs: Any) -> None:
    from django.contrib.auth.management import create_permissions  # models are ready only now

    from training.services.roles import ensure_roles  # models are ready only now

    # Django makes the permissions after this signal's earlier receivers, of which this is one.
    create_permissions(sender, verbosity=0, using=using)
    ensure_roles()
