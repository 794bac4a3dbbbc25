"""Pictures of a template: logos and scanned signatures. What is kept was drawn anew here: no byte of an upload stays.

A picture is a PNG on white, no larger than a page can show, kept in the private store under its own hash. So it never
changes, and what a certificate says of it, the hash, holds as long as the store does.
"""

import io
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import gettext as _

LARGEST_MB = 5
MOST_PIXELS = 24_000_000  # as many as a telephone takes; more would need more memory than a page is worth
KEPT_WITHIN = (1200, 480)  # pixels: 300 an inch over 10 × 4 cm
SMALLEST = 16
KINDS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}
FOLDER = "pictures"


class NewPicture(str):
    """The hash of a picture that is not in the store yet, with what will be."""

    png: bytes

    @classmethod
    def of(cls, png: bytes) -> "NewPicture":
        found = cls(sha256(png).hexdigest())
        found.png = png
        return found


def read_upload(data: bytes) -> NewPicture:
    """The picture as it will be kept. Raises ValidationError in plain words for what is none, or one too large."""
    from PIL import Image, ImageOps  # slow to import

    if len(data) > LARGEST_MB * 1_000_000:
        raise ValidationError(_("A picture has at most %(most)s MB; this file has more.") % {"most": LARGEST_MB})
    kind = next((kind for start, kind in KINDS.items() if data.startswith(start)), None)
    if kind is None:
        raise ValidationError(_("This file is no picture that can be taken: use PNG or JPEG."))
    try:
        picture: Any = Image.open(io.BytesIO(data), formats=[kind])
        if picture.width * picture.height > MOST_PIXELS:
            raise ValidationError(
                _("A picture has at most %(most)s million pixels; this one has %(width)s × %(height)s.")
                % {"most": MOST_PIXELS // 1_000_000, "width": picture.width, "height": picture.height}
            )
        if min(picture.size) < SMALLEST:
            raise ValidationError(_("A picture has at least %(least)s pixels each way.") % {"least": SMALLEST})
        picture = _on_white(ImageOps.exif_transpose(picture))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise ValidationError(_("This picture is damaged: it cannot be drawn to its end.")) from None
    picture.thumbnail(KEPT_WITHIN)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return NewPicture.of(out.getvalue())


def keep(picture: NewPicture) -> None:
    """Into the store, unless it is there."""
    if not _store().exists(_path(picture)):
        _store().save(_path(picture), ContentFile(picture.png))


def png_of(picture: str) -> bytes:
    """Raises ValueError where the store does not have it, or has another in its place."""
    try:
        with _store().open(_path(picture), "rb") as file:
            png: bytes = file.read()
    except OSError:
        raise ValueError("A picture of the template is missing from the store.") from None
    if sha256(png).hexdigest() != picture:
        raise ValueError("A picture of the template is not the one that was chosen.")
    return png


def _on_white(picture: Any) -> Any:
    """Without transparency, colour table, and whatever else a file may carry along."""
    from PIL import Image

    clear = picture.convert("RGBA")
    paper = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(paper, clear).convert("RGB")


def _store() -> Any:
    return storages["certificates"]


def _path(picture: str) -> str:
    return f"{FOLDER}/{picture}.png"
