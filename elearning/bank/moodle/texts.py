"""Texts of Moodle questions: HTML made plain, and several languages in one text.

Moodle's own filter marks a language as `<span lang="sq" class="multilang">…</span>`, one of its plugins as
`{mlang sq}…{mlang}`. What stands outside such marks belongs to every language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from elearning.bank.content import cleaned
from elearning.languages import LANGUAGES

# Our code of a language, and what Moodle calls it.
MOODLES = {"sr": "sr_cr", "sr-latn": "sr_lt"}
OURS = {moodle: ours for ours, moodle in MOODLES.items()} | {"me": "cnr", "bs": "bs", "hr": "bs", "sr-cyrl": "sr"}
MARKUP = re.compile(r"<\s*/?\s*[a-zA-Z][^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);")
MLANG = re.compile(r"\{mlang\s+([\w,\- ]+)\}(.*?)\{mlang\}", re.DOTALL | re.IGNORECASE)
BLOCKS = {"p", "div", "ul", "ol", "table", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
LINES = {"br", "tr"}
SILENT = {"script", "style"}
RAISED = str.maketrans("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ")
LOWERED = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")


@dataclass
class Read:
    """A text by language; `None` where it says none. `lost` names what plain text cannot carry."""

    said: dict[str | None, str]
    lost: set[str] = field(default_factory=set)


def read_text(text: str, form: str) -> Read:
    """What a text element says. `form` is its format: html, moodle_auto_format, plain_text or markdown."""
    if form not in ("html", "moodle_auto_format", ""):
        return Read({None: cleaned(text)})
    marked = MLANG.sub(_as_spans, text)
    if form != "html" and not MARKUP.search(marked):
        return Read({None: cleaned(text)})
    reader = _Reader()
    reader.feed(marked)
    reader.close()
    codes: set[str | None] = {code for code, _part in reader.parts if code}
    said: dict[str | None, str] = {}
    for code in [*codes] or [None]:
        said[code] = _plain("".join(part for of, part in reader.parts if of in (None, code)))
    return Read({code: text for code, text in said.items() if text}, reader.lost)


def _as_spans(found: re.Match[str]) -> str:
    codes = [code.strip() for code in found[1].split(",")]
    return "".join(f'<span class="multilang" lang="{code}">{found[2]}</span>' for code in codes)


def ours(code: str) -> str | None:
    """Our code of a language as Moodle calls it; None for one that courses are not read in."""
    plain = code.lower().replace("-", "_")
    found = OURS.get(plain, OURS.get(code.lower(), plain.replace("_", "-")))
    return found if found in LANGUAGES else None


class _Reader(HTMLParser):
    """Gathers text with the language it stands in. Line breaks are marked by \\v, paragraphs by \\f, until spaces are
    made one."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[tuple[str | None, str]] = []
        self.lost: set[str] = set()
        self._spans: list[str | None] = []
        self._silent = 0
        self._table: dict[int, int] | None = None

    @property
    def _language(self) -> str | None:
        return next((code for code in reversed(self._spans) if code), None)

    def _add(self, text: str) -> None:
        self.parts.append((self._language, text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "span":
            is_language = "multilang" in (told.get("class") or "").split()
            self._spans.append((ours(told.get("lang") or "") or "?") if is_language else None)
        elif tag in SILENT:
            self._silent += 1
        elif tag in BLOCKS:
            self._add("\f")
        elif tag in LINES:
            self._add("\v")
        elif tag == "li":
            self._add("\v- ")
        elif tag in ("sup", "sub"):
            self._table = RAISED if tag == "sup" else LOWERED
        elif tag in ("img", "video", "audio", "object", "iframe"):
            self.lost.add("picture" if tag == "img" else "medium")

    def handle_endtag(self, tag: str) -> None:
        if tag == "span" and self._spans:
            self._spans.pop()
        elif tag in SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in BLOCKS:
            self._add("\f")
        elif tag == "td":
            self._add(" ")
        elif tag in ("sup", "sub"):
            self._table = None

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._add(data.translate(self._table) if self._table else data)


def _plain(marked: str) -> str:
    """Spaces as a browser would show them, then the breaks."""
    spaced = re.sub(r"[ \t\r\n]+", " ", marked)
    return cleaned(re.sub(r" *\f[ \f\v]*", "\n\n", spaced).replace("\v", "\n"))


@dataclass(frozen=True)
class Written:
    text: str
    form: str


def write_text(said: Mapping[str, str], languages: list[str]) -> Written:
    """One text for all these languages: as it is where they agree, marked by language where not.

    Reading it gives back what was written, letter by letter.
    """
    texts = {said.get(code, "") for code in languages}
    if len(texts) == 1:
        return Written(texts.pop(), "plain_text")
    spans = [
        f'<span lang="{MOODLES.get(code, code)}" class="multilang">{_html(said[code])}</span>'
        for code in languages
        if said.get(code)
    ]
    return Written("".join(spans), "html")


def _html(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")
