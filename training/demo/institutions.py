"""Where the demo people work: institutions the published facts name, and generic ones marked as demonstration."""

from dataclasses import dataclass

from training.choices import Sector
from training.models import Institution, InstitutionAlias, InstitutionType, Jurisdiction
from training.names import match_key

MARK = "(demo)"


@dataclass(frozen=True)
class Kind:
    """One kind of institution: its key, its name, its abbreviation, and its names in the languages of the region."""

    type: str
    name: str
    short: str
    sq: str
    mk: str
    sr: str
    private: bool = False


KINDS = (
    Kind("police_border", "Border Police", "BP", "Policia Kufitare", "Гранична полиција", "Гранична полиција"),
    Kind("police_criminal", "Criminal Police", "CP", "Policia Kriminale", "Криминалистичка полиција",
         "Криминалистичка полиција"),
    Kind("customs", "Customs Administration", "CA", "Administrata Doganore", "Царинска управа", "Управа царина"),
    Kind("prosecution", "Prosecutor's Office", "PO", "Prokuroria", "Јавно обвинителство", "Јавно тужилаштво"),
    Kind("court", "Basic Court", "BC", "Gjykata Themelore", "Основен суд", "Основни суд"),
    Kind("postal_operator", "Post", "Post", "Posta", "Пошта", "Пошта"),
    Kind("courier_company", "Fast Parcels", "FP", "Dërgesa të Shpejta", "Брзи пратки", "Брзе пошиљке", private=True),
    Kind("forensic_ballistic", "Forensic Laboratory", "FL", "Laboratori Forenzik", "Форензичка лабораторија",
         "Форензичка лабораторија"),
)  # fmt: skip

# Named in the facts: used where they are there, never made here. They stand in for the generic kind.
NAMED_IN_FACTS: dict[tuple[str, str], tuple[str, ...]] = {
    ("BA", "customs"): (
        "ITA Headquarters",
        "ITA Regional Center Banja Luka",
        "ITA Regional Center Sarajevo",
        "ITA Regional Center Mostar",
        "Customs at Sarajevo Airport",
    ),
}
# For each jurisdiction the columns of KINDS that hold its names, with the language they stand for there.
LANGUAGES = {
    "AL": {"sq": "sq"},
    "BA": {"sr": "sr"},
    "XK": {"sq": "sq", "sr": "sr"},
    "ME": {"sr": "cnr"},
    "MK": {"mk": "mk", "sq": "sq"},
    "RS": {"sr": "sr"},
}


def institutions_of(jurisdiction: Jurisdiction) -> list[Institution]:
    """The institutions where this jurisdiction's demo people work, made where they are missing."""
    types = {found.key: found for found in InstitutionType.objects.all()}
    found: list[Institution] = []
    for kind in KINDS:
        found.extend(_named_in_facts(jurisdiction, kind) or [_generic(jurisdiction, kind, types.get(kind.type))])
    return found


def _named_in_facts(jurisdiction: Jurisdiction, kind: Kind) -> list[Institution]:
    names = NAMED_IN_FACTS.get((jurisdiction.code, kind.type), ())
    keys = [match_key(name) for name in names]
    return list(Institution.objects.filter(jurisdiction=jurisdiction, match_key__in=keys).order_by("match_key"))


def _generic(jurisdiction: Jurisdiction, kind: Kind, type_: InstitutionType | None) -> Institution:
    seat = jurisdiction.seat or jurisdiction.code
    name = f"{kind.name} {seat} {MARK}"
    institution, made = Institution.objects.get_or_create(
        jurisdiction=jurisdiction,
        match_key=match_key(name),
        defaults={
            "name": name,
            "short_name": f"{kind.short} {seat}",
            "type": type_,
            "sector": Sector.PRIVATE if kind.private else Sector.PUBLIC,
            "is_demo": True,
        },
    )
    if made:
        _name_otherwise(institution, jurisdiction.code, kind)
    return institution


def _name_otherwise(institution: Institution, code: str, kind: Kind) -> None:
    """The names in local languages carry the mark too: a real list must not find a demo institution by its alias."""
    for column, language in LANGUAGES.get(code, {}).items():
        name = f"{getattr(kind, column)} {MARK if column == 'sq' else '(демо)'}"
        InstitutionAlias.objects.get_or_create(
            institution=institution, match_key=match_key(name), defaults={"name": name, "language": language}
        )
