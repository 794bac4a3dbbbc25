"""Questions for tests, one of each kind, in English and Macedonian. What is secret of them says so."""

from decimal import Decimal

from hypothesis import strategies as st

from elearning.bank.content import Accepted, Content, Option, Pair, Texts, cleaned, read_content
from elearning.choices import QuestionKind

SINGLE = {
    "kind": "single",
    "options": [{"key": "k3", "credit": 100}, {"key": "p7", "credit": 0}, {"key": "w2", "credit": 50}],
    "texts": {
        "en": {
            "stem": "What is noted beside a capture?",
            "options": {"k3": "Address, time with zone, hash value", "p7": "Only the address", "w2": "Only the time"},
            "feedback": {"k3": "Right: it shows later that nothing changed.", "p7": "No: an address is not enough."},
            "general": "A capture stands only with its note.",
        },
        "mk": {
            "stem": "Што се запишува покрај снимката?",
            "options": {"k3": "Адреса, време со зона, хеш-вредност", "p7": "Само адресата", "w2": "Само времето"},
            "feedback": {"k3": "Точно: подоцна покажува дека ништо не е сменето."},
        },
    },
}
MULTIPLE = {
    "kind": "multiple",
    "options": [
        {"key": "a9", "correct": True},
        {"key": "b8", "correct": True},
        {"key": "c7", "correct": False},
        {"key": "d6", "correct": False},
    ],
    "texts": {
        "en": {
            "stem": "Which of these belong in the log?",
            "options": {"a9": "The legal basis", "b8": "Date and time", "c7": "A private address", "d6": "A guess"},
        },
        "mk": {
            "stem": "Што влегува во дневникот?",
            "options": {"a9": "Правната основа", "b8": "Датум и време", "c7": "Приватна адреса", "d6": "Претпоставка"},
        },
    },
}
TRUE_FALSE = {
    "kind": "true_false",
    "options": [{"key": "true", "credit": 100}, {"key": "false", "credit": 0}],
    "texts": {
        "en": {"stem": "Research by an officer is an act of the authority.", "feedback": {"true": "It is."}},
        "mk": {"stem": "Истражувањето на службеникот е дејствие на органот."},
    },
}
NUMERIC = {
    "kind": "numeric",
    "accepted": [
        {"key": "n1", "credit": 100, "value": "90", "tolerance": "5"},
        {"key": "n2", "credit": 50, "value": "90", "tolerance": "20"},
    ],
    "texts": {
        "en": {"stem": "How many days is the period?", "feedback": {"n1": "That is it."}},
        "mk": {"stem": "Колку дена трае рокот?"},
    },
}
MATCHING = {
    "kind": "matching",
    "options": [{"key": "r1"}, {"key": "r2"}, {"key": "r3"}],
    "pairs": [{"key": "l1", "option": "r1"}, {"key": "l2", "option": "r2"}],
    "texts": {
        "en": {
            "stem": "Match each step to its place.",
            "pairs": {"l1": "Capture", "l2": "Report"},
            "options": {"r1": "first", "r2": "last", "r3": "never"},
        },
        "mk": {
            "stem": "Поврзи го секој чекор со неговото место.",
            "pairs": {"l1": "Снимка", "l2": "Извештај"},
            "options": {"r1": "прво", "r2": "последно", "r3": "никогаш"},
        },
    },
}
SHORT_TEXT = {
    "kind": "short_text",
    "accepted": [{"key": "s1", "credit": 100}, {"key": "s2", "credit": 50}],
    "texts": {
        "en": {"stem": "Who receives the findings?", "accepted": {"s1": "Firearms Focal Point", "s2": "FFP"}},
        "mk": {
            "stem": "Кој ги прима наодите?",
            "accepted": {"s1": "Точка за контакт за огнено оружје", "s2": "FFP"},
        },
    },
}
ONE_OF_EACH = [SINGLE, MULTIPLE, TRUE_FALSE, NUMERIC, MATCHING, SHORT_TEXT]
RIGHT = {
    "single": {"option": "k3"},
    "multiple": {"options": ["a9", "b8"]},
    "true_false": {"option": "true"},
    "numeric": {"text": "90"},
    "matching": {"pairs": {"l1": "r1", "l2": "r2"}},
    "short_text": {"text": "firearms focal point"},
}


def content_of(data):
    return read_content(data)


# ---- any question

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda text: cleaned(text) and text.split()
)
CREDITS = st.sampled_from([Decimal(0), Decimal(50), Decimal(-50), Decimal("33.33333"), Decimal(100)])
LANGUAGES = st.lists(st.sampled_from(["en", "mk", "sq", "sr", "sr-latn", "cnr"]), min_size=1, max_size=3, unique=True)


def _by_key(draw, keys, needed=True):
    return {key: draw(TEXT) for key in keys if needed or draw(st.booleans())}


@st.composite
def contents(draw):
    """A question of any kind, in one to three languages, with whatever texts people may write."""
    kind = draw(st.sampled_from(QuestionKind))
    keys = draw(st.lists(st.text("abcdefgh234", min_size=2, max_size=6), min_size=4, max_size=8, unique=True))
    half = len(keys) // 2
    options, pairs, accepted = (), (), ()
    if kind == QuestionKind.MATCHING:
        options = tuple(Option(key) for key in keys[:half])
        pairs = tuple(Pair(key, draw(st.sampled_from(keys[:half]))) for key in keys[half:])
    elif kind == QuestionKind.TRUE_FALSE:
        options = (Option("true", Decimal(100)), Option("false", Decimal(0)))
    elif kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
        options = tuple(Option(key, draw(CREDITS)) for key in keys)
    elif kind == QuestionKind.NUMERIC:
        value, tolerance = st.sampled_from(["90", "2.5", "-1"]), st.sampled_from(["", "5", "0.5"])
        accepted = tuple(Accepted(key, draw(CREDITS), draw(value), draw(tolerance)) for key in keys[:half])
    else:
        accepted = tuple(Accepted(key, draw(CREDITS)) for key in keys[:half])
    texts = {}
    for code in draw(LANGUAGES):
        chosen = [] if kind == QuestionKind.TRUE_FALSE else [one.key for one in options]
        words = [one.key for one in accepted] if kind == QuestionKind.SHORT_TEXT else []
        spoken = [] if kind == QuestionKind.MATCHING else [one.key for one in (*options, *accepted)]
        texts[code] = Texts(
            stem=draw(TEXT),
            options=_by_key(draw, chosen),
            pairs=_by_key(draw, [one.key for one in pairs]),
            accepted={key: " ".join(draw(TEXT).split()) for key in words},  # typed into one line
            feedback=_by_key(draw, spoken, needed=False),
            general=draw(st.just("") | TEXT),
        )
    content = Content(
        kind=kind, points=draw(st.sampled_from([Decimal(1), Decimal("2.5")])),
        texts=texts, options=options, pairs=pairs, accepted=accepted,
        shuffle=kind in (QuestionKind.TRUE_FALSE, *_TYPED) or draw(st.booleans()),
    )  # fmt: skip
    return read_content(content.as_json())


_TYPED = (QuestionKind.NUMERIC, QuestionKind.SHORT_TEXT)
