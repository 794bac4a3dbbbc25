"""What editors keep of certificates in Wagtail's admin: the rules, each of one training's version."""

from wagtail import hooks
from wagtail.admin.panels import FieldPanel, ObjectList

from certificates.models import CertificateRule
from training.viewsets import RecordViewSet


class CertificateRuleViewSet(RecordViewSet):
    model = CertificateRule
    icon = "success"
    add_to_admin_menu = True
    menu_order = 250
    list_display = ["training", "gives_attendance", "gives_completion", "months_valid", "automatic"]
    edit_handler = ObjectList(
        [FieldPanel(name) for name in ("training", "gives_attendance", "gives_completion", "months_valid", "automatic")]
    )


@hooks.register("register_admin_viewset")
def register_rules():
    return CertificateRuleViewSet()
