"""A template as it will look, with the longest and the most awkward names the register may hold. All are invented."""

from dataclasses import dataclass, replace

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates.choices import Kind, Result
from certificates.content import Content, needs_footnote, with_asterisk
from certificates.models import CertificateTemplate
from certificates.pdf.example import example_pdf, joined, picture_of
from certificates.services.looks import look_of, signatories_of
from training.printing.pdf import PdfError
from training.statistics.footnotes import MARK, footnotes_for

SERIAL = "EV-0000-0000-0000-0000"
WIDTH = 900  # pixels of a picture
NAMES = (
    "Arta Shtegu-Testi",
    "Ђурђица-Љубомирка Жубориловић-Ђердановић-Тест",
    "Ѓорѓи Ќерамидски-Ѕвездевски-Тест / Gjorgji Keramidski-Dzvezdevski-Test",
    "Đurđa-Magdalena Žličić-Đumbirović Çelë-Testi",
    "Arta <b>&amp;</b> Testi",
    "D’Arta O’Shtegu-Testi",
    "Li É",
    "Константина-Елисавета Александровска-Месечинковска Трендафиловска-Џумбушеска-Облаческа-Потоковска-Ридска-Тест",
)
# As long as the register takes them.
LONG_TITLE = ("Training of trainers in weapons categorization, converted firearms and evidence handling " * 3)[
    :200
].strip()
LONG_PLACE = ("Academy of the Ministry of the Interior, conference centre, " * 3)[:150].strip()
LONG_PROJECT = ("Support for combating illegal small arms, light weapons and their ammunition " * 4)[:250].strip()
LONG_AGENCY = ("International Agency of Something Very Long, Regional Office " * 2)[:120].strip()


@dataclass(frozen=True)
class Example:
    """One person's certificate: its page as a PDF, or why there can be none."""

    name: str
    pdf: bytes = b""
    problem: str = ""

    @property
    def picture(self) -> bytes:
        return picture_of(self.pdf, WIDTH) if self.pdf else b""


def examples(template: CertificateTemplate, *, language: str, kind: str) -> list[Example]:
    """Each of the names, and the first once more with the longest texts."""
    usual = _content(template, language, kind)
    long = replace(
        usual, name=NAMES[-1], title=LONG_TITLE, place=LONG_PLACE, project=LONG_PROJECT, agencies=[LONG_AGENCY]
    )
    return [_example(one) for one in (*(replace(usual, name=name) for name in NAMES), long)]


def preview_pdf(template: CertificateTemplate, *, language: str, kind: str) -> bytes:
    """All of them in one document. Raises ValidationError where one of them cannot be printed."""
    found = examples(template, language=language, kind=kind)
    if problems := [one.problem for one in found if one.problem]:
        raise ValidationError(problems[0])
    return joined(one.pdf for one in found)


def _example(content: Content) -> Example:
    try:
        return Example(content.name, example_pdf(content))
    except (PdfError, ValidationError) as problem:
        return Example(content.name, problem=" ".join(getattr(problem, "messages", [str(problem)])))


def _content(template: CertificateTemplate, language: str, kind: str) -> Content:
    completed, today = kind == Kind.COMPLETION, timezone.localdate()
    look, signatories = look_of(template, language=language, kind=kind), signatories_of(template, language=language)
    issuer = with_asterisk(settings.CERTIFICATE_ISSUER)
    place = MARK
    return Content(
        serial=SERIAL,
        kind=kind,
        language=language,
        name=NAMES[0],
        title=_("Weapons categorization"),
        training_version="1",
        session="preview",
        session_title=_("Preview"),
        project=_("Borders and customs"),
        agencies=[],
        funders=[_("A funder")],
        place=place,
        modality="in_person",
        start=today.replace(day=13).isoformat(),
        end=today.replace(day=15).isoformat(),
        hours="18" if completed else "",
        days_attended=3,
        days=3,
        result=Result.DAYS.value if completed else "",
        issued_on=today.isoformat(),
        expires_on=today.replace(year=today.year + 2, day=15).isoformat() if completed else "",
        issuer=issuer,
        signatories=signatories,
        footnotes=footnotes_for([MARK]) if needs_footnote(place) else [],
        look=look,
    )
