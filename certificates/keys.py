"""The keys that sign: Ed25519 for statements (the QR code), X.509 for PDFs.

Statement keys are numbered files in CERTIFICATE_KEYS, made when first needed and readable by their owner alone:
`statement-0001.pem`. The highest number signs. Rotation makes the next one and leaves of the old one its public half,
`statement-0001.pub.pem`, so that what it signed stays checkable for good.
"""

import os
import re
import tempfile
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings

ID_BYTES = 5  # eight letters of base 32
NAME = re.compile(r"statement-(\d{4})(\.pub)?\.pem")


@dataclass(frozen=True)
class StatementKey:
    """`private` is None for a key that signs no more."""

    number: int
    public: Ed25519PublicKey
    private: Ed25519PrivateKey | None

    @property
    def raw(self) -> bytes:
        return self.public.public_bytes_raw()

    @property
    def short(self) -> bytes:
        """What a statement names its key by: the beginning of the key's hash."""
        return sha256(self.raw).digest()[:ID_BYTES]

    @property
    def id(self) -> str:
        return b32encode(self.short).decode()


def folder() -> Path:
    return Path(settings.CERTIFICATE_KEYS)


def statement_keys() -> list[StatementKey]:
    """All there are, the oldest first; one that was rotated is there with its public half."""
    found: dict[int, StatementKey] = {}
    for path in sorted(folder().glob("statement-*.pem")):
        if named := NAME.fullmatch(path.name):
            number, pem = int(named[1]), path.read_bytes()
            key = _public(number, pem) if named[2] else _private(number, pem)
            # Between the two steps of a rotation both halves are there.
            found[number] = key if key.private else found.get(number, key)
    return [found[number] for number in sorted(found)]


def signing_key() -> StatementKey:
    """The one that signs, made first where there is none. Processes that start together end with the same one."""
    key = next(iter(statement_keys()[-1:]), None)
    if key is None or key.private is None:
        return _make(key.number + 1 if key else 1)
    return key


def rotate() -> StatementKey:
    """A new key signs from now on. The private half of the old one is destroyed; statements it signed stay good."""
    old = signing_key()
    new = _make(old.number + 1)
    public = old.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    write_once(folder() / f"statement-{old.number:04}.pub.pem", lambda: public)
    (folder() / f"statement-{old.number:04}.pem").unlink(missing_ok=True)
    return new


def _make(number: int) -> StatementKey:
    def fresh() -> bytes:
        return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    return _private(number, write_once(folder() / f"statement-{number:04}.pem", fresh))


def write_once(path: Path, content: Callable[[], bytes]) -> bytes:
    """What the file holds, after writing it whole if it was not there. Of several who try at once, one writes."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content())
            os.link(name, path)
        except FileExistsError:
            pass
        finally:
            Path(name).unlink()
    return path.read_bytes()


def _private(number: int, pem: bytes) -> StatementKey:
    key = load_pem_private_key(pem, None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"Statement key {number} is no Ed25519 key.")
    return StatementKey(number, key.public_key(), key)


def _public(number: int, pem: bytes) -> StatementKey:
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError(f"Statement key {number} is no Ed25519 key.")
    return StatementKey(number, key, None)
