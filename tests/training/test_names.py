"""One person, many spellings."""

import pytest

from training.names import match_key, person_key, search_key, to_latin


@pytest.mark.parametrize("spelling", ["Đorđević", "ЂОРЂЕВИЋ", "Djordjevic", "đorđević"])
def test_one_name_in_any_script_has_one_key(spelling):
    assert match_key(spelling) == "djordjevic"


@pytest.mark.parametrize(
    ("typed", "written"), [("gjorgji", "Ѓорѓи"), ("djordjevic", "Ђорђевић"), ("dordevic", "Đorđević")]
)
def test_a_name_is_found_without_diacritics_and_across_scripts(typed, written):
    assert search_key(typed) == search_key(written)


def test_different_names_keep_different_keys():
    assert match_key("Shala") != match_key("Sala")


def test_the_order_of_the_words_does_not_matter_for_a_person():
    assert person_key("Ѓорѓи", "Тестовски") == person_key("Testovski", "Gjorgji")


def test_latin_spelling_keeps_capitals_and_diacritics():
    assert to_latin("Љиљана ЂОКИЋ") == "Ljiljana ĐOKIĆ"
