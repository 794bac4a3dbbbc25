"""The records of certificates; everything is importable from here."""

from certificates.models.certificates import Certificate
from certificates.models.rules import CertificateRule
from certificates.models.runs import CertificateLetter, IssuingRun

__all__ = ["Certificate", "CertificateLetter", "CertificateRule", "IssuingRun"]
