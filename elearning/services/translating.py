"""Filling wagtail-localize's memory from a translation that exists already, so that editors go on in its pages."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from elearning.models import CoursePage, Question
from elearning.models.pieces import by_path, fingerprint, pieces_of, side_by_side
from training.models import Account
from training.permissions import Action, require
from training.services import trail


@transaction.atomic
def publish_translation(*, source: Page, translated: Page, locale: Locale, by: Account) -> None:
    """Publish the page of `locale` with the texts of `translated`, an unsaved page that has the same blocks.

    Texts are paired place by place. Raises ValidationError where a place has other pieces of text than its source (a
    list with an item more), and for a course whose questions lack something of the key there: nothing is kept then.
    """
    require(by, Action.KEEP_COURSES)
    if isinstance(source, CoursePage):
        different = Question.objects.filter(course=source.course_id).pool().differing([locale.language_code])
        if different:
            raise ValidationError([str(one) for one in different])
    kept, _made = TranslationSource.update_or_create_from_instance(source)
    translation, _made = Translation.objects.get_or_create(source=kept, target_locale=locale)
    mine, theirs = by_path(pieces_of(source)), by_path(pieces_of(translated))
    if {path: len(texts) for path, texts in mine.items()} != {path: len(texts) for path, texts in theirs.items()}:
        places = sorted(
            path for path in mine.keys() | theirs.keys() if len(mine.get(path, ())) != len(theirs.get(path, ()))
        )
        raise ValidationError(_("Not the same pieces of text at: %(places)s") % {"places": ", ".join(places[:5])})
    for segment in kept.stringsegment_set.select_related("string", "context").order_by("order"):
        StringTranslation.objects.update_or_create(
            translation_of=segment.string,
            locale=locale,
            context=segment.context,
            defaults={
                "data": theirs[segment.context.path].pop(0),
                "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
            },
        )
    translation.save_target(user=by, publish=True)


@transaction.atomic
def keep_translation(*, source: Page, translated: Page, place: str, seen: str, by: Account) -> None:
    """Note that what the published translation says in one place holds for what the source says there now. The page
    stays as it is; once the source says something else there, it waits again.

    Raises ValidationError where either was changed since it was looked at, of which `seen` is the fingerprint.
    """
    require(by, Action.KEEP_COURSES)
    pairs = side_by_side(pieces_of(source), pieces_of(translated)).get(place, [])
    if not pairs or fingerprint(pairs) != seen:
        raise ValidationError(_("The text was changed meanwhile. Look at it again."))
    kept, _made = TranslationSource.update_or_create_from_instance(source)
    segments = kept.stringsegment_set.filter(context__path__in={pair.path for pair in pairs})
    told = {(pair.path, pair.text): pair.told for pair in pairs}
    for segment in segments.select_related("string", "context"):
        _keep(segment, told[segment.context.path, segment.string.data], translated.locale, by)
    detail = {"language": translated.locale.language_code, "block": place}
    trail.record(by=by, action="translation still right", records={"page": [source.pk, translated.pk]}, detail=detail)


def _keep(segment: Any, told: str, locale: Locale, by: Account) -> None:
    """The translation of a piece, where it has none that is right already."""
    where = {"translation_of": segment.string, "context": segment.context, "locale": locale}
    if not StringTranslation.objects.filter(**where, has_error=False).exists():
        said = {"data": told, "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL, "last_translated_by": by}
        StringTranslation.objects.update_or_create(**where, defaults={**said, "has_error": False, "field_error": ""})
