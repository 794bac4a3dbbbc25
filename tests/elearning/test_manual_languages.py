"""The language of a manual is told from its words; what they cannot tell is said, not guessed in silence."""

import pytest

from elearning.imports.languages import detect

# Sentences of ours on recording and approval, each written as its readers write.
TEXTS = {
    "en": "Research on the internet by an officer is an act of the authority. Before it starts, the officer records "
    "the legal basis, the purpose and the approval. Findings go to the focal point through the usual channel.",
    "sq": "Hulumtimi në internet nga një zyrtar është veprim i autoritetit. Para se të fillojë, zyrtari shënon bazën "
    "ligjore, qëllimin dhe miratimin. Gjetjet i dërgohen pikës fokale përmes kanalit të zakonshëm të njësisë.",
    "mk": "Истражувањето на интернет од страна на службеник е дејство на органот. Пред да започне, службеникот ги "
    "запишува правната основа, целта и одобрението. Наодите се доставуваат до контакт точката преку вообичаениот канал "
    "на единицата, а секој ѓавол е во деталите ќе се каже.",
    "sr-Cyrl": "Истраживање на интернету које спроводи службеник је радња органа. Пре него што почне, службеник бележи "
    "правни основ, сврху и одобрење. Налази се увек достављају контакт тачки уобичајеним каналом јединице, а "
    "обавештење о томе остаје у предмету још дуже време.",
    "sr-Latn": "Istraživanje na internetu koje sprovodi službenik je radnja organa. Pre nego što počne, službenik "
    "beleži pravni osnov, svrhu i odobrenje. Nalazi se uvek dostavljaju kontakt tački uobičajenim kanalom jedinice.",
    "bs": "Istraživanje na internetu koje provodi službenik je radnja organa. Prije nego što počne, službenik bilježi "
    "pravni osnov, svrhu i odobrenje. Općinski tužilac i sudija također dobijaju obavijest, a historija pregleda čuva "
    "se od januara. Nalazi se uvijek dostavljaju kontakt tački.",
    "hr": "Istraživanje na internetu koje provodi službenik radnja je tijela. Prije nego što počne, službenik bilježi "
    "pravnu osnovu, svrhu i odobrenje. Općinski sudac također dobiva obavijest tijekom tjedna, a povijest pregleda "
    "čuva se od siječnja. Nalazi se uvijek dostavljaju kontaktnoj točki sustava.",
    "cnr": "Istraživanje na internetu koje sprovodi službenik je radnja organa. Prije nego što počne, službenik "
    "bilježi pravni osnov, svrhu i odobrenje. Nijesu dozvoljene śenke nad postupkom; opštinski tužilac sjutra dobija "
    "obavještenje. Nalazi se uvijek dostavljaju kontakt tački Crne Gore, a źenica je nadzor.",
}


@pytest.mark.parametrize("expected", TEXTS)
def test_the_languages_of_the_region_are_told_apart(expected):
    language, _dash, script = expected.partition("-")
    found = detect(TEXTS[expected])
    assert (found.language, found.script or script) == (language, script)
    assert found.certain, found


def test_what_bosnian_montenegrin_serbian_and_croatian_share_is_uncertain():
    shared = (
        "Službenik bilježi svrhu i odobrenje prije nego što počne. Nalazi se uvijek dostavljaju uobičajenim putem, a "
        "izvještaj se piše dok je stranica još dostupna i gdje je to potrebno."
    )
    found = detect(shared)
    assert found.language in {"bs", "cnr", "hr", "sr"}
    assert {found.language, *found.others} == {"bs", "cnr", "hr", "sr"}
    cyrillic = detect(
        "Службеник биљежи сврху и одобрење прије него што почне. Налази се увијек достављају уобичајеним путем, а "
        "извјештај се пише док је страница још доступна и гдје је то потребно, ћирилицом."
    )
    assert (cyrillic.language, cyrillic.script, set(cyrillic.others)) == ("sr", "Cyrl", {"bs", "cnr"})


RUSSIAN = (
    "Прежде чем начать, сотрудник записывает правовое основание, цель и разрешение на исследование в интернете, а "
    "также сообщает об этом своему непосредственному начальнику в письменном виде."
)
GERMAN = (
    "Vor Beginn hält der Beamte die Rechtsgrundlage, den Zweck und die Genehmigung fest; der Bericht wird "
    "geschrieben, solange die Seite noch erreichbar ist."
)


@pytest.mark.parametrize("text", ["", "Too short.", "1234 5678 " * 100, RUSSIAN, GERMAN])
def test_too_little_text_or_another_language_is_left_to_a_person(text):
    assert detect(text) is None
