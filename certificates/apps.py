from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from training.signals import (
    collecting_held,
    course_passed,
    demo_sessions_going,
    person_erased,
    session_signed_off,
)


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        demo_sessions_going.connect(_remove_with_demo_sessions, dispatch_uid="certificates")
        person_erased.connect(_erase_names, dispatch_uid="certificates")
        collecting_held.connect(_held, dispatch_uid="certificates")
        session_signed_off.connect(_issue_after_sign_off, dispatch_uid="certificates")
        course_passed.connect(_issue_after_passing, dispatch_uid="certificates")


def _remove_with_demo_sessions(*, sessions: list[int], **_kwargs: Any) -> None:
    from certificates.models import Certificate  # models are ready only now

    Certificate.objects.filter(participation__session__in=sessions).without_demonstration()


def _erase_names(*, people: list[int], **_kwargs: Any) -> None:
    from certificates.services.erasing import erase_names  # models are ready only now

    erase_names(people)


def _held(*, person: Any, **_kwargs: Any) -> list[Any]:
    from certificates.services.held import certificates_held  # models are ready only now

    return certificates_held(person)


def _issue_after_sign_off(*, session: Any, by: Any, **_kwargs: Any) -> None:
    from certificates.services.automatic import issue_after_sign_off  # models are ready only now

    issue_after_sign_off(session=session, by=by)


def _issue_after_passing(*, participation: Any, **_kwargs: Any) -> None:
    from certificates.services.automatic import issue_after_passing  # models are ready only now

    issue_after_passing(participation)
