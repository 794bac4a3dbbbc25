"""What a template says on one certificate: the sentences in its language, who signs, what it looks like."""

from certificates.choices import Kind
from certificates.content import Logo, Look, Signatory, with_asterisk
from certificates.models import CertificateTemplate
from certificates.wording import IN_LANGUAGE
from training.printing.letters import clean


def language_of(template: CertificateTemplate | None, *, asked: str, session: str) -> str:
    """What a certificate is written in: as asked for, else as the template says, else as the session was held."""
    wanted = asked or (template.language if template else "") or session
    return wanted if wanted in IN_LANGUAGE else "en"


def look_of(template: CertificateTemplate | None, *, language: str, kind: str) -> Look:
    """Where the template has no sentence of its own, or there is no template: the product's."""
    template = template or CertificateTemplate(name="")
    own, words = template.text_in(language), IN_LANGUAGE[language]
    completed = kind == Kind.COMPLETION
    heading = own.heading_completion if completed else own.heading_attendance
    deed = own.deed_completion if completed else own.deed_attendance
    return Look(
        template=template.name,
        layout=template.layout,
        accent=template.accent,
        heading=_text(heading) or words.heading_of(kind),
        given_to=_text(own.given_to) or words.given_to,
        deed=_text(deed) or words.deed_of(kind),
        note=_text(own.note),
        logos=[Logo(name=logo.name, picture=str(logo.picture)) for logo in template.logos.all()],
    )


def signatories_of(template: CertificateTemplate | None, *, language: str) -> list[Signatory]:
    if template is None:
        return []
    return [
        Signatory(name=_text(name), function=_text(function), picture=str(one.picture))
        for one in template.signatories.all()
        for name, function in [one.written_in(language)]
    ]


def _text(text: str) -> str:
    return with_asterisk(clean(text.strip()))
