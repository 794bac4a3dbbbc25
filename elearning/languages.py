"""The languages courses are read in, and which one stands in where a text is missing in the reader's own."""

from collections.abc import Collection, Iterable

from django.utils.translation import get_language_info

SOURCE = "en"

# Closest first: mutually understood and in the same script before another script, English last.
_NEXT: dict[str, tuple[str, ...]] = {
    "en": (),
    "sq": (),
    "mk": ("sr", "bs"),
    "bs": ("cnr", "sr-latn", "sr"),
    "cnr": ("bs", "sr-latn", "sr"),
    "sr": ("sr-latn", "bs", "cnr"),
    "sr-latn": ("bs", "cnr", "sr"),
}
LANGUAGES = tuple(_NEXT)


def reading_order(language: str) -> tuple[str, ...]:
    """`language`, then what stands in for it, every language once: whatever there is, something is shown.

    An unknown code reads as English.
    """
    wanted = language if language in _NEXT else SOURCE
    first = (wanted, *_NEXT[wanted], SOURCE)
    return tuple(dict.fromkeys((*first, *LANGUAGES)))


def best(available: Collection[str], language: str) -> str | None:
    """Which of the `available` languages a reader of `language` gets. None where there is none."""
    return next((code for code in reading_order(language) if code in available), None)


def own_name(language: str) -> str:
    """A language as its readers call it: shqip, македонски."""
    return str(get_language_info(language)["name_local"])


def named(languages: Iterable[str]) -> list[tuple[str, str]]:
    """Codes with their own names, in the order of LANGUAGES."""
    wanted = set(languages)
    return [(code, own_name(code)) for code in LANGUAGES if code in wanted]
