"""The groups that carry the roles, and what each may do in Wagtail's admin."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from training.permissions import ALLOWED, Action, RoleName

ADMIN_RECORDS = {
    "agency", "footnoteset", "framework", "funder", "goal", "institution", "institutionalias", "institutiontype",
    "jurisdiction", "knowledgeproduct", "kpi", "project", "source", "target", "topic", "training",
}  # fmt: skip


def ensure_roles() -> None:
    """Make the role groups and give those who keep records their way into Wagtail's admin. Safe to repeat."""
    admin, _made = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")
    access, _made = Permission.objects.get_or_create(
        content_type=admin, codename="access_admin", defaults={"name": "Can access Wagtail admin"}
    )
    keeping = Permission.objects.filter(content_type__app_label="training", content_type__model__in=ADMIN_RECORDS)
    for role in RoleName:
        group, _made = Group.objects.get_or_create(name=role.value)
        if role in ALLOWED[Action.KEEP_RECORDS]:
            group.permissions.add(access, *keeping)
