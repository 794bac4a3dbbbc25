"""What Wagtail's admin shows of certificates."""

from wagtail import hooks

from certificates.viewsets import CertificatesGroup


@hooks.register("register_admin_viewset")
def register_certificates():
    return CertificatesGroup()
