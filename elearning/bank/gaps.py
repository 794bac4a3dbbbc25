"""What keeps a question from being asked: in its key, and in each of its languages."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from elearning.bank.content import FALSE, FULL, TRUE, Content, Option, Texts
from elearning.choices import QuestionKind

MOST_ROWS = 20
LONGEST_STEM, LONGEST_ROW = 4000, 1000
# Thirds and sevenths are written with five decimals.
NEARLY = Decimal("0.01")


def problems(content: Content) -> list[str]:
    """Why nobody could answer this question in any language, in sentences; empty where one language is whole.

    A language that is not is kept, so that an answer can be added before its translators come to it; nobody is asked in
    it until it is whole, and nothing is published in it (`differences`).
    """
    found = list(_key_problems(content))
    if not content.languages:
        found.append(_("Write what is asked, in at least one language."))
    elif not whole_languages(content):
        found += [gap for code in content.languages for gap in gaps(content, code)]
    for texts in content.texts.values():
        found += _too_long(texts)
    return found


def whole_languages(content: Content) -> list[str]:
    """Those the question can be asked in: nothing of what is right is missing there."""
    return [code for code in content.languages if not missing(content, code)]


def differences(content: Content) -> dict[str, list[str]]:
    """What the languages that somebody began with lack of the key, by language; empty where they all have the same."""
    begun = [code for code, texts in content.texts.items() if texts.as_json()]
    found = {code: missing(content, code) for code in begun}
    return {code: lacks for code, lacks in found.items() if lacks}


def gaps(content: Content, language: str) -> list[str]:
    """As `missing`, each with the code of the language before it."""
    return [f"{language}: {what}" for what in missing(content, language)]


def missing(content: Content, language: str) -> list[str]:
    """What of the key a reader of that language would not get as others do; empty where nothing is missing."""
    texts = content.texts.get(language, Texts())
    found: list[str] = []
    if not texts.stem:
        return [_("what is asked is missing.")]
    if content.kind != QuestionKind.TRUE_FALSE:
        found += _missing(texts.options, [one.key for one in content.options], _("answer"))
    found += _missing(texts.pairs, [one.key for one in content.pairs], _("left side of a pair"))
    if content.kind == QuestionKind.SHORT_TEXT:
        found += _missing(texts.accepted, [one.key for one in content.accepted], _("accepted text"))
    shown = [text.casefold() for text in texts.options.values()]
    if len(set(shown)) != len(shown):
        found.append(_("two answers read the same."))
    return found


def untold(content: Content, language: str) -> int:
    """How many remarks on answers other languages have and this one does not: a pity, but no other key."""
    own = content.texts.get(language, Texts())
    everywhere = {key for texts in content.texts.values() for key in texts.feedback}
    said = content.texts.values()
    general = sum(any(getattr(texts, name) for texts in said) and not getattr(own, name) for name in _GENERAL)
    return len(everywhere - set(own.feedback)) + general


_GENERAL = ("general", "right", "partly", "wrong")


def _missing(said: Mapping[str, str], keys: Sequence[str], what: str) -> Iterator[str]:
    number = sum(key not in said for key in keys)
    if number:
        yield _("%(what)s without a text: %(number)s.") % {"what": what, "number": number}


def _too_long(texts: Texts) -> Iterator[str]:
    if len(texts.stem) > LONGEST_STEM:
        yield _("What is asked has at most %(most)s letters.") % {"most": LONGEST_STEM}
    rows = [*texts.options.values(), *texts.pairs.values(), *texts.accepted.values(), *texts.feedback.values()]
    if any(len(text) > LONGEST_ROW for text in rows):
        yield _("An answer or a remark has at most %(most)s letters.") % {"most": LONGEST_ROW}


def _key_problems(content: Content) -> Iterator[str]:
    if not 0 < content.points <= FULL:
        yield _("A question is worth more than 0 and at most 100 points.")
    rows = max(len(content.options), len(content.pairs), len(content.accepted))
    if rows > MOST_ROWS:
        yield _("A question has at most %(most)s answers.") % {"most": MOST_ROWS}
    worth = [*(one.credit for one in content.options), *(one.credit for one in content.accepted)]
    if any(abs(credit) > FULL for credit in worth):
        yield _("A credit lies between -100 and 100 per cent.")
    yield from _OF_A_KIND[content.kind](content)


def _single(content: Content) -> Iterator[str]:
    if len(content.options) < 2:
        yield _("At least two answers are needed.")
    if not any(one.credit == FULL for one in content.options):
        yield _("One answer has to be right.")


def _multiple(content: Content) -> Iterator[str]:
    if len(content.options) < 2:
        yield _("At least two answers are needed.")
    right = sum((one.credit for one in content.options if one.credit > 0), Decimal(0))
    if abs(right - FULL) > NEARLY:
        yield _("The credits of the right answers have to make 100 per cent; they make %(sum)s.") % {
            "sum": right.normalize()
        }


def _true_false(content: Content) -> Iterator[str]:
    if content.options not in (
        (Option(TRUE, FULL), Option(FALSE, Decimal(0))),
        (Option(TRUE, Decimal(0)), Option(FALSE, FULL)),
    ):
        yield _("Either true or false has to be right.")


def _matching(content: Content) -> Iterator[str]:
    if len(content.pairs) < 2 or len(content.options) < 2:
        yield _("At least two pairs are needed.")


def _typed(content: Content) -> Iterator[str]:
    if not any(one.credit == FULL for one in content.accepted):
        yield _("One accepted answer has to give all the points.")
    if content.kind == QuestionKind.NUMERIC and not all(one.value for one in content.accepted):
        yield _("Each accepted answer needs its number.")


_OF_A_KIND = {
    QuestionKind.SINGLE: _single,
    QuestionKind.MULTIPLE: _multiple,
    QuestionKind.TRUE_FALSE: _true_false,
    QuestionKind.MATCHING: _matching,
    QuestionKind.NUMERIC: _typed,
    QuestionKind.SHORT_TEXT: _typed,
}
