"""How fresh the translations of a course are: block by block, whether every piece of the source's text is translated,
and question by question, whether it can be asked in that language.

A piece whose source has changed has no translation any more, whatever the date: wagtail-localize keeps translations by
what they translate. So this says what is stale by content, not by clock.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from wagtail.models import Locale, Page
from wagtail_localize.models import String, StringTranslation

from elearning.bank.gaps import missing, untold
from elearning.languages import LANGUAGES, SOURCE, own_name
from elearning.models import Course, ModulePage, Question, QuestionVersion
from elearning.models.pieces import Pair, fingerprint, pieces_of, place_of, side_by_side


@dataclass(frozen=True)
class Place:
    """A block, or a field of the page, with how many of its pieces of text wait for a translator; `name` is its id or
    the field's name. text: the first that waits.

    pairs: each that waits beside what the published translation says there, where somebody can say that it holds; empty
    where there is no such translation, or one of other pieces. seen: the fingerprint of the place on both sides.
    """

    name: str
    label: str
    text: str
    waiting: int
    pieces: int
    pairs: Sequence[Pair] = ()
    seen: str = ""

    @property
    def is_fresh(self) -> bool:
        return self.waiting == 0


@dataclass(frozen=True)
class Freshness:
    """A page in one language: `is_there` says whether a page of that language is published at all."""

    page: Page
    language: str
    is_there: bool
    places: Sequence[Place]

    @property
    def stale(self) -> int:
        return sum(not place.is_fresh for place in self.places)


@dataclass(frozen=True)
class QuestionFreshness:
    """A question in one language: `lacks` says what of the key is missing there, where somebody began to translate it.

    `source_version` is the version that last changed the source's texts, where the translation is older than that.
    """

    question: Question
    is_begun: bool
    lacks: Sequence[str]
    untold: int
    source_version: int | None

    @property
    def is_fresh(self) -> bool:
        return self.is_begun and not self.lacks and self.source_version is None


def languages_of(course: Course) -> list[tuple[str, str]]:
    """The languages the course has pages in beside the one it was written in, with their own names."""
    codes = list(course.pages.order_by("pk").values_list("locale__language_code", flat=True))
    return [(code, own_name(code)) for code in LANGUAGES if code in codes[1:]]


def questions_of(course: Course, language: str) -> list[QuestionFreshness]:
    """Every question that is asked, in the order of the bank. Three queries, whatever the number of questions."""
    first = course.pages.order_by("pk").values_list("locale__language_code", flat=True).first()
    source = first or SOURCE
    asked = list(Question.objects.of(course).asked())
    versions = QuestionVersion.objects.filter(question__in=asked).order_by("question", "number")
    told: dict[int, list[QuestionVersion]] = {}
    for version in versions:
        told.setdefault(version.question_id, []).append(version)
    return [_question(one, language, _newer_source(told[one.pk], source, language)) for one in asked]


def _question(question: Question, language: str, newer: int | None) -> QuestionFreshness:
    content = question.content
    is_begun = language in content.texts and bool(content.texts[language].as_json())
    lacks = missing(content, language) if is_begun else ()
    return QuestionFreshness(question, is_begun, lacks, untold(content, language) if is_begun else 0, newer)


def _newer_source(versions: Sequence[QuestionVersion], source: str, language: str) -> int | None:
    """The version that last changed what the source says, where the translation was not touched since."""
    changed = {source: 0, language: 0}
    before: dict[str, object] = {source: None, language: None}
    for version in versions:
        texts = version.content.get("texts", {})
        for code in changed:
            if texts.get(code) != before[code]:
                changed[code], before[code] = version.number, texts.get(code)
    return changed[source] if changed[source] > changed[language] > 0 else None


def freshness_of(course: Course, language: str) -> list[Freshness]:
    """The course's page and its modules as they are published in the source, held against what is translated.

    Eight queries, whatever the number of modules and blocks.
    """
    pages = _sources(course)
    if not pages:
        return []
    locale = Locale.objects.get(language_code=language)
    there = _published(pages, locale)
    pieces = {page.pk: pieces_of(page) for page in pages}
    translated = _translated((text for found in pieces.values() for _path, text in found), pages[0].locale, locale)
    found = []
    for page in pages:
        own = there.get(page.translation_key)
        pairs = side_by_side(pieces[page.pk], pieces_of(own)) if own else {}
        found.append(Freshness(page, language, own is not None, _places(page, pieces[page.pk], translated, pairs)))
    return found


def published_pair(course: Course, language: str, pk: int) -> tuple[Page, Page] | None:
    """A page of the course in the source, and as it is published in the language; None where either is not."""
    source = next((page for page in _sources(course) if page.pk == pk), None)
    locale = Locale.objects.filter(language_code=language).first()
    if source is None or locale is None or locale == source.locale:
        return None
    translated = _published([source], locale).get(source.translation_key)
    return (source, translated) if translated else None


def _sources(course: Course) -> list[Page]:
    """The course's page and its modules, in the language it was written in."""
    source = course.pages.select_related("locale").order_by("pk").first()
    if source is None:
        return []
    return [source, *ModulePage.objects.child_of(source).live().select_related("locale").order_by("path")]


def _published(pages: Sequence[Page], locale: Locale) -> dict[UUID, Page]:
    keys = [page.translation_key for page in pages]
    found = Page.objects.filter(translation_key__in=keys, locale=locale, live=True).select_related("locale")
    return {page.translation_key: page for page in found.specific()}


def _translated(texts: Iterable[str], source: Locale, target: Locale) -> set[tuple[str, str]]:
    """Each piece that has a translation, with the place it was translated for."""
    hashes = {String._get_data_hash(text) for text in texts}
    found = StringTranslation.objects.filter(
        translation_of__locale=source, translation_of__data_hash__in=hashes, locale=target, has_error=False
    )
    return set(found.values_list("context__path", "translation_of__data"))


def _places(
    page: Page,
    pieces: list[tuple[str, str]],
    translated: set[tuple[str, str]],
    side: Mapping[str, Sequence[Pair]],
) -> list[Place]:
    labels = {str(block.id): block.block.label or block.block_type for block in getattr(page, "body", ())}
    totals, waiting = Counter[str](), dict[str, list[str]]()
    for path, text in pieces:
        totals[place_of(path)] += 1
        if (path, text) not in translated:
            waiting.setdefault(place_of(path), []).append(text)
    found = []
    for name, total in totals.items():
        texts, both = waiting.get(name, []), side.get(name, ())
        # A piece that says the same as the source was never translated: that cannot hold.
        pairs = [pair for pair in both if (pair.path, pair.text) not in translated and pair.told != pair.text]
        own = Place(name, str(labels.get(name, name)), texts[0] if texts else "", len(texts), total)
        holds = pairs and len(pairs) == len(texts)
        found.append(replace(own, pairs=pairs, seen=fingerprint(both)) if holds else own)
    return found
