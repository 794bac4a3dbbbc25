"""Serials: 16 letters and digits at random, 80 bits, so that nobody guesses one. Written in groups of four after EV."""

import re
import secrets

# Crockford's base 32: no letter that is read for a digit (I, L, O), and no U.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 16, 4
PREFIX = "EV"
READ_AS = str.maketrans("OIL", "011")


def new_serial() -> str:
    return _grouped("".join(secrets.choice(LETTERS) for _place in range(LENGTH)))


def read_serial(typed: str) -> str:
    """The serial as it is written, however it was typed: small letters, no hyphens, O for 0. Empty if it is none."""
    plain = re.sub(r"[\s\-‐‑–—]", "", typed).upper()
    if len(plain) == len(PREFIX) + LENGTH:
        plain = plain.removeprefix(PREFIX)
    plain = plain.translate(READ_AS)
    return _grouped(plain) if re.fullmatch(f"[{LETTERS}]{{{LENGTH}}}", plain) else ""


def _grouped(plain: str) -> str:
    return "-".join([PREFIX, *(plain[start : start + GROUP] for start in range(0, LENGTH, GROUP))])
