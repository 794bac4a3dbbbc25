from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """The wiring has templates and styles of its own, so Django has to know it as an app."""

    name = "project"
    label = "wiring"

    def ready(self) -> None:
        from project import agency_log_in, log_ins, pictures  # noqa: F401  their receivers need the models
