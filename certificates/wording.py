"""What stands on a certificate beside what it says, in each language it can be issued in.

The sentences name nobody's sex: not "he completed", but "for completing". Serbian is there in both scripts. Numbers
stand without words that would have to follow them in case and number: 18 h, 3 of 3.
"""

from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.formats import date_format

from certificates.choices import SERBIAN_IN_LATIN, Kind
from training.choices import Modality


@dataclass(frozen=True, kw_only=True)
class Words:
    """`locale` and `day` say how Django writes a date; of the pairs the first is for attendance."""

    locale: str
    day: str
    heading: tuple[str, str]
    given_to: str
    deed: tuple[str, str]
    dates: str
    place: str
    form: str
    length: str
    attended: str
    of: str
    project: str
    funders: str
    issued: str
    valid_until: str
    renews: str
    check: str
    issuer: str
    modalities: tuple[str, str, str, str]
    comma: str = ","

    def heading_of(self, kind: str) -> str:
        return self.heading[kind == Kind.COMPLETION]

    def deed_of(self, kind: str) -> str:
        return self.deed[kind == Kind.COMPLETION]

    def modality(self, code: str) -> str:
        return dict(zip(Modality.values, self.modalities, strict=True)).get(code, "")

    def date(self, iso: str) -> str:
        with translation.override(self.locale):
            written = date_format(date.fromisoformat(iso), self.day)
        return written if self.locale == "en" else written.lower()  # of them all only English has months in capitals

    def period(self, start: str, end: str) -> str:
        """One day, or from the first to the last: 13–15 May 2026, 30 April – 2 May 2026. Empty where none is known."""
        known = [day for day in dict.fromkeys((start, end)) if day]
        if len(known) < 2 or start[:7] != end[:7]:
            return " – ".join(self.date(day) for day in known)
        first = self.day.split()[0].replace("j", str(date.fromisoformat(start).day))
        return f"{first}–{self.date(end)}"

    def hours(self, hours: str) -> str:
        return f"{hours.replace('.', self.comma)} h"


ENGLISH = Words(
    locale="en", day="j F Y",
    heading=("Certificate of attendance", "Certificate of completion"),
    given_to="This certificate is given to", deed=("for attending the training", "for completing the training"),
    dates="Dates", place="Place", form="Held", length="Length", attended="Days attended", of="of", project="Project",
    funders="Funded by", issued="Issued on", valid_until="Valid until", renews="Renews", check="Check this certificate",
    issuer="Issued by", modalities=("in person", "online", "in person and online", "self-paced, online"), comma=".",
)  # fmt: skip
ALBANIAN = Words(
    locale="sq", day="j F Y",
    heading=("Vërtetim pjesëmarrjeje", "Certifikatë e përfundimit të trajnimit"),
    given_to="Ky dokument i jepet", deed=("për pjesëmarrjen në trajnimin", "për përfundimin e trajnimit"),
    dates="Datat", place="Vendi", form="Forma", length="Kohëzgjatja", attended="Ditë të ndjekura", of="nga",
    project="Projekti", funders="Financuar nga", issued="Lëshuar më", valid_until="Vlen deri më", renews="Rinovon",
    check="Verifikoni këtë dokument", issuer="Lëshuar nga",
    modalities=("me prani fizike", "në internet", "me prani fizike dhe në internet", "në internet, me ritmin vetjak"),
)  # fmt: skip
MACEDONIAN = Words(
    locale="mk", day="j F Y",
    heading=("Потврда за присуство", "Сертификат за завршена обука"),
    given_to="Овој документ се доделува на", deed=("за присуство на обуката", "за завршената обука"),
    dates="Датуми", place="Место", form="Начин", length="Траење", attended="Присутни денови", of="од",
    project="Проект", funders="Финансирано од", issued="Издадено на", valid_until="Важи до", renews="Обновува",
    check="Проверете го документот", issuer="Издава",
    modalities=("со физичко присуство", "онлајн", "со физичко присуство и онлајн", "онлајн, со сопствено темпо"),
)  # fmt: skip
BOSNIAN = Words(
    locale="bs", day="j. F Y.",
    heading=("Potvrda o prisustvu", "Uvjerenje o završenoj obuci"),
    given_to="Ovaj dokument dodjeljuje se", deed=("za prisustvo obuci", "za završenu obuku"),
    dates="Datumi", place="Mjesto", form="Način", length="Trajanje", attended="Dani prisustva", of="od",
    project="Projekat", funders="Finansira", issued="Izdato", valid_until="Važi do", renews="Obnavlja",
    check="Provjerite ovaj dokument", issuer="Izdaje",
    modalities=("uživo", "na internetu", "uživo i na internetu", "na internetu, vlastitim tempom"),
)  # fmt: skip
CROATIAN = Words(
    locale="hr", day="j. E Y.",
    heading=("Potvrda o sudjelovanju", "Uvjerenje o završenoj obuci"),
    given_to="Ovaj dokument dodjeljuje se", deed=("za sudjelovanje u obuci", "za završenu obuku"),
    dates="Datumi", place="Mjesto", form="Način", length="Trajanje", attended="Dani sudjelovanja", of="od",
    project="Projekt", funders="Financira", issued="Izdano", valid_until="Vrijedi do", renews="Obnavlja",
    check="Provjerite ovaj dokument", issuer="Izdaje",
    modalities=("uživo", "na internetu", "uživo i na internetu", "na internetu, vlastitim tempom"),
)  # fmt: skip
MONTENEGRIN = Words(
    locale="sr-latn", day="j. F Y.",
    heading=("Potvrda o prisustvu", "Uvjerenje o završenoj obuci"),
    given_to="Ovaj dokument dodjeljuje se", deed=("za prisustvo obuci", "za završenu obuku"),
    dates="Datumi", place="Mjesto", form="Način", length="Trajanje", attended="Dani prisustva", of="od",
    project="Projekat", funders="Finansira", issued="Izdato", valid_until="Važi do", renews="Obnavlja",
    check="Provjerite ovaj dokument", issuer="Izdaje",
    modalities=("uživo", "na internetu", "uživo i na internetu", "na internetu, sopstvenim tempom"),
)  # fmt: skip
SERBIAN = Words(
    locale="sr", day="j. F Y.",
    heading=("Потврда о присуству", "Уверење о завршеној обуци"),
    given_to="Овај документ додељује се", deed=("за присуство обуци", "за завршену обуку"),
    dates="Датуми", place="Место", form="Начин", length="Трајање", attended="Дани присуства", of="од",
    project="Пројекат", funders="Финансира", issued="Издато", valid_until="Важи до", renews="Обнавља",
    check="Проверите овај документ", issuer="Издаје",
    modalities=("уживо", "на интернету", "уживо и на интернету", "на интернету, сопственим темпом"),
)  # fmt: skip

SERBIAN_LATIN = Words(
    locale="sr-latn", day="j. F Y.",
    heading=("Potvrda o prisustvu", "Uverenje o završenoj obuci"),
    given_to="Ovaj dokument dodeljuje se", deed=("za prisustvo obuci", "za završenu obuku"),
    dates="Datumi", place="Mesto", form="Način", length="Trajanje", attended="Dani prisustva", of="od",
    project="Projekat", funders="Finansira", issued="Izdato", valid_until="Važi do", renews="Obnavlja",
    check="Proverite ovaj dokument", issuer="Izdaje",
    modalities=("uživo", "na internetu", "uživo i na internetu", "na internetu, sopstvenim tempom"),
)  # fmt: skip

IN_LANGUAGE = {
    "en": ENGLISH, "sq": ALBANIAN, "bs": BOSNIAN, "hr": CROATIAN, "mk": MACEDONIAN, "cnr": MONTENEGRIN, "sr": SERBIAN,
    SERBIAN_IN_LATIN: SERBIAN_LATIN,
}  # fmt: skip
