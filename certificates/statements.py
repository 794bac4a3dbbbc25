"""The compact signed statement that a certificate's QR code carries: what it says, checkable without any network.

A statement is base 32 (A–Z, 2–7, so that a QR code takes it in little room) of

    1 byte   version, 1
    5 bytes  which key signed: the beginning of SHA-256 of the public key
    64 bytes Ed25519 signature of "evidenca-statement" and all the rest
    the rest a JSON list in UTF-8: serial, name, kind, title, place, first day, last day, hours, days attended,
             days held, issued on, valid until, issuer; "" for what the certificate does not say

Each statement has exactly one written form, so that a changed character never goes unnoticed.
"""

import json
from base64 import b32decode, b32encode
from dataclasses import astuple, dataclass, fields

from cryptography.exceptions import InvalidSignature

from certificates.content import Content
from certificates.keys import ID_BYTES, StatementKey, signing_key, statement_keys

VERSION = b"\x01"
SIGNED_AS = b"evidenca-statement"
SIGNATURE_BYTES = 64
HEAD = len(VERSION) + ID_BYTES
MOST_LETTERS = 4000  # more no QR code holds


class StatementError(ValueError):
    """The text is no statement, or none of ours, or was changed."""


@dataclass(frozen=True)
class Statement:
    """What a certificate says in short; dates as 2026-05-14, all of it text."""

    serial: str
    name: str
    kind: str
    title: str
    place: str
    start: str
    end: str
    hours: str
    days_attended: str
    days: str
    issued_on: str
    expires_on: str
    issuer: str


def statement_of(content: Content) -> Statement:
    return Statement(**{field.name: _text(getattr(content, field.name)) for field in fields(Statement)})


def unsigned(content: Content) -> str:
    """As long as the statement will be, and worth nothing: for looking at a certificate before it is issued."""
    return _written(bytes(HEAD + SIGNATURE_BYTES + len(_payload(statement_of(content)))))


def sign(statement: Statement) -> str:
    key = signing_key()
    payload = _payload(statement)
    if key.private is None:
        raise StatementError("There is no key to sign with.")
    signature = key.private.sign(_signed(VERSION + key.short, payload))
    return _written(VERSION + key.short + signature + payload)


def read(text: str, keys: list[StatementKey] | None = None) -> Statement:
    """What the statement says, once its signature is found right. Raises StatementError in plain words otherwise."""
    data = _bytes(text)
    head, signature, payload = data[:HEAD], data[HEAD : HEAD + SIGNATURE_BYTES], data[HEAD + SIGNATURE_BYTES :]
    if head[:1] != VERSION:
        raise StatementError("This is no statement of a certificate, or one of a newer version.")
    known = {key.short: key for key in (statement_keys() if keys is None else keys)}
    key = known.get(head[1:])
    if key is None:
        raise StatementError("The statement was signed with a key that is not one of ours.")
    try:
        key.public.verify(signature, _signed(head, payload))
        return Statement(*json.loads(payload))
    except (InvalidSignature, TypeError, ValueError):
        raise StatementError("The statement was changed: its signature does not fit.") from None


def looks_like_one(text: str) -> bool:
    try:
        return _bytes(text)[:1] == VERSION
    except StatementError:
        return False


def _payload(statement: Statement) -> bytes:
    return json.dumps(astuple(statement), ensure_ascii=False, separators=(",", ":")).encode()


def _signed(head: bytes, payload: bytes) -> bytes:
    return SIGNED_AS + head + payload


def _written(data: bytes) -> str:
    return b32encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        data = b32decode(text + "=" * (-len(text) % 8)) if len(text) <= MOST_LETTERS else b""
    except ValueError:
        data = b""
    if len(data) <= HEAD + SIGNATURE_BYTES or _written(data) != text:
        raise StatementError("This is no statement of a certificate: some of it is missing, or was changed.")
    return data


def _text(value: object) -> str:
    return "" if value is None else str(value)
