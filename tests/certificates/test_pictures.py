"""Pictures people upload: looked at by what they are, bounded, and drawn anew before anything is kept."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from certificates.pictures import KEPT_WITHIN, MOST_PIXELS, keep, png_of, read_upload
from tests.certificates.papers import picture


def opened(found):
    return Image.open(io.BytesIO(found.png))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_kept_as_a_png_on_white(kind):
    found = opened(read_upload(picture(kind=kind, colour="#0b5a66")))
    assert (found.format, found.mode) == ("PNG", "RGB")
    red, green, blue = found.getpixel((5, 5))
    assert max(abs(red - 0x0B), abs(green - 0x5A), abs(blue - 0x66)) < 4


def test_what_is_clear_becomes_white():
    out = io.BytesIO()
    Image.new("RGBA", (100, 50), (255, 0, 0, 0)).save(out, "PNG")
    assert opened(read_upload(out.getvalue())).getpixel((5, 5)) == (255, 255, 255)


def test_a_large_one_is_made_smaller_in_proportion():
    found = opened(read_upload(picture(size=(3000, 1000))))
    assert found.size == (1200, 400)
    assert all(side <= most for side, most in zip(found.size, KEPT_WITHIN, strict=True))


def test_nothing_a_file_carries_along_is_kept():
    data = picture() + b"<script>alert(1)</script>"
    found = read_upload(data)
    assert b"script" not in found.png
    assert read_upload(picture()) == found


def test_a_photograph_taken_on_its_side_stands_upright():
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (300, 100), "#123456").save(out, "JPEG", exif=exif)
    assert opened(read_upload(out.getvalue())).size == (100, 300)


def bomb(width, height):
    """A PNG that says it has so many pixels, and is short."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no picture that can be taken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "use PNG or JPEG"),
        (b"GIF89a" + bytes(100), "use PNG or JPEG"),
        (b"%PDF-1.7", "use PNG or JPEG"),
        (picture()[:200], "damaged"),
        (picture(kind="JPEG")[:200], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "damaged"),
        (picture(kind="PNG")[:8] + picture(kind="JPEG")[8:], "damaged"),
        (bomb(MOST_PIXELS, 2), "million pixels"),
        (bomb(65_000, 65_000), "million pixels|damaged"),
        (bomb(500, 500), "damaged"),
        (picture(size=(8, 8)), "at least 16"),
        (b"\xff\xd8\xff" + bytes(5_000_001), "at most 5 MB"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused_in_plain_words(data, why):
    with pytest.raises(ValidationError, match=why):
        read_upload(data)


def test_the_store_keeps_one_of_the_same_and_knows_another_in_its_place(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    found = read_upload(picture())
    for _twice in range(2):
        keep(found)
    assert png_of(found) == found.png
