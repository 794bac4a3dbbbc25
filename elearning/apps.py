from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from training.signals import collecting_held, demo_sessions_going, roles_ensured


class ElearningConfig(AppConfig):
    name = "elearning"
    verbose_name = _("Online courses")

    def ready(self) -> None:
        roles_ensured.connect(_ensure_places, dispatch_uid="elearning")
        demo_sessions_going.connect(_forget_editions, dispatch_uid="elearning")
        collecting_held.connect(_held, dispatch_uid="elearning")


def _ensure_places(**_kwargs: Any) -> None:
    from elearning.services.places import ensure_places  # models are ready only now

    ensure_places()


def _forget_editions(*, sessions: list[int], **_kwargs: Any) -> None:
    from elearning.services.demo import forget_editions  # models are ready only now

    forget_editions(sessions)


def _held(*, person: Any, **_kwargs: Any) -> list[Any]:
    from elearning.services.held import courses_held  # models are ready only now

    return courses_held(person)
