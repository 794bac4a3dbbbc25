"""What a learner reads around the courses, in every language: whole, right in number, and only where it belongs."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from babel.messages.pofile import read_po
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from project import catalogues
from project.catalogues import MADE, SOURCES, WRITTEN, collected, po_of, read_catalogue
from tests.elearning.making import learner, make_course, modules_of
from training.models import Account

PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|\{\w+\}")
CYRILLIC = re.compile("[Ѐ-ӿ]")
LOCALES = {"sq": "sq", "mk": "mk", "bs": "bs", "sr": "sr", "sr-latn": "sr_Latn", "cnr": "cnr"}


def forms(message):
    return list(message) if isinstance(message, tuple | list) else [message]


# ---- the catalogues themselves


@pytest.mark.parametrize("package", SOURCES)
@pytest.mark.parametrize("locale", WRITTEN)
def test_every_text_of_a_learner_is_translated_with_the_same_placeholders(package, locale):
    written = read_catalogue(po_of(package, locale))
    faults = []
    for wanted in collected(package):
        if not wanted.id:
            continue
        found = written.get(wanted.id, wanted.context)
        strings = forms(found.string) if found else []
        needed = written.num_plurals if wanted.pluralizable else 1
        said = {frozenset(PLACEHOLDER.findall(text)) for text in (*forms(wanted.id), *strings)}
        if len(strings) != needed or not all(strings) or found.fuzzy or len(said) != 1:
            faults.append(wanted.id)
    assert faults == [], "make catalogues, then translate them"


def test_what_is_collected_has_sentences_of_pages_and_of_services_and_nothing_of_editors():
    found = {forms(message.id)[0] for message in collected("elearning")}
    assert {
        "%(count)s module",
        "Not in your language yet: shown in %(language)s",
        "You have completed this course.",
    } <= found
    assert found.isdisjoint(
        {"For editors", "Nothing was made.", "A question keeps its kind. Retire this one and write another."}
    )
    assert "Log out" in {message.id for message in collected("project")}


def test_each_alphabet_keeps_to_itself():
    for package in SOURCES:
        for locale in WRITTEN:
            texts = [text for one in read_catalogue(po_of(package, locale)) if one.id for text in forms(one.string)]
            cyrillic = [text for text in texts if CYRILLIC.search(text)]
            letters = [text for text in texts if re.search("[^\\W\\d_]", PLACEHOLDER.sub("", text))]
            assert cyrillic == (letters if locale in {"mk", "sr"} else []), (package, locale)


def test_bringing_up_to_date_takes_new_texts_in_and_keeps_what_is_translated(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    monkeypatch.setattr(catalogues, "SOURCES", {"shop": ("shop",)})
    (tmp_path / "shop").mkdir()
    page = tmp_path / "shop" / "page.html"
    page.write_text("{% load i18n %}\n  {% translate 'Old' %}\n{% translate 'Stays' %}")
    catalogues.update()
    path = po_of("shop", "sr")
    path.write_text(path.read_text().replace('msgid "Stays"\nmsgstr ""', 'msgid "Stays"\nmsgstr "Остаје"'))
    page.write_text(
        "{% load i18n %}{% translate 'Stays' %}\n"
        "{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
    )
    catalogues.main(["update"])
    with path.open("rb") as source:
        found = {forms(one.id)[0]: one.string for one in read_po(source) if one.id}
    assert found == {"Stays": "Остаје", "%(n)s day": ("", "", "")}
    assert "Ostaje" in po_of("shop", "sr_Latn").with_suffix(".mo").read_bytes().decode(errors="ignore")


# ---- as Django uses them


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("sq", "26 nëntor 2026"),
        ("mk", "26 ноември 2026"),
        ("bs", "26. novembar 2026."),
        ("sr", "26. новембар 2026."),
        ("sr-latn", "26. novembar 2026."),
        ("cnr", "26. novembar 2026."),
    ],
)
def test_dates_read_right(language, expected):
    with translation.override(language):
        assert date_format(date(2026, 11, 26)) == expected


def test_days_of_the_week_in_montenegrin():
    with translation.override("cnr"):
        assert date_format(date(2026, 11, 25), "l j F Y") == "srijeda 25 novembar 2026"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("sq", ["1 modul", "2 module", "5 module", "21 module"]),
        ("mk", ["1 модул", "2 модули", "5 модули", "21 модул"]),
        ("cnr", ["1 modul", "2 modula", "5 modula", "21 modul"]),
        ("sr-latn", ["1 modul", "2 modula", "5 modula", "21 modul"]),
    ],
)
def test_numbers_take_the_right_form(language, expected):
    with translation.override(language):
        said = [ngettext("%(count)s module", "%(count)s modules", n) % {"count": n} for n in (1, 2, 5, 21)]
    assert said == expected


def test_serbian_in_latin_letters_is_the_other_one():
    assert MADE == {"sr_Latn": "sr"}
    with translation.override("sr"):
        cyrillic = gettext("Go on")
    with translation.override("sr-latn"):
        assert (cyrillic, gettext("Go on")) == ("Настави", "Nastavi")


# ---- the pages


class Texts(HTMLParser):
    """Every text a page shows or says, each by itself."""

    def __init__(self, html):
        super().__init__()
        self.found = set()
        self.feed(html)

    def handle_data(self, data):
        self.found.add(data.strip())

    def handle_starttag(self, _tag, attributes):
        self.found |= {value for name, value in attributes if name in {"aria-label", "placeholder", "title"} and value}


ENGLISH = {
    message.id
    for package in SOURCES
    for message in collected(package)
    if isinstance(message.id, str) and message.id and not message.locations[0][0].startswith("django/")
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sq", {"Kurset", "Certifikatat e mia", "Dil", "Kalo te përmbajtja", "Modulet"}),
        ("mk", {"Курсеви", "Мои сертификати", "Одјави се", "Кон содржината", "Модули"}),
        ("bs", {"Kursevi", "Moji certifikati", "Odjavi se", "Na sadržaj", "Moduli"}),
        ("sr", {"Курсеви", "Моји сертификати", "Одјави се", "На садржај", "Модули"}),
        ("sr-latn", {"Kursevi", "Moji sertifikati", "Odjavi se", "Na sadržaj", "Moduli"}),
        ("cnr", {"Kursevi", "Moji sertifikati", "Odjavi se", "Na sadržaj", "Moduli"}),
    ],
)
def test_an_officer_sees_no_english_but_that_of_the_course(language, words, officer, client_of):
    learner(officer)
    course = make_course()
    Account.objects.filter(pk=officer.pk).update(language=language)
    client = client_of(officer)
    begun = client.post(reverse("course_enrol", args=[course.slug]), follow=True)
    first = modules_of(course)[0]
    pages = [
        begun,
        client.post(reverse("module_read", args=[course.slug, first.slug]), follow=True),
        client.get(reverse("courses")),
        client.get(reverse("course", args=[course.slug])),
        client.get(reverse("course_search", args=[course.slug]) + "?q=nowhere"),
        client.get(reverse("own_certificates")),
        client.get(reverse("own_account")),
    ]
    said = [Texts(page.content.decode()).found for page in pages]
    assert words <= set().union(*said)
    assert [texts & ENGLISH for texts in said] == [set()] * len(said)
    assert all(f'<html lang="{language}">' in page.content.decode() for page in pages)


@pytest.mark.django_db
def test_a_refusal_is_said_in_the_readers_language(officer, client_of):
    learner(officer)
    course = make_course(is_open=False)
    Account.objects.filter(pk=officer.pk).update(language="cnr")
    page = client_of(officer).post(reverse("course_enrol", args=[course.slug]), follow=True)
    assert "Ovaj kurs trenutno nije otvoren." in page.content.decode()


@pytest.mark.django_db
def test_pages_of_staff_stay_english(trainer, client_of):
    Account.objects.filter(pk=trainer.pk).update(language="mk")
    page = client_of(trainer).get(reverse("sessions")).content.decode()
    assert '<html lang="en">' in page
    assert {"Sessions", "Log out", "Skip to the content"} <= Texts(page).found
