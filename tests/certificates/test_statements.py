"""Statements: what they say is signed, in one written form, and stays good after the key has changed."""

import pytest

from certificates import keys, statements
from certificates.serials import new_serial, read_serial
from certificates.statements import StatementError
from tests.certificates.papers import content


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.CERTIFICATE_KEYS = tmp_path / "keys"


def test_a_statement_says_what_the_certificate_says():
    said = content(name="Ђурђица Џбунић-Тест", expires_on="")
    read = statements.read(statements.sign(statements.statement_of(said)))
    assert (read.name, read.serial, read.days_attended, read.expires_on) == (said.name, said.serial, "3", "")


def test_a_change_of_any_one_character_fails():
    text = statements.sign(statements.statement_of(content()))
    for place, letter in enumerate(text):
        for other in "A7" if letter not in "A7" else "BZ":
            with pytest.raises(StatementError):
                statements.read(text[:place] + other + text[place + 1 :])


@pytest.mark.parametrize("spoil", [str.lower, lambda text: text[:-1], lambda text: text + "A", lambda text: text + "="])
def test_a_statement_has_one_written_form(spoil):
    with pytest.raises(StatementError):
        statements.read(spoil(statements.sign(statements.statement_of(content()))))


@pytest.mark.parametrize("text", ["", "A", "Ж" * 200, "A" * 100_000, "é", "AAAA AAAA"])
def test_what_is_no_statement_is_refused_in_plain_words(text):
    with pytest.raises(StatementError, match="no statement"):
        statements.read(text)


def test_rotating_the_key_keeps_old_statements_good_and_destroys_what_signed_them():
    old = statements.sign(statements.statement_of(content()))
    keys.rotate()
    new = statements.sign(statements.statement_of(content()))
    assert statements.read(old)
    assert statements.read(new)
    assert [key.private is None for key in keys.statement_keys()] == [True, False]
    assert sorted(path.name for path in keys.folder().iterdir()) == ["statement-0001.pub.pem", "statement-0002.pem"]


def test_a_statement_of_another_house_is_not_ours(settings, tmp_path):
    theirs = statements.sign(statements.statement_of(content()))
    settings.CERTIFICATE_KEYS = tmp_path / "others"
    keys.signing_key()
    with pytest.raises(StatementError, match="not one of ours"):
        statements.read(theirs)


def test_processes_that_start_together_make_one_key(together):
    made, errors = together(*[lambda: keys.signing_key().id] * 8)
    assert errors == []
    assert len(set(made)) == 1
    assert len(keys.statement_keys()) == 1


def test_a_serial_is_read_however_it_was_typed():
    serial = "EV-01AB-CDEF-GHJK-MNPQ"
    assert {
        read_serial(typed) for typed in (serial, "ev o1ab cdef ghjk mnpq", "OLABCDEFGHJKMNPQ", "EV01ABCDEFGHJKMNPQ")
    } == {serial}
    assert read_serial("EV-01AB") == read_serial("") == read_serial("U" * 16) == ""


def test_a_serial_has_eighty_bits_of_chance():
    drawn = [new_serial().replace("-", "")[2:] for _number in range(2000)]
    assert len(set(drawn)) == 2000
    assert {len(serial) for serial in drawn} == {16}
    assert all(len({serial[place] for serial in drawn}) == 32 for place in range(16))
