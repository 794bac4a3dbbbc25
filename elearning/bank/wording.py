"""Comparing a few typed words with an accepted text, whatever the script, the capitals and the diacritics."""

import re

from training.names import fold_sounds, match_key, tidied, to_latin

# A star stands for any letters, as in banks of other systems; \* is the star itself.
STAR = re.compile(r"(?<!\\)\*")


def fits_words(typed: str, accepted: str, *, case_sensitive: bool = False) -> bool:
    """Whether `typed` says what is accepted.

    Огњено оружје, ognjeno oruzje and OGNJENO ORUŽJE are one. Where the accepted text has letters that keyboards
    write in several ways (Ѓ, ђ, ž), spellings of their sounds count too. With `case_sensitive` only the script and
    spaces are forgiven.
    """
    parts = [part.replace(r"\*", "*") for part in STAR.split(accepted)]
    if case_sensitive:
        return _fits([to_latin(tidied(part)) for part in parts], to_latin(tidied(typed)))
    keys, said = [match_key(part) for part in parts], match_key(typed)
    if not any(keys) and len(parts) == 1:
        return tidied(accepted) == tidied(typed)  # signs alone, such as %
    if _fits(keys, said):
        return True
    return not accepted.isascii() and _fits([fold_sounds(key) for key in keys], fold_sounds(said))


def _fits(parts: list[str], said: str) -> bool:
    if not said:
        return False
    return bool(re.fullmatch(".*".join(map(re.escape, parts)), said))
