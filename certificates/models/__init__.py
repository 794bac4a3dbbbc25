"""The records of certificates; everything is importable from here."""

from certificates.models.certificates import Certificate
from certificates.models.rules import CertificateRule

__all__ = ["Certificate", "CertificateRule"]
