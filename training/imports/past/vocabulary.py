"""The words of lists of sessions in English, Albanian, Macedonian, Serbian, Bosnian and Montenegrin.

Phrases are compared as in imports/vocabulary.py, which has the words for sexes, jurisdictions and totals.
"""

from enum import StrEnum
from functools import cache

from training.choices import Modality, SessionKind, Sex
from training.imports import vocabulary as common
from training.imports.layout import IGNORED
from training.names import match_key


class Field(StrEnum):
    """What a column may hold. A figure's column also says of whom: a sex, a jurisdiction, both, or everybody."""

    TITLE = "title"
    TOPIC = "topic"
    PROJECT = "project"
    START = "start"
    END = "end"
    DATES = "dates"
    PLACE = "place"
    JURISDICTIONS = "jurisdictions"
    KIND = "kind"
    MODALITY = "modality"
    SESSIONS = "sessions"
    FIGURE = "figure"
    SOURCE = "source"
    QUOTE = "quote"
    IGNORED = IGNORED


HEADINGS: dict[str, str] = {
    Field.TITLE: "title|name|training|session|event|activity|course|training title|title of the training|session title"
    "|name of the training|name of the session|name of the event|name of the activity|event title|activity title"
    "|titulli|titulli i trajnimit|emri i trajnimit|trajnimi|trajnim|aktiviteti|ngjarja|sesioni|emri i aktivitetit"
    "|наслов|назив|назив на обуката|наслов на обуката|обука|настан|активност|сесија|назив на настанот|назив обуке"
    "|догађај|назив догађаја|naslov|naziv|naziv obuke|naslov obuke|obuka|događaj|aktivnost|sesija|naziv događaja"
    "|naziv aktivnosti|trening|тренинг",
    Field.TOPIC: "topic|theme|subject|subject matter|thematic area|area|tema|temat|tematika|oblast|tematska oblast"
    "|tema obuke|тема|тематика|област|тематска област|тема на обуката|тема обуке|fusha|fusha tematike|tema e trajnimit",
    Field.PROJECT: "project|project title|project name|name of the project|project key|projekat|projekt"
    "|naziv projekta|проект|пројекат|назив на проектот|назив пројекта|projekti|emri i projektit|titulli i projektit",
    Field.START: "start|start date|from|first day|begin|beginning|date from|from date|od|datum od|početak"
    "|datum početka|prvi dan|почеток|од|датум од|датум на почеток|датум почетка|прв ден|први дан|почетак|fillimi"
    "|data e fillimit|nga|prej|dita e parë|data nga|nga data",
    Field.END: "end|end date|to|until|last day|date to|to date|do|datum do|kraj|datum završetka|završetak"
    "|posljednji dan|poslednji dan|крај|до|датум до|датум на завршување|датум завршетка|последен ден|последњи дан"
    "|завршеток|mbarimi|data e mbarimit|deri|deri më|përfundimi|data e përfundimit|dita e fundit|data deri",
    Field.DATES: "date|dates|period|when|date s|datum|datumi|datum održavanja|period održavanja|vrijeme održavanja"
    "|vreme održavanja|датум|датуми|период|датум на одржување|датум одржавања|data|datat|periudha|data e mbajtjes",
    Field.PLACE: "place|location|venue|city|town|where|mjesto|mesto|lokacija|grad|mjesto održavanja|mesto održavanja"
    "|место|локација|град|место на одржување|место одржавања|vendi|lokacioni|qyteti|vendi i mbajtjes",
    Field.JURISDICTIONS: "jurisdictions|jurisdiction s|countries|states|territories|jurisdikcije|države|zemlje"
    "|nadležnosti|јурисдикции|надлежности|држави|земји|јурисдикције|државе|земље|juridiksionet|shtetet|vendet|"
    + common.HEADINGS[common.Field.JURISDICTION],
    Field.KIND: "kind|type|type of training|kind of training|type of event|type of activity|vrsta|tip|vrsta obuke"
    "|tip obuke|vrsta aktivnosti|вид|тип|врста|вид на обука|тип на обука|врста обуке|lloji|lloji i trajnimit|tipi",
    Field.MODALITY: "modality|mode|format|delivery|delivery mode|mode of delivery|modalitet|način|način održavanja"
    "|oblik|модалитет|начин|начин на одржување|начин одржавања|формат|modaliteti|mënyra|forma|formati"
    "|mënyra e mbajtjes",
    Field.SESSIONS: "sessions|number of sessions|no of sessions|number of trainings|no of trainings|number of events"
    "|no of events|number of deliveries|broj sesija|broj obuka|broj održanih obuka|broj treninga|број на сесии"
    "|број на обуки|број на одржани обуки|број сесија|број обука|numri i sesioneve|numri i trajnimeve|sesione|sesionet",
    Field.SOURCE: "source|sources|source document|reference|izvor|izvori|izvor podataka|извор|извори"
    "|извор на податоци|извор података|burimi|burimet|burimi i të dhënave",
    Field.QUOTE: "quote|quotation|citation|wording|citat|navod|цитат|навод|citimi|citati",
    Field.IGNORED: common.HEADINGS[common.Field.IGNORED] + "|%",
}
# What the words for a sex look like in a heading, beside those that stand in a cell.
FIGURE_SEXES: dict[str, str] = {
    Sex.WOMEN: "womens|females|ženskih|жени|жените|женских|ženske|grave|grat|femrave|femrat",
    Sex.MEN: "mens|males|мажи|muškaraca|muških|мажите|мушкараца|мушких|burrave|burrat|meshkujve|meshkujt",
    Sex.NOT_RECORDED: "sex not recorded|sex unknown|sex not stated|not known|pol nepoznat|nepoznat pol|spol nepoznat"
    "|пол непознат|непознат пол|gjinia e panjohur",
}
# Names of jurisdictions as they stand after a preposition.
FIGURE_PLACES: dict[str, str] = {
    "AL": "Albanije|Albaniji|Албаније|Shqipërisë",
    "BA": "Bosne i Hercegovine|Bosne|Босне и Херцеговине|Bosnjës dhe Hercegovinës|Bosnjës",
    "XK": "Kosovu|Косову|Kosovës",
    "ME": "Crne Gore|Црне Горе|Malit të Zi",
    "MK": "Severne Makedonije|Sjeverne Makedonije|Северне Македоније|Makedonije|Maqedonisë së Veriut|Maqedonisë",
    "RS": "Srbije|Србије|Serbisë",
}
# Words that say how many people came, of whatever sex; beside a sex or a jurisdiction they say nothing more.
FIGURE_TOTALS = common.TOTALS + (
    "|participants|participations|trainees|trained|attendees|attendance|people|persons|headcount|officers"
    "|učesnici|učesnika|polaznici|polaznika|obučeni|obučenih|osoba|osobe|lica|prisutni|prisutnih"
    "|учесници|учесника|полазници|полазника|обучени|обучених|обучено|лица|лице|присутни|присутних|особа"
    "|pjesëmarrës|pjesëmarrësit|pjesëmarrësve|trajnuar|persona|zyrtarë|zyrtarëve|pjesëmarrja|overall"
)
FIGURE_FILLERS = (
    "number no nr num of the from in by count jurisdiction broj ukupan od iz u na za број вкупен вкупно од из во за"
    " numri i e të nga prej për në s"
)
NO_FIGURE = "percent percentage share rate procenat procent postotak udio udeo процент процентуално удел përqindja pct"

KINDS: dict[str, str] = {
    SessionKind.TRAINING: "training|training course|course|obuka|trening|kurs|обука|тренинг|курс|trajnim|kurs trajnimi",
    SessionKind.TRAINING_OF_TRAINERS: "training of trainers|training of trainer|tot|train the trainers"
    "|train the trainer|obuka trenera|obuka za trenere|trening trenera|обука за обучувачи|обука на обучувачи"
    "|обука тренера|обука за тренере|trajnim i trajnerëve|trajnim për trajnerë|trajnimi i trajnerëve",
    SessionKind.WORKSHOP: "workshop|radionica|работилница|радионица|punëtori|punëtoria",
    SessionKind.MEETING: "meeting|sastanak|состанок|састанак|takim|mbledhje",
}
MODALITIES: dict[str, str] = {
    Modality.IN_PERSON: "in person|face to face|on site|onsite|in presence|uživo|licem u lice|fizički|со присуство"
    "|со физичко присуство|во живо|лице в лице|уживо|лицем у лице|ballë për ballë|me prani fizike|fizike|fizikisht",
    Modality.ONLINE: "online|on line|onlajn|virtual|remote|webinar|na daljinu|онлајн|на далечина|на даљину|виртуелно"
    "|në distancë|virtuale|në internet",
    Modality.HYBRID: "hybrid|blended|hibridno|hibridna|kombinovano|kombinirano|хибридно|хибридна|комбинирано"
    "|комбиновано|hibrid|hibride|i kombinuar|e kombinuar",
    Modality.SELF_PACED: "self paced|e learning|elearning|e obuka|e učenje|samostalno|самостојно|е учење|самостално"
    "|vetëstudim|me ritmin e vet",
}
# A cell with one of these says that nobody knows.
UNKNOWN = (
    "n a|na|ns|n s|nk|tbc|unknown|not stated|not known|not recorded|not available|nepoznato|nije poznato|bez podataka"
    "|непознато|не е познато|нема податоци|нема податка|без података|e panjohur|i panjohur|nuk dihet|pa të dhëna"
)
CONJUNCTIONS = frozenset({"and", "i", "и", "dhe", "te", "e"})
YEAR_WORDS = ("godine", "godina", "god", "године", "година", "год", "viti", "year", "g", "г")


def _turned(phrases: dict[str, str]) -> dict[str, str]:
    """Key of a phrase → what it stands for."""
    return {key: meaning for meaning, words in phrases.items() for key in common.keys(words)}


@cache
def headings() -> dict[str, str]:
    return _turned(HEADINGS)


@cache
def sexes() -> dict[str, str]:
    return _turned(common.SEXES) | _turned(FIGURE_SEXES)


@cache
def places() -> dict[str, str]:
    return _turned(common.JURISDICTIONS) | _turned(FIGURE_PLACES)


@cache
def kinds() -> dict[str, str]:
    return _turned(KINDS) | {match_key(value): value for value in KINDS}


@cache
def modalities() -> dict[str, str]:
    return _turned(MODALITIES) | {match_key(value): value for value in MODALITIES}


@cache
def figure_totals() -> frozenset[str]:
    return frozenset(common.keys(FIGURE_TOTALS))


@cache
def figure_fillers() -> frozenset[str]:
    return frozenset(match_key(word) for word in FIGURE_FILLERS.split())


@cache
def no_figure() -> frozenset[str]:
    return frozenset(match_key(word) for word in NO_FIGURE.split())


@cache
def unknown() -> frozenset[str]:
    return frozenset(common.keys(UNKNOWN))
