"""The groups that carry the roles, and what each may do in Wagtail's admin."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from training.permissions import ALLOWED, Action, RoleName
from training.signals import roles_ensured

ADMIN_RECORDS = {
    Action.KEEP_COURSES: {"certificaterule", "certificatetemplate", "course", "topic", "training"},
    Action.KEEP_RECORDS: {
        "agency", "footnoteset", "framework", "funder", "goal", "institution", "institutionalias", "institutiontype",
        "jurisdiction", "kpi", "project", "source",
    },
}  # fmt: skip


def ensure_roles() -> None:
    """Make the role groups; each has in Wagtail's admin what its role keeps, and nothing else. Safe to repeat."""
    admin, _made = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")
    access, _made = Permission.objects.get_or_create(
        content_type=admin, codename="access_admin", defaults={"name": "Can access Wagtail admin"}
    )
    keeping = Permission.objects.filter(content_type__app_label__in=("training", "elearning", "certificates"))
    for role in RoleName:
        group, _made = Group.objects.get_or_create(name=role.value)
        kept = {name for action, names in ADMIN_RECORDS.items() if role in ALLOWED[action] for name in names}
        group.permissions.set([access, *keeping.filter(content_type__model__in=kept)] if kept else [])
    roles_ensured.send(sender=Group)
