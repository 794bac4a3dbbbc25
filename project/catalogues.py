"""The catalogues of what learners read, beside Django's own: what goes into them, bringing them up to date, compiling.

Each package keeps its own under `locale/`; only what a learner sees is in them. Run as a module it compiles those that
are older than their source; `python -m project.catalogues update` first collects what is to be translated.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

import django
from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from training.names import to_latin

ROOT = Path(__file__).resolve().parent.parent
# How each language counts, as gettext has it.
_TWO = "nplurals=2; plural=(n != 1);"
_SLAVIC = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
WRITTEN = {
    "sq": _TWO,
    "mk": "nplurals=2; plural=(n%10==1 && n%100!=11 ? 0 : 1);",
    "bs": _SLAVIC,
    "sr": _SLAVIC,
    "cnr": _SLAVIC,
}
# Serbian in Latin letters is the other one, letter by letter.
MADE = {"sr_Latn": "sr"}

HEADER = """msgid ""
msgstr ""
"Language: {locale}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""

# What learners see of each package: folders, files, all but what only editors get.
SOURCES = {
    "project": (
        "project/menu.py", "project/templates/base.html", "project/templates/home.html", "project/templates/403.html",
        "project/templates/404.html", "project/templates/429.html",
        "project/templates/account/close.html", "project/templates/account/own.html",
        "project/templates/includes/errors.html",
        "project/templates/includes/field.html", "project/templates/includes/footer.html",
        "project/templates/includes/header.html", "project/templates/includes/menu_entry.html",
        "project/templates/includes/messages.html",
    ),
    "elearning": (
        "elearning/bank", "elearning/services", "elearning/views", "elearning/watermark.py", "elearning/templates",
    ),
    "certificates": (
        "certificates/choices.py", "certificates/templates/certificates/_state.html",
        "certificates/templates/certificates/own",
    ),
    # Whoever checks in, with an account or without.
    "training": (
        "training/services/check_in.py", "training/services/check_in_numbers.py",
        "training/templates/training/check_in/_code.html", "training/templates/training/check_in/_where.html",
        "training/templates/training/check_in/_who.html", "training/templates/training/check_in/badges.html",
        "training/templates/training/check_in/letter.txt", "training/templates/training/check_in/page.html",
        "training/templates/training/paper/base.html",
    ),
}  # fmt: skip
FOR_EDITORS = {
    "elearning/bank/content.py", "elearning/bank/gaps.py", "elearning/bank/rules.py", "elearning/bank/moodle",
    "elearning/services/bank_import.py", "elearning/services/courses.py", "elearning/services/demo.py",
    "elearning/services/extra_time.py", "elearning/templates/elearning/bank",
    "elearning/services/held.py", "elearning/services/questions.py", "elearning/services/translating.py",
    "elearning/templates/elearning/courses/_editing.html", "elearning/templates/elearning/editing",
    "elearning/templates/elearning/figures", "elearning/templates/elearning/manuals",
    "elearning/templates/elearning/preview",
    "elearning/views/analysis.py", "elearning/views/bank.py", "elearning/views/bank_files.py",
    "elearning/views/editing.py", "elearning/views/extra_time.py", "elearning/views/figures.py",
    "elearning/views/manuals.py",
}  # fmt: skip
# Months and days: Django lacks them in Montenegrin, and writes some as if they began a sentence.
DATES = "utils/dates.py"

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def po_of(package: str, locale: str) -> Path:
    return ROOT / package / "locale" / locale / "LC_MESSAGES" / "django.po"


def collected(package: str) -> Catalog:
    """What is to be translated of a package, without translations."""
    catalog = Catalog()
    for name in SOURCES[package]:
        for path in _files(ROOT / name):
            _collect(catalog, path, path.relative_to(ROOT).as_posix())
    if package == "project":
        _collect(catalog, Path(django.__file__).parent / DATES, f"django/{DATES}")
    return catalog


def _files(place: Path) -> Iterator[Path]:
    found = sorted(one for one in place.rglob("*") if one.suffix in {".py", ".html"}) if place.is_dir() else [place]
    for path in found:
        names = (path, *path.parents)
        if not any(one.is_relative_to(ROOT) and one.relative_to(ROOT).as_posix() in FOR_EDITORS for one in names):
            yield path


def _collect(catalog: Catalog, path: Path, name: str) -> None:
    text = path.read_text(encoding="utf-8")
    if path.suffix in {".html", ".txt"}:
        text = f"({templatize(text, origin=name)})"  # inside brackets a template's indentation means nothing
    for line, message, comments, context in extract("python", BytesIO(text.encode()), keywords=KEYWORDS):
        catalog.add(message, None, [(name, line)], auto_comments=comments, context=context)


def read_catalogue(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source)


def update() -> None:
    """Take new texts into every catalogue, without a translation, and drop what nothing says any more."""
    for package in SOURCES:
        template = collected(package)
        for locale, plurals in WRITTEN.items():
            path = po_of(package, locale)
            catalog = read_catalogue(path) if path.exists() else Catalog()
            catalog.update(template, no_fuzzy_matching=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as target:
                target.write(HEADER.format(locale=locale, plurals=plurals).encode())
                write_po(target, catalog, width=120, ignore_obsolete=True, include_lineno=False, omit_header=True)


def compile_all() -> None:
    """Bring every compiled catalogue up to its source; what is new enough is left alone."""
    for package in SOURCES:
        for locale in (*WRITTEN, *MADE):
            source = po_of(package, MADE.get(locale, locale))
            target = po_of(package, locale).with_suffix(".mo")
            newest = max(source.stat().st_mtime, Path(__file__).stat().st_mtime)
            if not target.exists() or target.stat().st_mtime < newest:
                catalog = read_catalogue(source)
                _write(target, in_latin(catalog) if locale in MADE else catalog)


def in_latin(catalog: Catalog) -> Catalog:
    """The same with every translation in Latin letters; placeholders are in them already."""
    for message in catalog:
        said = message.string
        if message.id and said:
            message.string = to_latin(said) if isinstance(said, str) else tuple(to_latin(form) for form in said)
    return catalog


def _write(target: Path, catalog: Catalog) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as written:
        write_mo(written, catalog)
    part.replace(target)


def main(steps: Iterable[str]) -> None:
    if "update" in steps:
        update()
    compile_all()


if __name__ == "__main__":
    main(sys.argv[1:])
