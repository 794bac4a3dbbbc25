"""The records of certificates; everything is importable from here."""

from certificates.models.certificates import Certificate
from certificates.models.rules import CertificateRule
from certificates.models.runs import CertificateLetter, IssuingRun
from certificates.models.templates import (
    CertificateTemplate,
    SignatoryTranslation,
    TemplateLogo,
    TemplateProject,
    TemplateSignatory,
    TemplateText,
)

__all__ = [
    "Certificate",
    "CertificateLetter",
    "CertificateRule",
    "CertificateTemplate",
    "IssuingRun",
    "SignatoryTranslation",
    "TemplateLogo",
    "TemplateProject",
    "TemplateSignatory",
    "TemplateText",
]
