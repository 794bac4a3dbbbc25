"""The words of lists in English, Albanian, Macedonian, Serbian, Bosnian and Montenegrin.

Every phrase is compared by `match_key`, so one spelling stands for both scripts, every case, and missing diacritics.
"""

from enum import StrEnum
from functools import cache, lru_cache

from training.choices import Mark, Role, Sex
from training.names import match_key


class Field(StrEnum):
    """What a column may hold."""

    GIVEN = "given"
    FAMILY = "family"
    FULL = "full"
    FULL_FAMILY_FIRST = "full_family_first"
    SEX = "sex"
    JURISDICTION = "jurisdiction"
    INSTITUTION = "institution"
    POSITION = "position"
    EMAIL = "email"
    ROLE = "role"
    PRE_SCORE = "pre_score"
    POST_SCORE = "post_score"
    MARK = "mark"
    IGNORED = "ignored"


# A heading that is the first name beside a column of last names, and the full name without one.
NAME = "name"

HEADINGS: dict[str, str] = {
    Field.GIVEN: "first name|given name|forename|emri i parë|ime učesnika|лично име|lično ime",
    Field.FAMILY: "last name|family name|surname|mbiemri|mbiemër|prezime|презиме|familja",
    NAME: "name|names|emri|emër|ime|име|participant|participants|učesnik|učesnici|polaznik|polaznici|учесник|учесници"
    "|pjesëmarrësi|pjesëmarrësit|kandidat|trainee",
    Field.FULL: "full name|name and surname|first and last name|first name and last name|name surname|name last name"
    "|first name last name|emri dhe mbiemri|emri mbiemri|emri e mbiemri|emër mbiemër|emri i plotë|ime i prezime"
    "|ime prezime|име и презиме|puno ime|полно име|ime in prezime",
    Field.FULL_FAMILY_FIRST: "prezime i ime|prezime ime|презиме и име|surname and name|surname name"
    "|last name first name|last and first name|family name and given name|mbiemri dhe emri|mbiemri emri|mbiemri e emri",
    Field.SEX: "sex|gender|pol|spol|пол|род|rod|gjinia|gjini|seksi|m f|f m|m z|z m|m w|w m|m ž|ž m",
    Field.JURISDICTION: "jurisdiction|country|state|territory|economy|jurisdikcija|nadležnost|država|zemlja"
    "|јурисдикција|надлежност|држава|земја|juridiksioni|shteti",
    Field.INSTITUTION: "institution|institution name|organisation|organization|agency|employer|company|institucija"
    "|ustanova|organizacija|organ|služba|firma|kompanija|poslodavac|институција|установа|организација|орган|служба"
    "|institucioni|organizata|agjencia|kompania|punëdhënësi|affiliation",
    Field.POSITION: "position|job title|title|function|job|post|rank|occupation|job position|pozicija|radno mjesto"
    "|radno mesto|funkcija|zvanje|zanimanje|čin|radna pozicija|работна позиција|работно место|позиција|функција|звање"
    "|чин|pozita|pozicioni|funksioni|vendi i punës|detyra|titulli|grada|pozita e punës",
    Field.EMAIL: "e mail|email|mail|e mail address|email address|service e mail|work e mail|official e mail|e pošta"
    "|elektronska pošta|mejl|imejl|е пошта|електронска пошта|мејл|имејл|posta elektronike|e posta|adresa elektronike"
    "|emaili|e maili|mail adresa|e mail adresa|email adresa|службена е пошта|službeni e mail",
    Field.ROLE: "role|uloga|улога|svojstvo|својство|roli|cilësia|capacity",
    Field.PRE_SCORE: "pre test|pretest|pre test score|pretest score|score before|test before|initial test|entry test"
    "|ulazni test|početni test|inicijalni test|test prije|test pre|улазни тест|почетни тест|влезен тест|почетен тест"
    "|претест|пре тест|тест пред|para testi|paratesti|testi para|testi fillestar|testi hyrës|pre testi",
    Field.POST_SCORE: "post test|posttest|post test score|posttest score|score after|test after|final test|exit test"
    "|izlazni test|završni test|test poslije|test posle|излазни тест|завршни тест|излезен тест|завршен тест|посттест"
    "|пост тест|тест потоа|pas testi|pastesti|testi pas|testi përfundimtar|testi final|testi dalës|post testi",
    Field.IGNORED: "r br|rb|rbr|nr|no|n|br|бр|р бр|број|broj|redni broj|реден број|редни број|numri|nr rendor|numër"
    "|number|s n|sn|id|#",
}
# A word with one of these beginnings says what the column holds, whatever stands around it.
STEMS = {
    "instituci": Field.INSTITUTION,
    "institution": Field.INSTITUTION,
    "ustanov": Field.INSTITUTION,
    "organizaci": Field.INSTITUTION,
    "organisation": Field.INSTITUTION,
    "jurisdi": Field.JURISDICTION,
    "juridiks": Field.JURISDICTION,
    "mail": Field.EMAIL,
    "mejl": Field.EMAIL,
}
# Words around a heading that say nothing of their own.
FILLERS = (
    "of the participant participants trainee učesnika učesnik učesnici učesnice polaznika polaznik polaznici na i e"
)
FILLERS += " të pjesëmarrësit pjesëmarrësi pjesëmarrësve учесникот учесниците учесник учесници naziv назив emërtimi"
PRIVATE = ("privat", "personal", "lični", "lična", "приват", "личен", "лична")

TOTALS = (
    "total|totals|grand total|sum|ukupno|sveukupno|svega|zbir|suma|вкупно|свега|збир|gjithsej|totali|gjithësej|shuma"
)

SEXES: dict[str, str] = {
    Sex.WOMEN: "f|w|woman|women|female|ž|z|žena|žene|ženski|žensko|ženska|жена|женски|женско|femër|femra|femna|grua"
    "|gra|e gruas",
    Sex.MEN: "m|man|men|male|muški|muško|muška|muškarac|muž|muškarci|машки|машко|маж|мажи|mashkull|meshkuj|burrë|burra",
    Sex.NOT_RECORDED: "u|not recorded|not stated|unknown|nepoznato|nije evidentirano|непознато|не е евидентирано"
    "|e panjohur|nuk dihet|pa regjistruar",
}

ROLES: dict[str, str] = {
    Role.TRAINEE: "trainee|participant|učesnik|učesnica|polaznik|polaznica|учесник|учесничка|учесница|обучуван"
    "|pjesëmarrës|pjesëmarrëse|i trajnuar|attendee",
    Role.TRAINER: "trainer|instructor|lecturer|speaker|expert|trener|trenerica|trenerka|predavač|predavačica|instruktor"
    "|тренер|обучувач|предавач|инструктор|trajner|trajnere|ligjërues|instruktore|ligjëruese",
    Role.OBSERVER: "observer|posmatrač|promatrač|посматрач|набљудувач|vëzhgues|vëzhguese",
    Role.ORGANISER: "organiser|organizer|organizator|organizatorka|организатор|organizues|organizuese",
}

MARKS: dict[str, str] = {
    Mark.PRESENT: "p|present|y|yes|true|da|да|po|1|prisutan|prisutna|prisutno|prisutni|присутен|присутна|присутно"
    "|присутан|prezent|prezente|pranishëm|i pranishëm|e pranishme|pranishme|attended",
    Mark.LATE: "l|late|k|kasni|kasnio|kasnila|zakasnio|zakasnila|kašnjenje|доцни|доцнеше|задоцнет|задоцнета|задоцни"
    "|vonë|vonuar|i vonuar|e vonuar|vonesë|me vonesë|arrived late",
    Mark.EXCUSED: "e|excused|op|opr|opravdan|opravdana|opravdano|opravdan izostanak|оправдан|оправдана|оправдано"
    "|arsyetuar|i arsyetuar|e arsyetuar|arsye|me arsye|mungon me arsye",
    Mark.ABSENT: "a|absent|n|no|false|ne|не|jo|0|o|odsutan|odsutna|odsutno|odsutni|отсутен|отсутна|отсутно|одсутан"
    "|одсутна|mungon|mungoi|mungesë|munguar|nuk ishte|nije bio|nije bila|neopravdano|not present|did not attend",
}
SIGNS: dict[str, str] = {
    **dict.fromkeys(["+", "＋", "✓", "✔", "☑", "✅", "√"], Mark.PRESENT),
    **dict.fromkeys(["-", "–", "—", "−", "✗", "✘", "✕", "❌", "☒"], Mark.ABSENT),
}
# A cross ticks a box in one office and strikes a name out in the next: the other marks of the list tell which.
CROSSES = frozenset({"x", "х", "×"})

DAY_WORDS = frozenset({"day", "dan", "den", "dita", "dite", "ditë", "ден", "дан", "date", "datum", "датум", "d"})
ORDINALS = {
    1: "first prvi prv први прв parë i",
    2: "second drugi vtor други втор dytë ii",
    3: "third treći tret трећи трет tretë iii",
    4: "fourth četvrti četvrt четврти четврт katërt iv",
    5: "fifth peti petti пети петти pestë v",
}
ATTENDANCE = "attendance|present|presence|prisustvo|prisutnost|prisutan|присуство|присутност|присутен|pjesëmarrja"
ATTENDANCE += "|prania|prezenca|i pranishëm|pranishëm"
MONTHS = {
    1: "jan", 2: "feb fev shk", 3: "mar", 4: "apr pri", 5: "maj may", 6: "jun qer", 7: "jul kor",
    8: "avg aug gus", 9: "sep sht", 10: "okt oct tet", 11: "nov noe nen nën", 12: "dec dek dhj",
}  # fmt: skip

JURISDICTIONS: dict[str, str] = {
    "AL": "Albania|Republic of Albania|Shqipëria|Shqipëri|Republika e Shqipërisë|Albanija|Албанија|ALB",
    "BA": "Bosnia and Herzegovina|Bosnia & Herzegovina|Bosnia|BiH|Bosna i Hercegovina|Bosna|БиХ|Босна и Херцеговина"
    "|Bosnja dhe Hercegovina|Bosnja dhe Hercegovinë|Bosnja|Bosnja e Hercegovina|Bosnja-Hercegovina|BIH|BH",
    "XK": "Kosovo|Kosova|Kosovë|Косово|KS|Kosovo i Metohija|Косово и Метохија|UNMIK Kosovo",
    "ME": "Montenegro|Crna Gora|Црна Гора|Mali i Zi|CG|MNE",
    "MK": "North Macedonia|Republic of North Macedonia|Северна Македонија|Република Северна Македонија"
    "|Sjeverna Makedonija|Severna Makedonija|Republika Severna Makedonija|Republika Sjeverna Makedonija"
    "|Maqedonia e Veriut|Maqedonia Veriore|Republika e Maqedonisë së Veriut|Macedonia|Makedonija|Maqedonia|RSM|MKD",
    "RS": "Serbia|Republic of Serbia|Srbija|Republika Srbija|Србија|Република Србија|Serbi|SRB|Republika e Serbisë",
}


def keys(phrases: str) -> list[str]:
    return [key for key in (match_key(phrase) for phrase in phrases.split("|")) if key]


@cache
def _lookup(table: str) -> dict[str, str]:
    """One table turned round: key of a phrase → what it stands for."""
    tables = {"headings": HEADINGS, "sexes": SEXES, "roles": ROLES, "marks": MARKS, "jurisdictions": JURISDICTIONS}
    return {key: meaning for meaning, phrases in tables[table].items() for key in keys(phrases)}


@lru_cache(maxsize=4096)
def key_of(text: str) -> str:
    """The match key of a cell whose content recurs from row to row; not for names of people."""
    return match_key(text)


def heading(key: str) -> str | None:
    return _lookup("headings").get(key)


def sex(text: str) -> str | None:
    return _lookup("sexes").get(key_of(text))


def role(text: str) -> str | None:
    return _lookup("roles").get(key_of(text))


def mark(text: str) -> str | None:
    return SIGNS.get(text) or _lookup("marks").get(match_key(text))


def jurisdiction(text: str) -> str | None:
    """The code of a jurisdiction named in any of the languages; codes themselves are the caller's."""
    return _lookup("jurisdictions").get(key_of(text))


@cache
def totals() -> frozenset[str]:
    return frozenset(keys(TOTALS))


@cache
def fillers() -> frozenset[str]:
    return frozenset(match_key(word) for word in FILLERS.split())


@cache
def private_words() -> tuple[str, ...]:
    return tuple(match_key(word) for word in PRIVATE)


@cache
def day_words() -> frozenset[str]:
    return frozenset(match_key(word) for word in DAY_WORDS)


@cache
def attendance_words() -> frozenset[str]:
    return frozenset(keys(ATTENDANCE))


@cache
def ordinals() -> dict[str, int]:
    return {match_key(word): number for number, words in ORDINALS.items() for word in words.split()}


@cache
def months() -> dict[str, int]:
    return {match_key(start): number for number, starts in MONTHS.items() for start in starts.split()}
